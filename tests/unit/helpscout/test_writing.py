from __future__ import annotations

from typing import Any

import pytest
import urllib3

from shared.adapters.helpscout import sending, writing
from shared.adapters.helpscout.drafts import WITHDRAWN, draft_html, mark_of
from shared.domain.boundary import Owner
from shared.domain.errors import (
    DeskAccessLost,
    DeskConflict,
    DeskRateLimited,
    DeskRefused,
    DeskUnavailable,
    TicketGone,
    TicketLocked,
)
from shared.domain.note import Block, BlockKind, Note
from shared.domain.ticket import DeskFields
from shared.ports.desk import DeskChange
from tests.fakes.helpscout import (
    AGENT,
    CUSTOMER,
    OWN,
    READ,
    TECHNICAL,
    THREADS,
    ScriptedHelpScout,
    account_with,
    conversation,
    desk_on,
    listed,
    thread,
    value,
)
from tests.fakes.zendesk import Reply

NOTES, REPLY = "POST /v2/conversations/7/notes", "POST /v2/conversations/7/reply"
NOTE = Note(
    owner=Owner.AGENT_WITH_BRIEFING,
    blocks=(
        Block(kind=BlockKind.HEADING, lines=("Briefing",)),
        Block(kind=BlockKind.SMALL, lines=("firstline:note:1",)),
    ),
    marker="firstline:note:1",
)
ANSWER = "Hello Ann,\nopen <Export>."


def write(account: ScriptedHelpScout, *, stamp: str | None = None, **change: Any) -> tuple[str, ...]:
    """Write on the conversation as it stands, and answer the warnings."""
    desk = desk_on(account)
    desk.write("7", DeskChange(stamp=stamp or desk_on(account_with(**_told(account))).fetch("7").stamp, **change))
    return desk.warnings


def _told(account: ScriptedHelpScout) -> dict[str, Any]:
    answer = account.script[READ]
    first = answer[0] if isinstance(answer, list) else answer
    assert isinstance(first, Reply)
    return dict(first.body)


def bodies(account: ScriptedHelpScout, line: str) -> list[Any]:
    return [body for written, body in account.written if written == line]


# ---- one thing a request, the note last


def test_everything_is_written_one_after_the_other_and_the_note_last():
    account = account_with()
    moved = conversation(mailboxId=TECHNICAL, assignee=None, customFields=[])
    account.script[READ] = [Reply(body=conversation()), Reply(body=moved)]
    warnings = write(
        account,
        fields=DeskFields(priority="high", queue="technical", assignee="P53@x.example"),
        add_tags=frozenset({"firstline"}),
        remove_tags=frozenset({"never_there"}),
        custom={"category": "technical", "rank": "1795435200"},
        note=NOTE,
        draft_reply=ANSWER,
    )
    assert warnings == ()
    assert [line for line, _ in account.written] == [
        "PUT /tags", "PATCH", "PUT /fields", "PATCH", "POST /reply", "POST /notes",
    ]  # fmt: skip
    tags, move, fields, owner, draft, note = (body for _, body in account.written)
    assert move == {"op": "move", "path": "/mailboxId", "value": TECHNICAL}
    assert owner == {"op": "replace", "path": "/assignTo", "value": 53}
    assert tags == {"tags": ["firstline", "firstline_priority_high", "vip"]}
    assert {one["id"]: one["value"] for one in fields["fields"]} == {
        21: "technical", 22: "1795435200", 23: "high", 29: "A-17",
    }  # fmt: skip
    assert draft == {
        "text": "<p>Hello Ann,<br>open &lt;Export&gt;.</p>", "customer": {"id": CUSTOMER}, "draft": True,
        "status": "active",
    }  # fmt: skip
    assert note["status"] == "active"
    assert "firstline:note:1" in note["text"]


def test_what_is_not_asked_for_is_not_sent():
    account = account_with()
    write(account)
    assert account.written == []
    assert account.lines == [READ]


def test_what_stands_already_is_not_sent_again():
    account = account_with()
    write(
        account,
        fields=DeskFields(priority="low", queue="billing", assignee="p52@example.com"),
        add_tags=frozenset({"vip"}),
        custom={"category": "billing"},
    )
    assert account.written == []


def test_the_stamp_of_a_write_is_the_one_that_the_desk_tells_afterwards():
    account = account_with()
    after = conversation(threads=2)
    account.script[READ] = [Reply(body=conversation()), Reply(body=after)]
    desk = desk_on(account)
    stamp = desk.write("7", DeskChange(stamp=desk_on(account_with()).fetch("7").stamp, note=NOTE))
    assert stamp == desk_on(account_with(threads=2)).fetch("7").stamp


def test_after_an_edit_nothing_is_written():
    account = account_with(threads=2)
    with pytest.raises(DeskConflict):
        write(account, stamp=desk_on(account_with()).fetch("7").stamp, note=NOTE, add_tags=frozenset({"x"}))
    assert account.written == []


# ---- the status stays


@pytest.mark.parametrize("status", ["active", "pending", "closed"])
def test_the_current_status_goes_along_with_every_thread(status: str):
    account = account_with(status=status)
    write(account, note=NOTE, draft_reply=ANSWER)
    assert [body["status"] for line, body in account.written if line.startswith("POST")] == [status, status]


def test_a_conversation_that_a_person_closes_while_we_write_stays_closed():
    account = account_with()
    account.script[READ] = [Reply(body=conversation()), Reply(body=conversation(status="closed"))]
    write(account, add_tags=frozenset({"x"}), note=NOTE)
    [note] = bodies(account, "POST /notes")
    assert note["status"] == "closed"


def test_the_models_know_no_sent_reply_and_no_other_operation():
    with pytest.raises(ValueError):
        sending._Draft(text="x", status="active", customer={"id": 1}, draft=False)
    with pytest.raises(ValueError):
        sending._Draft(text="x", status="active", customer={"id": 1}, imported=True)
    with pytest.raises(ValueError):
        sending._Note(text="x")
    for path in ("/draft", "/status", "/hidden"):
        with pytest.raises(ValueError):
            sending._Owner(path=path, value=1)


# ---- fields of inboxes


def test_values_of_other_fields_survive_although_the_desk_replaces_them_all():
    account = account_with()
    write(account, custom={"category": "technical"})
    [body] = bodies(account, "PUT /fields")
    assert {one["id"]: one["value"] for one in body["fields"]} == {11: "technical", 13: "low", 19: "A-17"}


def test_what_a_move_would_lose_is_carried_over_by_title_but_no_choice_of_another_list():
    before = conversation(
        customFields=[value(19, "Order", "A-17"), value(18, "Plan", "3301"), value(17, "Only here", "x")], tags=[]
    )
    account = account_with()
    account.script[READ] = [Reply(body=before), Reply(body=conversation(mailboxId=TECHNICAL, customFields=[]))]
    write(account, fields=DeskFields(queue="technical"))
    [body] = bodies(account, "PUT /fields")
    assert body == {"fields": [{"id": 29, "value": "A-17"}]}


def test_a_priority_outlives_a_write_that_broke_off_after_the_move():
    broken_off = account_with(mailboxId=TECHNICAL, customFields=[])  # its tag says low
    assert desk_on(broken_off).fetch("7").fields.priority == "low"
    write(broken_off, custom={"category": "technical"})
    [body] = bodies(broken_off, "PUT /fields")
    assert {one["id"]: one["value"] for one in body["fields"]} == {21: "technical", 23: "low"}


def test_a_field_that_the_inbox_lacks_is_named_and_costs_nothing_else():
    account = account_with()
    account.script["GET /v2/mailboxes/101/fields"] = listed("fields")
    warnings = write(account, custom={"category": "technical", "sentiment": "calm"}, note=NOTE)
    assert "custom_fields: the inbox has no field 'Firstline category'; add it there" in warnings
    assert bodies(account, "POST /notes")


def test_a_value_that_the_desk_refuses_does_not_cost_the_note():
    account = account_with()
    account.script["PUT /v2/conversations/7/fields"] = Reply(400, {"message": "Validation error"})
    assert write(account, custom={"category": "x"}, note=NOTE) == (
        "custom_fields: the desk refused a value; they are single-line texts",
    )
    assert bodies(account, "POST /notes")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        (DeskFields(queue="product"), "no inbox for the queue 'product'"),
        (DeskFields(assignee="nobody@x.example"), "no active user"),
    ],
)
def test_an_inbox_or_a_user_that_is_not_there_is_named_and_costs_nothing_else(fields: DeskFields, says: str):
    account = account_with()
    [warning] = write(account, fields=fields, note=NOTE)
    assert says in warning
    assert bodies(account, "POST /notes")


def test_an_owner_who_may_not_see_the_inbox_is_left_out():
    account = account_with()
    account.script["PATCH /v2/conversations/7"] = Reply(400, {"message": "no"})
    assert write(account, fields=DeskFields(assignee="p53@x.example"), note=NOTE) == (
        "assignee: the desk refused it; may that user see the inbox?",
    )


def test_the_priority_s_tag_follows_the_field_that_a_person_changed():
    account = account_with(customFields=[value(13, "Firstline priority", "urgent")])
    write(account, add_tags=frozenset({"firstline"}))
    [body] = bodies(account, "PUT /tags")
    assert body["tags"] == ["firstline", "firstline_priority_urgent", "vip"]


def test_a_priority_that_a_person_sets_while_we_write_stays():
    account = account_with()
    theirs = [value(13, "Firstline priority", "urgent"), value(19, "Order", "A-17")]
    account.script[READ] = [Reply(body=conversation()), Reply(body=conversation(customFields=theirs))]
    write(account, fields=DeskFields(priority="high"), add_tags=frozenset({"x"}), custom={"category": "technical"})
    [body] = bodies(account, "PUT /fields")
    assert {one["id"]: one["value"] for one in body["fields"]} == {11: "technical", 13: "urgent", 19: "A-17"}


# ---- when it does not work


@pytest.mark.parametrize("line", [NOTES, "PUT /v2/conversations/7/tags"])
def test_a_conversation_with_a_hundred_threads_is_locked(line: str):
    account = account_with()
    account.script[line] = Reply(412, {"message": "full"})
    with pytest.raises(TicketLocked) as locked:
        write(account, note=NOTE, add_tags=frozenset({"x"}))
    assert locked.value.status == 412


@pytest.mark.parametrize("status", [301, 404])
def test_a_conversation_that_went_away_while_we_wrote_is_gone(status: int):
    for line in (NOTES, REPLY, "PUT /v2/conversations/7/tags"):
        account = account_with()
        account.script[line] = Reply(status, {"message": "gone"})
        with pytest.raises(TicketGone):
            write(account, note=NOTE, draft_reply=ANSWER, add_tags=frozenset({"x"}))


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(429, {}, {"X-RateLimit-Retry-After": "4"}), DeskRateLimited),
        (Reply(500, {}), DeskUnavailable),
        (Reply(403, {}), DeskAccessLost),
        (Reply(400, {"message": "bad"}), DeskRefused),
        (urllib3.exceptions.ReadTimeoutError(None, "", ""), DeskUnavailable),
    ],
)
def test_a_note_that_was_not_taken_is_an_error(reply: Any, error: type[Exception]):
    account = account_with()
    account.script[NOTES] = reply
    with pytest.raises(error):
        write(account, note=NOTE)


def test_a_long_note_keeps_within_what_a_request_may_weigh():
    account = account_with()
    long = NOTE.model_copy(
        update={"blocks": (*NOTE.blocks[:1], Block(kind=BlockKind.LIST, lines=("火" * 900,) * 400), NOTE.blocks[-1])}
    )
    write(account, note=long)
    [body] = bodies(account, "POST /notes")
    assert len(body["text"]) <= writing.LONGEST_NOTE
    assert "firstline:note:1" in body["text"]


# ---- drafts


def draft(id: int, text: str, author: int = OWN) -> dict[str, Any]:
    return thread(id, author, state="draft", body=draft_html(text))


def note_about(id: int, text: str) -> dict[str, Any]:
    """A note of ours that belongs to a draft."""
    return thread(id, OWN, type="note", body=f"<p>Draft</p><p><small>x<br>{mark_of(draft_html(text))}</small></p>")


def test_the_note_says_which_draft_it_belongs_to_as_the_desk_tells_it():
    account = account_with()
    # The desk sets the words in markup of its own, and adds a signature.
    kept = thread(9, OWN, state="draft", body="<div>Hello Ann,<br />open &lt;Export&gt;.</div><div>--<br>Acme</div>")
    older = (note_about(3, "Old."), thread(2, AGENT), thread(1, CUSTOMER))
    account.script[THREADS] = [listed("threads", *older), listed("threads", kept, *older)]
    write(account, note=NOTE, draft_reply=ANSWER)
    [body] = bodies(account, "POST /notes")
    assert mark_of(kept["body"]) in body["text"]
    assert mark_of(draft_html(ANSWER)) not in body["text"]


def test_a_newer_draft_takes_the_place_of_ours():
    account = account_with(thread(1, CUSTOMER), draft(2, "Old."), note_about(3, "Old."), thread(4, CUSTOMER))
    account.script["PATCH /v2/conversations/7/threads/2"] = Reply(204)
    write(account, note=NOTE, draft_reply="New.")
    assert bodies(account, "PATCH /threads/2") == [{"op": "replace", "path": "/text", "value": "<p>New.</p>"}]
    assert bodies(account, "POST /reply") == []


def test_a_draft_that_stands_already_is_left_as_it_is():
    account = account_with(thread(1, CUSTOMER), draft(2, ANSWER))
    write(account, note=NOTE, draft_reply=ANSWER)
    assert [line for line, _ in account.written] == ["POST /notes"]
    [body] = bodies(account, "POST /notes")
    assert mark_of(draft_html(ANSWER)) in body["text"]


def test_a_draft_left_by_a_write_that_broke_off_is_ours_in_the_next_attempt():
    account = account_with(thread(1, CUSTOMER), draft(2, "Newer."), note_about(3, "Older."))
    write(account, note=NOTE, draft_reply="Newer.")
    assert [line for line, _ in account.written] == ["POST /notes"]


def test_a_note_without_a_draft_takes_ours_back_and_only_once():
    account = account_with(thread(1, CUSTOMER), draft(2, "Old."), note_about(3, "Old."))
    account.script["PATCH /v2/conversations/7/threads/2"] = Reply(204)
    write(account, note=NOTE)
    assert bodies(account, "PATCH /threads/2") == [
        {"op": "replace", "path": "/text", "value": draft_html(WITHDRAWN)},
    ]
    again = account_with(thread(1, CUSTOMER), draft(2, WITHDRAWN), note_about(3, "Old."))
    write(again, note=NOTE)
    assert [line for line, _ in again.written] == ["POST /notes"]


def test_a_withdrawn_draft_gives_its_place_to_the_next_one():
    account = account_with(thread(1, CUSTOMER), draft(2, WITHDRAWN), note_about(3, "Old."))
    account.script["PATCH /v2/conversations/7/threads/2"] = Reply(204)
    write(account, note=NOTE, draft_reply="New.")
    assert bodies(account, "POST /reply") == []
    assert len(bodies(account, "PATCH /threads/2")) == 1


@pytest.mark.parametrize("reply", ["New.", None])
def test_words_that_a_person_changed_in_our_draft_stay(reply: str | None):
    account = account_with(thread(1, CUSTOMER), draft(2, "Old. And what I think."), note_about(3, "Old."))
    warnings = write(account, note=NOTE, draft_reply=reply)
    assert [line for line, _ in account.written] == ["POST /notes"]
    [body] = bodies(account, "POST /notes")
    if reply is not None:
        assert "<blockquote><p>New.</p></blockquote>" in body["text"]
        assert warnings == ("draft: a person is at work on the one in the reply box; ours is in the note",)


def test_a_draft_of_a_person_is_none_of_our_business():
    account = account_with(thread(1, CUSTOMER), draft(2, "Mine.", AGENT))
    write(account, note=NOTE)
    assert [line for line, _ in account.written] == ["POST /notes"]
    other = account_with(thread(1, CUSTOMER), draft(2, "Mine.", AGENT))
    write(other, note=NOTE, draft_reply=ANSWER)
    assert [line for line, _ in other.written] == ["POST /reply", "POST /notes"]


@pytest.mark.parametrize("status", [400, 403])
def test_where_drafts_may_not_be_reworded_the_note_says_so(status: int):
    account = account_with(thread(1, CUSTOMER), draft(2, "Old."), note_about(3, "Old."))
    account.script["PATCH /v2/conversations/7/threads/2"] = Reply(status, {"message": "no"})
    [warning] = write(account, note=NOTE)
    assert "administrator" in warning
    assert "discard it" in bodies(account, "POST /notes")[0]["text"]
    [warning] = write(account, note=NOTE, draft_reply="New.")
    assert "administrator" in warning
    assert "<p>New.</p>" in bodies(account, "POST /notes")[1]["text"]


def test_a_draft_that_was_discarded_meanwhile_is_left_anew():
    account = account_with(thread(1, CUSTOMER), draft(2, "Old."), note_about(3, "Old."))
    account.script["PATCH /v2/conversations/7/threads/2"] = Reply(404, {"message": "no"})
    write(account, note=NOTE, draft_reply="New.")
    assert [body["text"] for body in bodies(account, "POST /reply")] == ["<p>New.</p>"]


@pytest.mark.parametrize("reply", ["", " \n "])
def test_an_empty_draft_is_none(reply: str):
    account = account_with()
    write(account, note=NOTE, draft_reply=reply)
    assert [line for line, _ in account.written] == ["POST /notes"]
