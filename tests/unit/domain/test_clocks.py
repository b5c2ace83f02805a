"""What a ticket's life on the desk makes of its clocks: pauses, replies, reopening, merging, another policy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.facts import FactKind
from shared.domain.intake import due_of, gone, running, take_in, under
from shared.domain.sla import Outcome, outcome
from shared.domain.ticket import DeskFields, Role, Target, TicketStatus
from shared.domain.ticket_state import DueKind
from tests.unit.domain.samples import policy, policy_data
from tests.unit.domain.test_intake import NOON, message, ticket

FIRST, NEXT, RESOLUTION = Target.FIRST_RESPONSE, Target.NEXT_RESPONSE, Target.RESOLUTION
HOUR = 3600


def promised(**sla):
    """A policy with every target: first answer 4 h (plan team), next one 2 h, solution 10 h."""
    more = {"next_response_minutes": {"default": 120}, "resolution_minutes": {"default": 600}}
    return policy(sla=policy_data()["sla"] | more | sla)


POLICY = promised()


def after(*looks, rules=POLICY):
    """The state after looks at a ticket, each taken when it was changed; and the facts, by kind."""
    state, facts = None, {}
    for look in looks:
        intake = take_in(state, look, policy=rules, now=look.updated_at)
        state = intake.state
        for fact in intake.facts:
            facts.setdefault(fact.kind, []).append(fact.at)
    return state, facts


def hours(moment: datetime) -> float:
    return (moment - NOON).total_seconds() / HOUR


def test_each_target_has_a_clock_from_the_times_that_the_desk_tells():
    state, _ = after(
        ticket(message(1)),
        ticket(message(1), message(2, Role.AGENT, at=HOUR), at=HOUR),
        ticket(message(1), message(2, Role.AGENT, at=HOUR), message(3, at=3 * HOUR), at=3 * HOUR),
    )
    assert hours(state.clock_of(FIRST).stopped_at) == 1
    assert hours(state.clock_of(NEXT).due_at) == 5
    assert hours(state.clock_of(RESOLUTION).due_at) == 10


def test_a_reply_stops_the_clock_of_the_answer_and_not_that_of_the_solution():
    state, _ = after(ticket(message(1)), ticket(message(1), message(2, Role.AGENT, at=HOUR), at=HOUR))
    assert (state.clock_of(FIRST).stopped_at, state.clock_of(RESOLUTION).stopped_at) == (
        NOON + timedelta(hours=1),
        None,
    )
    assert state.due.target is RESOLUTION


def test_an_internal_note_and_our_own_note_answer_nobody():
    note, ours = message(2, Role.AGENT, at=60, public=False), message(3, Role.US, at=90, public=False)
    state, _ = after(ticket(message(1), note, ours, at=90))
    assert state.clock_of(FIRST).stopped_at is None


WAITING = [
    ticket(message(1)),
    ticket(message(1), message(2, Role.AGENT, at=HOUR), at=HOUR, status=TicketStatus.PENDING),
]


def test_waiting_for_the_customer_stops_the_clock_until_they_write():
    paused, _ = after(*WAITING)
    assert hours(paused.clock_of(RESOLUTION).paused_at) == 1
    assert paused.due is None

    back = message(3, at=6 * HOUR)
    talk = (message(1), message(2, Role.AGENT, at=HOUR), back)
    resumed, _ = after(*WAITING, ticket(*talk, at=6 * HOUR))
    assert hours(resumed.clock_of(RESOLUTION).due_at) == 15


def test_a_customer_who_wrote_is_not_waited_for_also_where_the_desk_leaves_the_status_as_it_was():
    talk = (message(1), message(2, Role.AGENT, at=HOUR), message(3, at=6 * HOUR))
    still_pending = ticket(*talk, at=6 * HOUR, status=TicketStatus.PENDING)
    edited = ticket(*talk, at=7 * HOUR, status=TicketStatus.PENDING)
    state, _ = after(*WAITING, still_pending, edited)
    assert state.clock_of(RESOLUTION).paused_at is None
    assert hours(state.clock_of(RESOLUTION).due_at) == 15


def test_two_hours_on_hold_count_also_after_the_policy_has_changed():
    held = ticket(message(1), at=HOUR, status=TicketStatus.HOLD)
    back = ticket(message(1), at=3 * HOUR)
    state, _ = after(ticket(message(1)), held, back)
    assert hours(state.clock_of(RESOLUTION).due_at) == 12
    stricter = promised(resolution_minutes={"default": 300})
    assert hours(under(state, stricter, now=NOON).clock_of(RESOLUTION).due_at) == 7


def test_a_changed_policy_moves_the_deadline_and_repeats_nothing_that_was_recorded():
    state, _ = after(ticket(message(1)))
    clock = state.clock_of(FIRST).model_copy(update={"fired": ("warning", "breach")})
    breached = state.model_copy(update={"clocks": (clock,), "due": None, "noted": "1"})
    longer = policy(sla=policy_data()["sla"] | {"first_response_minutes": {"default": 2880}})
    moved = under(breached, longer, now=NOON + timedelta(hours=5))
    assert hours(moved.clock_of(FIRST).due_at) == 48
    assert due_of(moved, now=NOON + timedelta(hours=49)) is None


def test_a_clock_that_stopped_keeps_its_verdict_under_another_policy():
    state, _ = after(ticket(message(1)), ticket(message(1), message(2, Role.AGENT, at=3 * HOUR), at=3 * HOUR))
    stricter = policy(sla=policy_data()["sla"] | {"first_response_minutes": {"default": 60}})
    now = NOON + timedelta(hours=9)
    assert outcome(under(state, stricter, now=now).clock_of(FIRST), now=now) is Outcome.MET
    later = ticket(message(1), message(2, Role.AGENT, at=3 * HOUR), at=8 * HOUR)
    again = take_in(state, later, policy=stricter, now=now)
    assert outcome(again.state.clock_of(FIRST), now=now) is Outcome.MET
    assert again.facts == ()


SOLVED = [
    ticket(message(1)),
    ticket(message(1), message(2, Role.AGENT, at=HOUR), at=2 * HOUR, status=TicketStatus.SOLVED),
]


def test_a_reopened_ticket_goes_on_where_its_solution_stood_and_breaches_nothing_at_once():
    solved, facts = after(*SOLVED)
    assert outcome(solved.clock_of(RESOLUTION), now=NOON) is Outcome.MET
    assert solved.due is None

    talk = (message(1), message(2, Role.AGENT, at=HOUR), message(3, at=100 * HOUR))
    back, facts = after(*SOLVED, ticket(*talk, at=100 * HOUR))
    assert hours(back.clock_of(RESOLUTION).due_at) == 108
    assert hours(back.clock_of(NEXT).due_at) == 102
    assert FactKind.RESOLUTION_BREACH not in facts


def test_a_wait_that_was_over_without_an_answer_does_not_go_on_with_the_next_message():
    talk = [message(1), message(2, Role.AGENT, at=HOUR), message(3, at=2 * HOUR)]
    unanswered = ticket(*talk, at=2 * HOUR)
    over = ticket(*talk, at=3 * HOUR, status=TicketStatus.SOLVED)
    again = ticket(*talk, message(4, at=50 * HOUR), at=50 * HOUR)
    state, facts = after(*WAITING[:1], unanswered, over, again)
    assert hours(state.clock_of(NEXT).started_at) == 50
    assert FactKind.NEXT_RESPONSE_BREACH not in facts


def test_a_ticket_that_is_merged_into_another_is_closed_and_its_clocks_stop():
    merged = ticket(message(1), at=HOUR, status=TicketStatus.CLOSED)
    state, facts = after(ticket(message(1)), merged)
    assert all(clock.stopped_at == NOON + timedelta(hours=1) for clock in state.clocks)
    assert (state.due, FactKind.SLA_BREACH in facts) == (None, False)


def test_a_ticket_that_was_merged_away_was_not_solved_and_one_that_others_are_merged_into_was_not_answered():
    away = ticket(message(1), at=HOUR, status=TicketStatus.CLOSED, merged=True)
    _, facts = after(ticket(message(1)), away)
    assert FactKind.RESOLVED not in facts
    merge = message(2, Role.US, at=HOUR)
    state, facts = after(ticket(message(1)), ticket(message(1), merge, at=HOUR))
    assert (state.clock_of(FIRST).stopped_at, hours(state.clock_of(FIRST).due_at)) == (None, 4)
    assert FactKind.FIRST_RESPONSE not in facts


def test_a_ticket_that_the_desk_no_longer_has_because_it_was_merged_stops_its_clocks_without_a_verdict():
    state = take_in(None, ticket(message(1)), policy=POLICY, now=NOON).state
    over = gone(state, now=NOON + timedelta(hours=5))
    assert (over.due, running(over)) == (None, ())


def test_moving_a_ticket_to_somebody_else_restarts_no_clock():
    moved = ticket(message(1), at=HOUR, fields=DeskFields(queue="care", assignee="b@example.com"))
    alone, _ = after(ticket(message(1)))
    state, _ = after(ticket(message(1)), moved)
    assert state.clocks == alone.clocks


def test_a_ticket_solved_without_an_answer_after_the_deadline_missed_it_though_no_scan_ran():
    _, facts = after(ticket(message(1)), ticket(message(1), at=5 * HOUR, status=TicketStatus.SOLVED))
    assert facts[FactKind.SLA_BREACH] == [NOON + timedelta(hours=4)]


def test_a_later_answer_that_came_too_late_is_a_breach_of_its_own_kind():
    talk = (message(1), message(2, Role.AGENT, at=60), message(3, at=HOUR), message(4, Role.AGENT, at=4 * HOUR))
    _, facts = after(ticket(*talk[:3], at=HOUR), ticket(*talk, at=4 * HOUR))
    assert facts[FactKind.NEXT_RESPONSE_BREACH] == [NOON + timedelta(hours=3)]
    assert FactKind.SLA_BREACH not in facts


def test_waits_that_began_and_ended_between_two_looks_are_judged_too():
    talk = (
        message(1), message(2, Role.AGENT, at=60), message(3, at=HOUR), message(4, Role.AGENT, at=4 * HOUR),
        message(5, at=5 * HOUR), message(6, Role.AGENT, at=6 * HOUR),
    )  # fmt: skip
    _, facts = after(ticket(message(1)), ticket(*talk, at=6 * HOUR))
    assert facts[FactKind.NEXT_RESPONSE_BREACH] == [NOON + timedelta(hours=3)]


@pytest.mark.parametrize("minutes", [-7, 7])
def test_a_desk_whose_clock_is_wrong_is_judged_by_its_own_clock_and_scanned_by_ours(minutes):
    offset = timedelta(minutes=minutes)
    theirs = ticket(message(1, at=60 * minutes), at=60 * minutes, created_at=NOON + offset, clock_offset=offset)
    state = take_in(None, theirs, policy=POLICY, now=NOON).state
    assert state.clock_of(FIRST).due_at == NOON + timedelta(hours=4) + offset
    triaged = state.model_copy(update={"noted": "1"})
    assert due_of(triaged, now=NOON).at == NOON + timedelta(hours=3)


@pytest.mark.parametrize(
    ("created", "starts"),
    [(NOON + timedelta(days=9), NOON), (datetime(1950, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC))],
)
def test_a_creation_time_that_cannot_be_is_clamped(created, starts):
    state = take_in(None, ticket(message(1), created_at=created), policy=POLICY, now=NOON).state
    assert state.clock_of(FIRST).started_at == starts
    assert state.due.kind is DueKind.UNTRIAGED


def test_a_ticket_without_a_plan_has_the_promise_of_everybody():
    nobody = ticket(message(1)).model_copy(
        update={"customer": ticket(message(1)).customer.model_copy(update={"plan": None})}
    )
    state = take_in(None, nobody, policy=POLICY, now=NOON).state
    assert hours(state.clock_of(FIRST).due_at) == 24


def test_a_person_who_moves_our_ticket_is_remembered_and_recorded_once():
    ours = DeskFields(queue="billing", assignee="a@example.com")
    state = take_in(None, ticket(message(1)), policy=POLICY, now=NOON).state
    written = state.model_copy(update={"wrote": ours, "standing": ours})
    moved = ticket(message(1), at=60, fields=DeskFields(queue="care", assignee="b@example.com"))
    first = take_in(written, moved, policy=POLICY, now=NOON)
    assert first.state.holder == "b@example.com"
    [fact] = [fact for fact in first.facts if fact.kind is FactKind.REASSIGNED]
    assert fact.detail == {
        "agent_from": "a@example.com", "agent_to": "b@example.com", "queue_from": "billing", "queue_to": "care",
    }  # fmt: skip
    assert take_in(first.state, moved, policy=POLICY, now=NOON).facts == ()
