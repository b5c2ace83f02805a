"""Many tickets at once, changed policies, quiet hours, absent agents."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import count

import pytest

from functions.sla_scan import many
from functions.sla_scan.run import Scanned
from shared.domain.errors import DeskUnavailable
from shared.domain.facts import FactKind
from shared.domain.ticket import DeskFields, Target
from shared.domain.ticket_state import DueKind
from tests.unit.domain.samples import WEEK, agent, policy, policy_data
from tests.unit.functions.test_sla_scan import DUE, WARNS
from tests.unit.functions.world import NOON, World

STAGED = {"stages": [{"at": 0.25}, {"at": 0.5, "does": ["desk", "on_call"]}]}


def sla(**changes):
    return policy_data()["sla"] | changes


def alerts(**changes):
    return policy_data()["alerts"] | changes


def world_of(tickets: int = 0, **parts) -> World:
    """A world with triaged tickets, all of them opened at noon."""
    world = World(policy(**parts))
    for _ in range(tickets):
        world.triage(world.arrives())
    return world


def stages_of(world: World) -> Counter[tuple[str, str]]:
    marks = [(str(key), mark) for key in world.tickets.states for mark in world.tickets.stages(key)]
    assert len({(key, mark.target, mark.stage, mark.occasion) for key, mark in marks}) == len(marks)
    return Counter((mark.target, mark.stage) for _, mark in marks)


# ---- two at once, one killed


def test_of_500_due_tickets_with_two_scans_at_once_and_one_killed_each_stage_is_recorded_once():
    world = world_of(500, alerts=alerts(digest_above=10_000), sla=sla(desk_writes_per_minute=10_000))
    world.clock.now = WARNS
    calls = count(1)

    class DeskWhereAnotherScanRunsNowAndThen:
        def fetch(self, ticket_id: str):
            number = next(calls)
            if number == 240:
                raise KeyboardInterrupt  # killed: no `except Exception` hears of it
            if number % 100 == 0:
                left = count()
                world.scan(lease=f"other-{number}", time_left=lambda: next(left) < 40)
            return world.desk.fetch(ticket_id)

        def __getattr__(self, name: str):
            return getattr(world.desk, name)

    with pytest.raises(KeyboardInterrupt):
        world.scan(desk=lambda name: DeskWhereAnotherScanRunsNowAndThen())
    world.clock.forward(seconds=46)
    world.scan(lease="scan-2")

    assert stages_of(world) == {("first_response", "warning"): 500}
    assert len(world.told(FactKind.SLA_WARNING)) == 500
    assert len({alert.id for alert in world.alerts.sent}) == 500
    assert all("firstline_sla_warning" in world.ticket(state.key.id).tags for state in world.tickets.states.values())


def test_of_many_recorded_at_once_a_run_that_is_killed_leaves_the_rest_for_the_next():
    world = world_of(100)
    world.clock.now = DUE
    calls = count(1)

    class KilledStore:
        def put_stages(self, *given):
            if next(calls) == 40:
                raise KeyboardInterrupt
            return world.tickets.put_stages(*given)

        def __getattr__(self, name: str):
            return getattr(world.tickets, name)

    with pytest.raises(KeyboardInterrupt):
        world.scan(tickets=KilledStore())
    world.scan()

    assert stages_of(world) == {("first_response", "warning"): 100, ("first_response", "breach"): 100}
    assert len(world.told(FactKind.SLA_BREACH)) == 100
    assert [alert.subject for alert in world.alerts.sent] == [
        "100 tickets came due at once",
        "61 tickets came due at once",
    ]


# ---- catching up


def test_many_due_at_once_are_one_alert_and_are_shown_on_the_desk_at_its_pace():
    world = world_of(120, sla=sla(desk_writes_per_minute=30))
    world.clock.now = NOON + timedelta(hours=10)
    before = len(world.desk.writes)

    first = world.scan()
    assert (first.fired, first.digests, first.shown) == (120, 1, 0)
    assert len(world.desk.writes) == before
    assert [fact.at for fact in world.told(FactKind.SLA_BREACH)] == [DUE] * 120
    [digest] = world.alerts.sent
    assert digest.lines[1] == "120 have missed their first response time"

    written = []
    for _ in range(6):
        world.clock.forward(minutes=1)
        world.scan()
        written.append(len(world.desk.writes) - before)
    assert written == [30, 60, 90, 120, 120, 120]
    assert len(world.alerts.sent) == 1
    tags = [world.ticket(state.key.id).tags for state in world.tickets.states.values()]
    assert all("firstline_sla_breached" in one for one in tags)


def test_an_answer_in_time_that_we_had_not_heard_of_is_found_before_the_desk_is_told():
    world = world_of(30)
    answered = next(iter(world.tickets.states)).id
    world.clock.now = DUE - timedelta(minutes=5)
    world.desk.agent_writes(answered, "Here you are.")  # its webhook was lost in the outage
    world.clock.now = NOON + timedelta(hours=10)
    world.scan()
    for _ in range(3):
        world.clock.forward(minutes=1)
        world.scan()

    assert "firstline_sla_breached" not in world.ticket(answered).tags
    assert world.state(answered).due is None
    assert [fact.at for fact in world.told(FactKind.FIRST_RESPONSE)] == [DUE - timedelta(minutes=5)]


def test_the_desk_is_asked_no_more_often_than_it_bears_though_it_was_away():
    world = world_of(90, sla=sla(desk_writes_per_minute=30))
    world.clock.now = NOON + timedelta(hours=10)
    world.scan()
    for _ in range(3):
        world.clock.forward(minutes=1)
        world.desk.fail_next(DeskUnavailable("away"))
        world.scan()
    before, most = len(world.desk.writes), 0
    for _ in range(20):
        world.clock.forward(minutes=1)
        world.scan()
        most = max(most, len(world.desk.writes) - before)
        before = len(world.desk.writes)
    assert most <= 30
    assert all("firstline_sla_breached" in world.ticket(s.key.id).tags for s in world.tickets.states.values())


def test_untriaged_tickets_of_an_outage_get_their_note_one_after_the_other():
    world = World(policy())
    for _ in range(50):
        world.arrives()
    world.clock.forward(minutes=10)
    assert world.scan().digests == 1
    world.clock.forward(minutes=1)
    world.scan()
    assert all(len(world.notes(state.key.id)) == 1 for state in world.tickets.states.values())
    assert stages_of(world) == {("triage", "untriaged"): 50}


def test_more_than_are_read_at_once_are_an_alert_for_each_reading_and_none_for_a_ticket(monkeypatch):
    monkeypatch.setattr(many, "MOST_AT_ONCE", 50)
    world = world_of(130)
    world.clock.now = NOON + timedelta(hours=10)
    found = world.scan()
    assert (found.fired, found.digests, found.complete) == (130, 2, True)
    assert len({alert.id for alert in world.alerts.sent}) == len(world.alerts.sent) == 2


# ---- stages


def test_early_stages_do_what_the_policy_says_and_the_rank_waits_for_the_last_warning():
    world = world_of(1, sla=sla(**STAGED))
    (state,) = world.tickets.states.values()
    rank = state.rank
    for hours in (1, 2):
        world.clock.now = NOON + timedelta(hours=hours)
        world.scan()
    (state,) = world.tickets.states.values()
    assert state.rank == rank
    assert [alert.audience for alert in world.alerts.sent] == ["on_call"]
    assert world.alerts.sent[0].subject.endswith("has used 50 % of its first response time")
    ticket = world.ticket(state.key.id)
    assert "firstline_sla_early" in ticket.tags
    assert "firstline_urgent" not in ticket.tags
    world.clock.now = WARNS
    world.scan()
    (state,) = world.tickets.states.values()
    assert state.rank < rank
    assert state.rank_reasons[0] == "top: its last warning has passed"
    assert world.ticket(state.key.id).custom["rank_reason"].startswith("top: its last warning has passed; ")
    assert state.clock.fired == ("at_25", "at_50", "warning")


def test_the_clock_of_the_solution_fires_by_itself_when_the_customer_was_answered():
    world = world_of(1, sla=sla(resolution_minutes={"default": 600}))
    (id,) = (key.id for key in world.tickets.states)
    world.clock.forward(hours=1)
    world.desk.agent_writes(id, "We look into it.")
    world.take_in(world.event(id))
    world.clock.now = NOON + timedelta(hours=10)
    world.scan()
    assert [alert.subject for alert in world.alerts.sent] == [
        f"Ticket {id} (zendesk) has missed its resolution deadline"
    ]
    assert [fact.at for fact in world.told(FactKind.RESOLUTION_BREACH)] == [NOON + timedelta(hours=10)]
    assert world.told(FactKind.SLA_BREACH) == []


# ---- people


OFF = {"time_zone": "UTC", "days": list(WEEK), "from": "00:00", "to": "14:00"}
ON = {"time_zone": "UTC", "days": list(WEEK), "from": "14:00", "to": "24:00"}
TWO_SHIFTS = [agent("a@example.com", shift=OFF), agent("b@example.com", shift=ON)]


def test_a_warning_moves_a_ticket_from_somebody_who_has_gone_home_to_somebody_at_work():
    world = world_of(1, agents=TWO_SHIFTS, sla=sla(on_warning=["desk", "manager", "reassign"]))
    (state,) = world.tickets.states.values()
    assert world.ticket(state.key.id).fields.assignee == "a@example.com"
    world.clock.now = WARNS
    world.scan()
    world.clock.forward(minutes=1)
    world.scan()
    assert world.ticket(state.key.id).fields.assignee == "b@example.com"
    assert world.loads.open_tickets(["a@example.com", "b@example.com"]) == {"b@example.com": 1}
    assert world.told(FactKind.REASSIGNED) == []


def test_what_a_person_gave_to_somebody_who_has_gone_home_stays_and_the_manager_hears_who_has_it():
    world = world_of(1, agents=TWO_SHIFTS, sla=sla(on_warning=["desk", "manager", "reassign"]))
    (state,) = world.tickets.states.values()
    world.desk.edit(state.key.id, fields=DeskFields(assignee="c@example.com"))
    world.desk._agents |= {"c@example.com"}
    world.take_in(world.event(state.key.id))
    world.clock.now = WARNS
    world.scan()
    assert world.ticket(state.key.id).fields.assignee == "c@example.com"
    assert len(world.told(FactKind.REASSIGNED)) == 1


def test_the_manager_is_told_once_that_the_owner_is_not_at_work_also_when_the_scan_is_repeated():
    world = world_of(1, agents=[agent("a@example.com", shift=OFF)])
    world.clock.now = WARNS
    world.scan()
    world.scan(lease="again")
    [alert] = world.alerts.sent
    assert "Assigned to a@example.com, who is not at work" in alert.lines
    assert alert.to == ("m@example.com",)


def test_in_quiet_hours_alerts_wait_and_come_in_one():
    quiet = {"time_zone": "UTC", "days": list(WEEK), "from": "14:00", "to": "20:00"}
    world = world_of(3, alerts=alerts(quiet=quiet))
    for moment in (WARNS, DUE):
        world.clock.now = moment
        world.scan()
    assert world.alerts.sent == []
    assert stages_of(world) == {("first_response", "warning"): 3, ("first_response", "breach"): 3}

    world.clock.now = NOON + timedelta(hours=8)
    assert world.scan() == Scanned(digests=1)
    assert world.scan() == Scanned()
    [alert] = world.alerts.sent
    assert (alert.subject, len(alert.lines)) == ("6 alerts from your quiet hours", 6)


# ---- another policy


def test_a_changed_policy_moves_every_watched_ticket_whenever_it_is_due():
    world = world_of(5)
    world.scan()
    stricter = policy(sla=sla(first_response_minutes={"default": 60}))
    world.policies.publish(stricter)
    assert world.scan() == Scanned(moved=5)
    assert world.scan() == Scanned()
    assert {state.clock.due_at for state in world.tickets.states.values()} == {NOON + timedelta(hours=1)}
    world.clock.now = NOON + timedelta(hours=1)
    assert world.scan().fired == 5
    assert {state.clock.fired for state in world.tickets.states.values()} == {("warning", "breach")}


def test_a_walk_over_many_tickets_goes_on_where_time_ran_out():
    world = world_of(250, alerts=alerts(digest_above=1000))
    world.scan()
    world.policies.publish(policy(sla=sla(first_response_minutes={"default": 60})))
    turns, found = 0, Scanned(complete=False)
    while not found.complete:
        left = iter([True, False])
        found = world.scan(time_left=lambda: next(left))  # noqa: B023  # used within this turn only
        turns += 1
    assert turns == 3
    assert {state.clock.minutes for state in world.tickets.states.values()} == {60}


def test_a_breach_that_was_told_is_not_told_again_under_another_policy():
    world = world_of(1)
    world.clock.now = DUE
    world.scan()
    for minutes in (60, 2880):
        world.policies.publish(policy(sla=sla(first_response_minutes={"default": minutes})))
        world.clock.forward(hours=30)
        world.scan()
        world.scan()
    assert len(world.alerts.sent) == 1
    (state,) = world.tickets.states.values()
    assert state.clock_of(Target.FIRST_RESPONSE).fired == (DueKind.WARNING, DueKind.BREACH)
