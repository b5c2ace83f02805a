"""The desk's own SLA figures beside ours: differences are told and recorded, and change no clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.domain.desk_sla import differences
from shared.domain.facts import FactKind
from shared.domain.intake import take_in
from shared.domain.ticket import DeskClock, DeskResponse, Role, Stands, TicketStatus
from tests.unit.domain.test_clocks import FIRST, HOUR, NEXT, POLICY, RESOLUTION
from tests.unit.domain.test_intake import NOON, message, ticket

OURS = NOON + timedelta(hours=4)


def theirs(target=FIRST, stands=Stands.RUNNING, due=OURS, metric="first_reply_time"):
    return DeskClock(target=target, metric=metric, stands=stands, due_at=due)


def looked(*clocks, before=None, **more):
    """The intake of a look at a ticket that was decided."""
    state = before or take_in(None, ticket(message(1)), policy=POLICY, now=NOON).state
    decided = state.model_copy(update={"decided": state.version})
    look = ticket(*more.pop("talk", (message(1),)), sla=clocks, **{"at": 60, **more})
    return take_in(decided, look, policy=POLICY, now=look.updated_at)


def told(*clocks, **more):
    return [str(one) for one in differences(looked(*clocks, **more).state)]


@pytest.mark.parametrize("off", [0, 30, -60])
def test_figures_that_agree_to_the_minute_are_no_difference(off):
    assert told(theirs(due=OURS + timedelta(seconds=off))) == []


def test_another_deadline_is_told_with_both():
    state = looked(theirs(due=OURS + timedelta(hours=2))).state
    [found] = differences(state)
    assert (found.target, found.minutes, found.ours, found.theirs) == (FIRST, 120, OURS, OURS + timedelta(hours=2))
    assert str(found) == (
        "first response (first_reply_time on the desk): "
        f"due {OURS + timedelta(hours=2):%Y-%m-%d %H:%M} UTC on the desk, {OURS:%Y-%m-%d %H:%M} UTC here"
    )
    assert state.clock_of(FIRST).due_at == OURS


def test_a_clock_that_stands_still_for_one_of_the_two_is_told():
    running = theirs(RESOLUTION, due=NOON, metric="requester_wait_time")
    on_hold = {"status": TicketStatus.HOLD}
    assert told(running, **on_hold) == [
        "resolution (requester_wait_time on the desk): running on the desk, paused here"
    ]
    assert told(theirs(RESOLUTION, Stands.PAUSED, None, "agent_work_time"), **on_hold) == []


def test_an_answer_that_counts_for_one_of_the_two_only_is_told():
    answered = (message(1), message(2, Role.AGENT, at=60))
    assert told(theirs(), talk=answered) == [
        "first response (first_reply_time on the desk): running on the desk, met here"
    ]
    assert told(theirs(stands=Stands.MET, due=None), talk=answered) == []


def test_what_only_the_desk_promises_is_told():
    assert "our policy promises nothing" in told(theirs(NEXT, metric="next_reply_time"))[0]
    assert told(theirs(NEXT, Stands.MET, None, "next_reply_time")) == []


def test_a_ticket_that_is_over_is_compared_no_more():
    assert told(theirs(due=NOON), status=TicketStatus.SOLVED) == []


def test_a_difference_is_a_fact_once_and_again_when_it_changes():
    later, latest = OURS + timedelta(hours=2), OURS + timedelta(hours=3)
    first = looked(theirs(due=later))
    [fact] = [one for one in first.facts if one.kind is FactKind.SLA_DIFFERS]
    assert fact.detail == {"first_response": "120"}
    again = looked(theirs(due=later), before=first.state, at=HOUR)
    assert FactKind.SLA_DIFFERS not in {one.kind for one in again.facts}
    moved = looked(theirs(due=latest), before=again.state, at=2 * HOUR)
    assert [one.detail for one in moved.facts if one.kind is FactKind.SLA_DIFFERS] == [{"first_response": "180"}]


def test_nothing_is_compared_before_the_urgency_is_known():
    fresh = ticket(message(1), sla=(theirs(due=NOON),))
    state = take_in(None, ticket(message(1)), policy=POLICY, now=NOON).state
    looked_at = take_in(state, fresh.model_copy(update={"updated_at": NOON + timedelta(minutes=1)}), policy=POLICY,
                        now=NOON + timedelta(minutes=1))  # fmt: skip
    assert FactKind.SLA_DIFFERS not in {one.kind for one in looked_at.facts}


def test_the_desk_s_first_response_time_is_a_fact_once_at_the_desk_s_moment():
    talk = (message(1), message(2, Role.AGENT, at=45 * 60))
    told = {"talk": talk, "at": 46 * 60, "response": DeskResponse(minutes=44, open_minutes=14)}
    first = looked(**told)
    [fact] = [one for one in first.facts if one.kind is FactKind.DESK_RESPONSE]
    assert (fact.at, fact.detail) == (NOON + timedelta(minutes=44), {"minutes": "44", "open_minutes": "14"})
    again = looked(before=first.state, **{**told, "at": HOUR, "response": DeskResponse(minutes=50)})
    assert FactKind.DESK_RESPONSE not in {one.kind for one in again.facts}


def test_a_response_that_the_desk_places_in_the_future_is_one_of_now():
    look = looked(at=60, response=DeskResponse(minutes=90))
    [fact] = [one for one in look.facts if one.kind is FactKind.DESK_RESPONSE]
    assert fact.at == NOON + timedelta(minutes=1)
