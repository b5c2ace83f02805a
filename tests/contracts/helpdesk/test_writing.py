"""Writing: everything in one change, once, never over a person, never in public."""

from __future__ import annotations

import pytest

from shared.domain.errors import DeskConflict, DeskUnavailable, TicketLocked
from shared.domain.note import carries, marker
from shared.domain.ticket import DeskFields, Role, TicketStatus
from shared.ports.desk import DeskChange
from tests.contracts.staging.staged import AGENT, AGENT_S_QUEUE, Staged, change, not_here, note


def test_fields_tags_and_note_are_written_in_one_go_and_told_back(staged: Staged):
    id = staged.opens("Hello")
    fields = DeskFields(priority="high", queue=AGENT_S_QUEUE, assignee=AGENT)
    custom = {"category": "billing", "rank": "101795435200"}
    before = staged.desk.fetch(id)
    stamp = staged.desk.write(
        id, change(before, fields=fields, custom=custom, add_tags={"firstline", "firstline_briefing"}, note=note())
    )
    after = staged.desk.fetch(id)
    assert after.fields == fields
    assert after.custom == custom
    assert after.tags == {"firstline", "firstline_briefing"}
    assert len(after.messages) == 2
    assert stamp == after.stamp != before.stamp


def test_what_a_change_leaves_out_stays_as_it_is(staged: Staged):
    id = staged.opens("Hello")
    fields = DeskFields(priority="high", queue=AGENT_S_QUEUE, assignee=AGENT)
    staged.desk.write(id, change(staged.desk.fetch(id), fields=fields, custom={"category": "billing"}))
    staged.desk.write(id, change(staged.desk.fetch(id), custom={"urgency": "high"}, add_tags={"x"}))
    after = staged.desk.fetch(id)
    assert after.fields == fields
    assert after.custom == {"category": "billing", "urgency": "high"}
    assert len(after.messages) == 1


def test_a_write_changes_no_status(staged: Staged):
    id = staged.opens("Hello")
    staged.solves(id)
    staged.desk.write(id, change(staged.desk.fetch(id), fields=DeskFields(priority="high"), note=note()))
    assert staged.desk.fetch(id).status is TicketStatus.SOLVED


def test_tags_of_other_people_survive(staged: Staged):
    id = staged.opens("Hello")
    staged.tags(id, {"vip", "firstline_draft"})
    staged.desk.write(
        id, change(staged.desk.fetch(id), add_tags={"firstline"}, remove_tags={"firstline_draft", "never_there"})
    )
    assert staged.desk.fetch(id).tags == {"vip", "firstline"}


def test_the_stamp_of_a_write_is_good_for_the_next_one(staged: Staged):
    id = staged.opens("Hello")
    stamp = staged.desk.write(id, change(staged.desk.fetch(id), add_tags={"one"}))
    staged.desk.write(id, DeskChange(stamp=stamp, add_tags=frozenset({"two"})))
    assert staged.desk.fetch(id).tags == {"one", "two"}


def test_after_somebody_s_edit_nothing_of_an_older_change_is_written(staged: Staged):
    id = staged.opens("Hello")
    seen = staged.desk.fetch(id)
    staged.sets_priority(id, "urgent")
    with pytest.raises(DeskConflict):
        staged.desk.write(id, change(seen, fields=DeskFields(priority="high"), add_tags={"firstline"}, note=note()))
    after = staged.desk.fetch(id)
    assert (after.fields.priority, after.tags, len(after.messages)) == ("urgent", frozenset(), 1)


def test_after_a_new_message_nothing_of_an_older_change_is_written(staged: Staged):
    id = staged.opens("Hello")
    seen = staged.desk.fetch(id)
    staged.customer_writes(id, "Still waiting")
    with pytest.raises(DeskConflict):
        staged.desk.write(id, change(seen, note=note()))
    assert len(staged.desk.fetch(id).messages) == 2


@pytest.mark.parametrize(
    "unknown", [DeskFields(queue="a_queue_without_a_group"), DeskFields(assignee="nobody@contract.example")]
)
def test_a_group_or_an_agent_that_the_desk_does_not_have_does_not_cost_the_note(staged: Staged, unknown: DeskFields):
    id = staged.opens("Hello")
    staged.desk.write(
        id, change(staged.desk.fetch(id), fields=unknown.model_copy(update={"priority": "high"}), note=note())
    )
    after = staged.desk.fetch(id)
    assert (after.fields.priority, after.fields.queue, after.fields.assignee) == ("high", None, None)
    assert staged.desk.has_note(id, marker("1"))


def test_a_note_is_found_by_its_own_marker_only(staged: Staged):
    id = staged.opens(f"A customer who writes {marker('12')}")
    assert not staged.desk.has_note(id, marker("12"))
    staged.desk.write(id, change(staged.desk.fetch(id), note=note("12")))
    assert staged.desk.has_note(id, marker("12"))
    assert not staged.desk.has_note(id, marker("1"))
    assert not staged.desk.has_note(id, marker("123"))


def test_a_note_is_found_behind_many_newer_messages(staged: Staged):
    many = min(150, staged.traits.longest - 2)
    id = staged.opens(*(f"message {n}" for n in range(many - 30)))
    staged.desk.write(id, change(staged.desk.fetch(id), note=note("12")))
    for n in range(30):
        staged.customer_writes(id, f"more {n}")
    assert staged.desk.has_note(id, marker("12"))


def test_a_customer_s_words_in_a_note_stay_words(staged: Staged):
    id = staged.opens("Hello")
    words = 'They wrote <script>alert("1")</script> & <b>now</b>'
    staged.desk.write(id, change(staged.desk.fetch(id), note=note(text=words)))
    assert words in staged.desk.fetch(id).messages[-1].text


@pytest.mark.parametrize("priority", ["low", "normal", "high", "urgent"])
def test_every_priority_is_written_and_told_back(staged: Staged, priority: str):
    id = staged.opens("Hello")
    staged.desk.write(id, change(staged.desk.fetch(id), fields=DeskFields(priority=priority)))
    assert staged.desk.fetch(id).fields.priority == priority


def test_a_note_is_private_and_ours(staged: Staged):
    id = staged.opens("Hello")
    staged.desk.write(id, change(staged.desk.fetch(id), note=note("12")))
    newest = staged.desk.fetch(id).messages[-1]
    assert (newest.role, newest.public) == (Role.US, False)
    assert carries(newest.text, marker("12"))


def test_a_change_without_a_note_leaves_the_conversation_alone(staged: Staged):
    id = staged.opens("Hello")
    staged.desk.write(id, change(staged.desk.fetch(id), custom={"category": "billing"}, add_tags={"firstline"}))
    assert len(staged.desk.fetch(id).messages) == 1


def test_a_new_version_s_values_replace_our_older_ones(staged: Staged):
    id = staged.opens("Hello")
    staged.desk.write(id, change(staged.desk.fetch(id), custom={"category": "billing"}, add_tags={"firstline_draft"}))
    newer = {"custom": {"category": "technical"}, "add_tags": {"firstline_briefing"}}
    staged.desk.write(id, change(staged.desk.fetch(id), remove_tags={"firstline_draft"}, **newer))
    after = staged.desk.fetch(id)
    assert (after.custom, after.tags) == ({"category": "technical"}, {"firstline_briefing"})


def test_a_tag_that_somebody_adds_between_two_of_our_writes_survives(staged: Staged):
    id = staged.opens("Hello")
    staged.desk.write(id, change(staged.desk.fetch(id), add_tags={"firstline"}))
    staged.tags(id, {"firstline", "vip"})
    staged.desk.write(id, change(staged.desk.fetch(id), add_tags={"firstline_urgent"}))
    assert staged.desk.fetch(id).tags == {"firstline", "vip", "firstline_urgent"}


def test_a_locked_ticket_refuses_a_note_for_good(staged: Staged):
    if not staged.traits.can_lock:
        not_here("every ticket of this desk takes notes")
    id = staged.opens("Hello")
    staged.locks(id)
    with pytest.raises(TicketLocked):
        staged.desk.write(id, change(staged.desk.fetch(id), note=note()))
    assert not staged.desk.has_note(id, marker("1"))


def test_a_solved_ticket_takes_a_note_and_stays_solved(staged: Staged):
    id = staged.opens("Hello")
    staged.solves(id)
    staged.desk.write(id, change(staged.desk.fetch(id), note=note()))
    after = staged.desk.fetch(id)
    assert after.status.is_over
    assert staged.desk.has_note(id, marker("1"))


def test_a_very_long_note_is_taken_and_found_again(staged: Staged):
    id = staged.opens("Hello")
    staged.desk.write(id, change(staged.desk.fetch(id), note=note("12", text="<&> many words " * 20_000)))
    assert staged.desk.has_note(id, marker("12"))


WHOLE = {
    "fields": DeskFields(priority="high", queue=AGENT_S_QUEUE, assignee=AGENT),
    "custom": {"category": "billing", "rank": "101795435200"},
    "add_tags": {"firstline", "firstline_briefing"},
}


@pytest.mark.parametrize("after", [1, 2, 3, 4, 5, 6])
def test_a_change_that_broke_off_is_completed_by_writing_it_again(staged: Staged, after: int):
    id = staged.opens("Hello")
    staged.breaks_off(after=after)
    try:
        staged.desk.write(id, change(staged.desk.fetch(id), note=note("12"), **WHOLE))
    except DeskUnavailable:
        if not staged.desk.has_note(id, marker("12")):
            staged.desk.write(id, change(staged.desk.fetch(id), note=note("12"), **WHOLE))
    ticket = staged.desk.fetch(id)
    assert sum(carries(m.text, marker("12")) for m in ticket.messages) == 1
    assert ticket.fields == WHOLE["fields"]
    assert ticket.custom == WHOLE["custom"]
    assert ticket.tags == WHOLE["add_tags"]
    assert all(not m.public for m in ticket.messages if m.role is Role.US)


def test_a_draft_stays_unsent_and_is_no_message(staged: Staged):
    if not staged.desk.abilities.drafts:
        not_here("the desk has no drafts; the draft stands in the note")
    id = staged.opens("Hello")
    staged.desk.write(id, change(staged.desk.fetch(id), note=note(), draft_reply="Hello Ann,\nopen <Export>."))
    after = staged.desk.fetch(id)
    assert staged.drafts(id) == ["Hello Ann,\nopen <Export>."]
    assert [(m.role, m.public) for m in after.messages] == [(Role.CUSTOMER, True), (Role.US, False)]


def test_a_note_without_a_draft_takes_the_older_draft_back(staged: Staged):
    if not staged.desk.abilities.drafts:
        not_here("the desk has no drafts")
    id = staged.opens("Hello")
    staged.desk.write(id, change(staged.desk.fetch(id), note=note("1"), draft_reply="Open the export."))
    staged.customer_writes(id, "This is a disgrace!")
    staged.desk.write(id, change(staged.desk.fetch(id), note=note("2")))
    assert staged.drafts(id) == []


def test_a_newer_draft_takes_the_place_of_the_older_one(staged: Staged):
    if not staged.desk.abilities.drafts:
        not_here("the desk has no drafts")
    id = staged.opens("Hello")
    for version, text in (("1", "Open the export."), ("2", "Open the import.")):
        staged.desk.write(id, change(staged.desk.fetch(id), note=note(version), draft_reply=text))
    assert staged.drafts(id) == ["Open the import."]


def test_tags_of_many_kinds_are_told_back_as_they_were_written(staged: Staged):
    id = staged.opens("Hello")
    tags = {f"firstline_{n}" for n in range(12)}
    staged.desk.write(id, change(staged.desk.fetch(id), add_tags=tags))
    assert staged.desk.fetch(id).tags == tags
