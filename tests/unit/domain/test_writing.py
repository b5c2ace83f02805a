"""Which fields are ours to write, and what is written for a decision."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.boundary import Owner
from shared.domain.decision import decide
from shared.domain.observation import LanguageReading, Sentiment, Urgency
from shared.domain.ticket import DeskFields
from shared.domain.ticket_state import DueKind
from shared.domain.writing import custom_fields, fields_to_write, may_write, standing, tags_of, wanted_fields
from tests.unit.domain.samples import inputs, observations, policy, seen

BEFORE = DeskFields(priority="normal", queue="front_desk", assignee=None)
WANTED = DeskFields(priority="high", queue="billing", assignee="a@example.com")
NONE = DeskFields()
values = st.sampled_from([None, "a", "b", "c"])
fields = st.builds(DeskFields, priority=values, queue=values, assignee=values)


def test_an_untouched_ticket_gets_everything_that_is_wanted():
    assert fields_to_write(WANTED, now=BEFORE, seen=BEFORE, wrote=NONE) == WANTED


def test_what_stands_already_is_not_written_again():
    assert fields_to_write(WANTED, now=WANTED, seen=BEFORE, wrote=WANTED) == NONE


def test_what_we_wrote_we_may_change():
    newer = DeskFields(priority="urgent", queue="care", assignee="b@example.com")
    assert fields_to_write(newer, now=WANTED, seen=BEFORE, wrote=WANTED) == newer


def test_who_takes_a_ticket_by_hand_keeps_it_in_its_queue():
    taken = BEFORE.model_copy(update={"assignee": "me@example.com"})
    assert fields_to_write(WANTED, now=taken, seen=BEFORE, wrote=NONE) == DeskFields(priority="high")


def test_who_moves_a_ticket_by_hand_does_not_get_an_agent_of_another_queue():
    moved = BEFORE.model_copy(update={"queue": "care"})
    assert fields_to_write(WANTED, now=moved, seen=BEFORE, wrote=NONE) == DeskFields(priority="high")


def test_a_field_that_a_person_emptied_stays_empty():
    assert not may_write(None, seen=None, wrote="a@example.com")


@given(wanted=fields, now=fields, seen=fields, wrote=fields)
def test_no_field_that_a_person_changed_is_ever_written(wanted, now, seen, wrote):
    written = fields_to_write(wanted, now=now, seen=seen, wrote=wrote)
    for name, value in written.model_dump(exclude_none=True).items():
        ours = getattr(wrote, name)
        assert getattr(now, name) == (ours if ours is not None else getattr(seen, name))
        assert value == getattr(wanted, name) != getattr(now, name)


@given(wanted=fields, now=fields, seen=fields)
def test_writing_is_settled_after_one_write(wanted, now, seen):
    first = fields_to_write(wanted, now=now, seen=seen, wrote=NONE)
    then = now.with_(first)
    assert fields_to_write(wanted, now=then, seen=seen, wrote=NONE.with_(first)) == NONE


@given(wanted=fields, now=fields)
def test_what_stands_is_only_what_was_wanted(wanted, now):
    found = standing(wanted, now).model_dump(exclude_none=True)
    assert all(value == getattr(wanted, name) == getattr(now, name) for name, value in found.items())


@given(seen_=observations(), fired=st.sampled_from([(), (DueKind.WARNING,), (DueKind.WARNING, DueKind.BREACH)]))
def test_no_tag_is_added_and_taken_away_at_once(seen_, fired):
    decision = decide(inputs(seen_), policy())
    for owner in Owner:
        add, remove = tags_of(decision, owner, fired)
        assert not add & remove
        assert {"firstline_draft", "firstline_briefing"} <= add | remove


@pytest.mark.parametrize(
    ("urgency", "fired", "priority"),
    [
        (Urgency.STANDARD, (), "normal"),
        (Urgency.HIGH, (), "high"),
        (Urgency.CRITICAL, (), "urgent"),
        (Urgency.STANDARD, (DueKind.WARNING,), "high"),
        (Urgency.CRITICAL, (DueKind.WARNING,), "urgent"),
        (Urgency.STANDARD, (DueKind.WARNING, DueKind.BREACH), "urgent"),
    ],
)
def test_priority_follows_urgency_and_what_a_stage_raised_stays_raised(urgency, fired, priority):
    decision = decide(inputs(seen(urgency=urgency)), policy())
    assert wanted_fields(decision, fired).priority == priority


def test_a_request_that_nobody_could_read_is_high():
    assert wanted_fields(decide(inputs(None), policy())).priority == "high"


def test_a_request_in_a_language_that_nobody_read_is_tagged_unread_and_neither_urgent_nor_unhappy():
    language = LanguageReading(code="ja", probability=1.0, readable=False)
    observed = seen(urgency=Urgency.HIGH, sentiment=Sentiment.FRUSTRATED, language=language)
    decision = decide(inputs(observed), policy())
    add, remove = tags_of(decision, decision.verdict.owner)
    assert "firstline_unread" in add
    assert "firstline_urgent" in remove
    assert wanted_fields(decision).priority == "normal"
    shown = custom_fields(decision, decision.verdict.owner)
    assert (shown["urgency"], shown["sentiment"]) == ("standard", "neutral")


def test_a_request_that_was_read_loses_the_tag_of_one_that_was_not():
    decision = decide(inputs(seen()), policy())
    assert "firstline_unread" in tags_of(decision, decision.verdict.owner)[1]


def test_our_own_fields_show_labels_rank_and_deadline():
    decision = decide(inputs(seen(sentiment=Sentiment.FRUSTRATED)), policy())
    assert custom_fields(decision, decision.verdict.owner) == {
        "category": "billing",
        "urgency": "standard",
        "sentiment": "frustrated",
        "service_failure": "none",
        "owner": "agent_with_briefing",
        "rank": str(decision.rank),
        "rank_reason": "top: frustrated; first response due 2026-11-24 17:00 CET",
        "first_response_due": decision.clock.due_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    assert custom_fields(decide(inputs(None), policy()), Owner.AGENT_WITH_BRIEFING).keys() == {
        "owner", "rank", "rank_reason", "first_response_due",
    }  # fmt: skip
