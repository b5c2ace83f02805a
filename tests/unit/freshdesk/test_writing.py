"""Two requests, the note last; never in public, never over a person, never a note twice."""

from __future__ import annotations

from typing import Any

import pytest
import urllib3
from pydantic import ValidationError

from shared.adapters.freshdesk import writing
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
from tests.fakes.freshdesk import (
    AGENT,
    ARCHIVED,
    BILLING,
    CUSTOMER,
    NOTES,
    READ,
    SAID,
    UPDATE,
    ScriptedFreshdesk,
    account_with,
    desk_on,
    listed,
    own_note,
    said,
    ticket,
)
from tests.fakes.zendesk import Reply, Request

NOTE = Note(
    owner=Owner.AGENT_WITH_BRIEFING,
    blocks=(
        Block(kind=BlockKind.HEADING, lines=("Briefing",)),
        Block(kind=BlockKind.TEXT, lines=("They said <b>",)),
        Block(kind=BlockKind.SMALL, lines=("firstline:note:1",)),
    ),
    marker="firstline:note:1",
)
WHOLE = {
    "fields": DeskFields(priority="high", queue="billing", assignee="ada@example.com"),
    "custom": {"category": "billing", "rank": "101795435200"},
    "add_tags": frozenset({"firstline"}),
    "note": NOTE,
}


def write(account: ScriptedFreshdesk, **change: Any) -> tuple[str, tuple[str, ...]]:
    """Write on the ticket as it stands, and answer the stamp and the warnings."""
    desk = desk_on(account)
    stamp = desk.fetch("7").stamp
    account.requests.clear()
    written = desk.write("7", DeskChange(stamp=stamp, **change))
    return written, desk.warnings


def refusing(*fields: str, code: str = "invalid_value") -> Reply:
    errors = [{"field": field, "message": "zanzibar", "code": code} for field in fields]
    return Reply(400, {"description": "Validation failed", "errors": errors})


def test_fields_and_tags_go_in_one_request_and_the_note_in_the_next():
    account = account_with()
    _, warnings = write(account, **WHOLE)
    assert account.written == [
        (
            UPDATE,
            {
                "priority": 3,
                "group_id": BILLING,
                "responder_id": AGENT,
                "tags": ["firstline", "vip"],
                "custom_fields": {"cf_firstline_category_1": "billing", "cf_firstline_rank_1": "101795435200"},
            },
        ),
        (
            NOTES,
            {
                "body": "<h3>Briefing</h3><p>They said &lt;b&gt;</p><p><small>firstline:note:1</small></p>",
                "private": True,
            },
        ),
    ]
    assert warnings == ()


def test_it_looks_right_before_it_writes_the_ticket_last():
    account = account_with()
    write(account, **WHOLE)
    looked = [line for line in account.lines if line in (READ, SAID, UPDATE, NOTES)]
    assert looked == [SAID, READ, UPDATE, NOTES]


def test_updates_count_against_their_own_limit_and_notes_do_not():
    taken = []

    class Counting:
        def take(self, units: int, lane: str = "") -> None:
            taken.append(lane)

    account = account_with()
    stamp = desk_on(account).fetch("7").stamp
    desk_on(account, budget=Counting()).write("7", DeskChange(stamp=stamp, note=NOTE, add_tags=frozenset({"x"})))
    assert [lane for lane in taken if lane] == ["updates"]


def test_the_stamp_that_comes_back_is_that_of_the_ticket_as_it_stands():
    account = account_with()
    stamp, _ = write(account, add_tags=frozenset({"firstline"}))
    assert stamp == desk_on(account).fetch("7").stamp


def test_what_is_as_it_should_be_is_not_written_again():
    account = account_with()
    write(account, add_tags=frozenset({"vip"}), remove_tags=frozenset({"never_there"}))
    assert account.written == []


def test_tags_of_other_people_survive():
    account = account_with(ticket(tags=["vip", "firstline_draft"]))
    write(account, add_tags=frozenset({"firstline"}), remove_tags=frozenset({"firstline_draft"}))
    assert account.written == [(UPDATE, {"tags": ["firstline", "vip"]})]


@pytest.mark.parametrize(
    "edit",
    [
        {"tags": ["by a person"]},
        {"priority": 4},
        {"responder_id": 77},
        {"status": 4},
        {"custom_fields": {"cf_theirs": "now"}},
    ],
)
def test_after_a_person_s_edit_nothing_is_written(edit: dict[str, Any]):
    account = account_with()
    stamp = desk_on(account).fetch("7").stamp
    account.script[READ] = Reply(body=ticket(**edit))
    with pytest.raises(DeskConflict):
        desk_on(account).write("7", DeskChange(stamp=stamp, **WHOLE))
    assert account.written == []


def test_after_a_new_message_of_the_same_second_nothing_is_written():
    account = account_with()
    stamp = desk_on(account).fetch("7").stamp
    account.script[SAID] = listed(said(600, CUSTOMER, "Still waiting"))
    with pytest.raises(DeskConflict):
        desk_on(account).write("7", DeskChange(stamp=stamp, **WHOLE))
    assert account.written == []


def test_a_note_that_stands_already_is_not_written_again():
    account = account_with(None, own_note(11, NOTE.marker))
    write(account, note=NOTE)
    assert account.written == []


def test_a_customer_who_writes_our_marker_keeps_no_note_away():
    account = account_with(None, said(11, CUSTOMER, NOTE.marker))
    write(account, note=NOTE)
    assert [line for line, _ in account.written] == [NOTES]


def test_where_the_answer_to_the_note_got_lost_the_note_is_found_before_it_is_written_again():
    account = account_with()
    account.script[NOTES] = urllib3.exceptions.ReadTimeoutError(None, None, "too slow")
    with pytest.raises(DeskUnavailable):
        write(account, **WHOLE)
    account.script[SAID] = listed(own_note(11, NOTE.marker))
    assert desk_on(account).has_note("7", NOTE.marker)
    write(account, **WHOLE)
    assert account.written == []


# ---- what the desk does not take


@pytest.mark.parametrize(
    ("refused", "kept"),
    [
        (("responder_id",), {"priority", "group_id", "tags", "custom_fields"}),
        (("group_id", "responder_id"), {"priority", "tags", "custom_fields"}),
        (("custom_fields",), {"priority", "group_id", "responder_id", "tags"}),
    ],
)
def test_what_the_desk_refuses_is_left_out_and_the_rest_is_written(refused: tuple[str, ...], kept: set[str]):
    account = account_with()
    taken = account.script[UPDATE]
    account.script[UPDATE] = [refusing(*refused), taken]
    _, warnings = write(account, **WHOLE)
    (_, first), (_, second), (note, _) = account.written
    assert first.keys() == kept | set(refused)
    assert second.keys() == kept
    assert note == NOTES
    assert all("refused" in warning for warning in warnings)
    assert "zanzibar" not in "".join(warnings)


def test_a_field_of_ours_that_somebody_deleted_costs_that_field_alone():
    account = account_with()
    account.script[UPDATE] = [refusing("cf_firstline_rank_1", code="invalid_field"), account.script[UPDATE]]
    _, warnings = write(account, **WHOLE)
    assert account.written[1][1]["custom_fields"] == {"cf_firstline_category_1": "billing"}
    assert warnings == ("cf_firstline_rank_1: the desk refused it",)


def test_a_field_that_the_desk_wants_filled_by_a_person_costs_the_fields_and_not_the_note():
    account = account_with()
    account.script[UPDATE] = refusing("type", code="missing_field")
    _, warnings = write(account, **WHOLE)
    assert [line for line, _ in account.written] == [UPDATE, NOTES]
    assert warnings == ("the desk refused every field and tag, because of: type",)


def test_a_group_and_an_agent_that_the_desk_does_not_have_are_named():
    account = account_with()
    _, warnings = write(account, fields=DeskFields(queue="care", assignee="who@example.com"), note=NOTE)
    assert [line for line, _ in account.written] == [NOTES]
    assert "'care'" in warnings[0]
    assert "no active agent" in warnings[1]


def test_a_field_that_the_set_up_did_not_make_is_named():
    _, warnings = write(account_with(), custom={"urgency": "high"})
    assert "'urgency'" in warnings[0]


def test_a_text_that_is_too_long_for_its_field_is_cut_and_written_once():
    account = account_with()
    write(account, custom={"category": "x" * 300})
    assert account.written == [(UPDATE, {"custom_fields": {"cf_firstline_category_1": "x" * 255}})]
    write(account, custom={"category": "x" * 300})
    assert account.written == []


def test_an_archived_ticket_is_locked_for_good():
    account = account_with()
    account.script |= {SAID: Reply(404), READ: Reply(404), ARCHIVED: Reply(body=ticket(status=5, archived=True))}
    with pytest.raises(TicketLocked):
        desk_on(account).write("7", DeskChange(stamp="x", note=NOTE))
    assert account.written == []


@pytest.mark.parametrize("line", [UPDATE, NOTES])
def test_a_ticket_that_goes_away_while_we_write_is_gone(line: str):
    account = account_with()
    account.script[line] = Reply(404)
    with pytest.raises(TicketGone):
        write(account, **WHOLE)


@pytest.mark.parametrize(
    ("status", "error"), [(403, DeskAccessLost), (429, DeskRateLimited), (500, DeskUnavailable), (415, DeskRefused)]
)
def test_trouble_before_the_note_leaves_the_note_for_the_next_try(status: int, error: type[Exception]):
    account = account_with()
    account.script[UPDATE] = Reply(status, {"code": "access_denied"}, {"Retry-After": "3"})
    with pytest.raises(error):
        write(account, **WHOLE)
    assert [line for line, _ in account.written] == [UPDATE]


def test_a_note_that_is_refused_says_so():
    account = account_with()
    account.script[NOTES] = refusing("body", code="missing_field")
    with pytest.raises(DeskRefused, match="body missing_field") as refused:
        write(account, note=NOTE)
    assert "zanzibar" not in str(refused.value)


# ---- nothing public


def test_a_note_that_is_not_private_cannot_even_be_made():
    with pytest.raises(ValidationError):
        writing._Note(body="x", private=False)  # type: ignore[arg-type]


def test_an_update_has_no_place_for_a_status():
    with pytest.raises(ValidationError):
        writing._Update(status=4)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/tickets/7/notes", writing._Note.model_construct(body="x", private=False)),
        ("/tickets/7/notes", writing._Update(priority=1)),
        ("/tickets/7/reply", writing._Note(body="x")),
        ("/tickets/7", writing._Note(body="x")),
    ],
)
def test_what_would_be_public_is_stopped_before_it_is_sent(path: str, body: Any):
    account = account_with()
    writer = desk_on(account)._writer
    with pytest.raises(AssertionError, match="private notes only"):
        writer._sent("POST", path, body)
    assert account.written == []


def test_the_desk_has_no_drafts_and_a_draft_is_never_sent():
    account = account_with()
    write(account, note=NOTE, draft_reply="Hello Ann")
    assert [line for line, _ in account.written] == [NOTES]


def test_the_recorded_requests_show_what_they_would_show_of_a_public_one():
    from tests.fakes.freshdesk import assert_nothing_public

    for sent in (
        Request("POST", "/tickets/7/reply", {}, {"body": "x"}, {}),
        Request("POST", "/tickets/7/notes", {}, {"body": "x", "private": False}, {}),
        Request("PUT", "/tickets/7", {}, {"status": 4}, {}),
    ):
        with pytest.raises(AssertionError):
            assert_nothing_public(sent)
