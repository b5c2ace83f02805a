"""Watching the clocks: each stage once, by recorded times, whatever happened to us or to the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.sla_scan.service import Scanned
from shared.domain.errors import (
    DeskRefused,
    DeskUnavailable,
    PolicyInvalid,
    StoredItemCorrupt,
    StoreUnavailable,
)
from shared.domain.facts import FactKind
from shared.domain.observation import Sentiment, Urgency
from shared.domain.ticket import DeskFields, TicketStatus
from shared.domain.ticket_state import DueKind
from tests.unit.domain.samples import policy, policy_data, seen
from tests.unit.functions.world import NOON, Crash, Tripwire, World

# The sample policy promises plan `team` an answer in 4 hours and warns after 3.
WARNS, DUE = NOON + timedelta(hours=3), NOON + timedelta(hours=4)


def test_nothing_is_due_before_its_time(world):
    id = world.arrives()
    world.triage(id)
    world.clock.now = WARNS - timedelta(seconds=1)

    assert world.scan() == Scanned()
    assert world.alerts.sent == []


def test_the_warning_raises_the_ticket_and_tells_the_manager_once(world):
    id = world.arrives()
    world.triage(id)
    world.clock.now = WARNS

    assert world.scan().fired == 1
    assert world.scan() == Scanned()
    assert world.alerts_to("manager") == [f"Ticket {id} (zendesk) is close to its first response deadline"]
    ticket = world.ticket(id)
    assert {"firstline_sla_warning", "firstline_urgent", "firstline_draft"} <= ticket.tags
    assert ticket.fields.priority == "high"
    state = world.state(id)
    assert state.rank == int(ticket.custom["rank"]) < 10**11
    assert state.fired == (DueKind.WARNING,)
    assert (state.due.kind, state.due.at) == (DueKind.BREACH, DUE)
    assert [fact.at for fact in world.told(FactKind.SLA_WARNING)] == [WARNS]


def test_the_breach_follows_once_and_then_nothing_is_due_any_more(world):
    id = world.arrives()
    world.triage(id)
    for moment in (WARNS, DUE, DUE + timedelta(hours=1), DUE + timedelta(days=3)):
        world.clock.now = moment
        world.scan()

    assert len(world.alerts_to("manager")) == 2
    assert world.ticket(id).fields.priority == "urgent"
    assert "firstline_sla_breached" in world.ticket(id).tags
    assert world.state(id).due is None
    assert [fact.at for fact in world.told(FactKind.SLA_BREACH)] == [DUE]


def test_two_scans_at_once_fire_once(world):
    id = world.arrives()
    world.triage(id)
    world.clock.now = WARNS
    found = []

    class DeskWhereAnotherScanRuns:
        def fetch(self, ticket_id: str):
            found.append(world.scan(lease="scan-2"))
            return world.desk.fetch(ticket_id)

        def __getattr__(self, name: str):
            return getattr(world.desk, name)

    assert world.scan(desk=lambda name: DeskWhereAnotherScanRuns()).fired == 1
    assert [(one.looked_at, one.busy) for one in found] == [(1, 1)]
    assert len(world.alerts.sent) == 1


def test_after_an_outage_of_ours_the_verdict_is_by_recorded_times(world):
    id = world.arrives()
    world.triage(id)
    world.clock.now = DUE + timedelta(hours=10)
    world.scan()

    assert world.alerts_to("manager") == [f"Ticket {id} (zendesk) has missed its first response deadline"]
    assert [fact.at for fact in world.told(FactKind.SLA_BREACH)] == [DUE]
    assert world.told(FactKind.SLA_WARNING) == []


def test_an_answer_in_time_is_no_breach_however_late_the_scan(world):
    id = world.arrives()
    world.triage(id)
    world.clock.now = DUE
    world.desk.agent_writes(id, "Here you are.")
    world.clock.now = DUE + timedelta(hours=2)

    assert world.scan() == Scanned(looked_at=1, settled=1)
    assert world.alerts.sent == []
    assert world.told(FactKind.SLA_BREACH, FactKind.SLA_WARNING) == []
    assert [fact.at for fact in world.told(FactKind.FIRST_RESPONSE)] == [DUE]


def test_an_answer_after_the_deadline_is_a_breach_and_alerts_nobody_any_more(world):
    id = world.arrives()
    world.triage(id)
    world.clock.now = DUE + timedelta(seconds=1)
    world.desk.agent_writes(id, "Sorry.")
    world.clock.now = DUE + timedelta(hours=2)
    world.scan()

    assert [fact.at for fact in world.told(FactKind.SLA_BREACH)] == [DUE]
    assert world.alerts.sent == []


def test_a_breach_that_fired_and_is_answered_later_is_one_breach(world):
    id = world.arrives()
    world.triage(id)
    world.clock.now = DUE
    world.scan()
    world.clock.forward(hours=1)
    world.desk.agent_writes(id, "Sorry.")
    world.take_in(world.event(id))

    assert len(world.told(FactKind.SLA_BREACH)) == 1


def test_a_ticket_that_nobody_triaged_is_handed_to_a_person_once(world):
    id = world.arrives()
    world.clock.forward(minutes=2)

    assert world.scan().fired == 1
    assert world.scan() == Scanned()
    ticket = world.ticket(id)
    assert {"firstline", "firstline_handover", "firstline_urgent"} == ticket.tags
    assert ticket.fields == DeskFields(priority="high", queue="front_desk")
    (note,) = world.notes(id)
    assert "Not triaged" in note.text
    assert world.alerts_to("manager") == [f"Ticket {id} (zendesk) was not triaged in time"]
    assert world.state(id).due.kind is DueKind.WARNING


def test_each_version_that_nobody_triaged_is_handed_over(world):
    id = world.arrives()
    world.clock.forward(minutes=2)
    world.scan()
    world.customer_writes(id, "Anybody there?")
    world.clock.forward(minutes=2)
    world.scan()

    assert len(world.notes(id)) == 2
    assert len({alert.id for alert in world.alerts.sent}) == 2


def test_a_late_reply_to_an_answer_is_handed_over_without_an_old_deadline(world):
    id = world.arrives()
    world.desk.agent_writes(id, "Try this.")
    world.customer_writes(id, "It does not work")
    world.clock.forward(minutes=2)
    world.scan()

    (alert,) = world.alerts.sent
    assert not any("deadline" in line or "due" in line for line in alert.lines)
    assert world.state(id).due is None


def test_a_note_whose_writer_was_stopped_before_it_could_tell_counts_as_triaged(world):
    id = world.arrives()
    world.prepare(world.ref(id))
    world.desk.fail_next(DeskUnavailable("time-out"), when="after")
    with pytest.raises(DeskUnavailable):
        world.write_back(world.ref(id))
    world.clock.forward(minutes=2)

    assert world.scan() == Scanned(looked_at=1, settled=1)
    assert len(world.notes(id)) == 1
    state = world.state(id)
    assert state.noted == state.version
    assert state.due.kind is DueKind.WARNING
    assert state.rank == world.tickets.decision(state.key, state.version).rank


def test_when_the_desk_cannot_be_reached_the_stage_fires_and_says_so(world):
    id = world.arrives()
    world.triage(id)
    world.clock.now = DUE
    world.desk.fail_next(DeskUnavailable("away"))

    assert world.scan().fired == 1
    assert "could not be reached" in world.alerts.sent[0].lines[-1]
    assert [fact.at for fact in world.told(FactKind.SLA_BREACH)] == [DUE]
    assert "firstline_sla_breached" not in world.ticket(id).tags


def test_when_the_desk_is_back_the_stage_becomes_visible_and_nobody_is_told_twice(world):
    id = world.arrives()
    world.triage(id)
    world.clock.now = DUE
    for _ in range(3):
        world.desk.fail_next(DeskUnavailable("away"))
        world.scan()
        world.clock.forward(minutes=5)
    world.scan()

    assert {"firstline_sla_breached", "firstline_urgent"} <= world.ticket(id).tags
    assert world.ticket(id).fields.priority == "urgent"
    assert len(world.alerts.sent) == 1
    assert world.state(id).due is None


def test_a_warning_that_never_became_visible_does_not_hide_the_breach(world):
    id = world.arrives()
    world.triage(id)
    world.clock.now = WARNS
    while world.clock.now <= DUE:
        world.desk.fail_next(DeskUnavailable("away"))
        world.scan()
        world.desk._failures.clear()
        world.clock.forward(minutes=5)

    assert len(world.alerts.sent) == 2
    assert [fact.at for fact in world.told(FactKind.SLA_WARNING, FactKind.SLA_BREACH)] == [WARNS, DUE]


@pytest.mark.parametrize(
    "trouble",
    [DeskRefused("token", status=401), StoredItemCorrupt("no secret"), PolicyInvalid("none"), StoreUnavailable("down")],
    ids=["401", "secret", "policy", "store"],
)
def test_a_desk_that_cannot_be_connected_stops_no_clock(world, trouble):
    world.triage(world.arrives())
    world.clock.now = WARNS

    def unconnected(name: str):
        raise trouble

    assert world.scan(desk=unconnected).fired == 1
    assert len(world.alerts.sent) == 1


def test_a_silent_desk_is_waited_for_once_in_a_scan(world):
    ids = [world.arrives() for _ in range(5)]
    for id in ids:
        world.triage(id)
    world.clock.now = WARNS
    asked = []

    class SilentDesk:
        def fetch(self, ticket_id: str):
            asked.append(ticket_id)
            raise DeskUnavailable("no answer within 10 s")

    assert world.scan(desk=lambda name: SilentDesk()).fired == 5
    assert len(asked) == 1


def test_an_edit_between_our_look_and_our_write_is_met_with_another_look(world):
    id = world.arrives()
    world.triage(id)
    world.clock.now = WARNS
    desk = _EditedMeanwhile(world, times=1)

    assert world.scan(desk=lambda name: desk).fired == 1
    assert "firstline_sla_warning" in world.ticket(id).tags
    assert len(world.alerts.sent) == 1


def test_an_answer_between_our_look_and_our_write_is_no_warning(world):
    id = world.arrives()
    world.triage(id)
    world.clock.now = WARNS
    desk = _EditedMeanwhile(world, times=1, edit=lambda: world.desk.agent_writes(id, "Here you are."))

    assert world.scan(desk=lambda name: desk).fired == 0
    assert world.alerts.sent == []
    assert "firstline_sla_warning" not in world.ticket(id).tags


def test_people_who_keep_editing_do_not_stop_the_clock(world):
    world.triage(world.arrives())
    world.clock.now = WARNS

    assert world.scan(desk=lambda name: _EditedMeanwhile(world, times=99)).fired == 1
    assert len(world.alerts.sent) == 1


def test_one_broken_ticket_does_not_stop_the_others(world):
    first, broken, last = (world.arrives() for _ in range(3))
    for id in (first, broken, last):
        world.triage(id)
    world.clock.now = WARNS

    class OneItemIsCorrupt:
        def __init__(self, error: Exception) -> None:
            self._error = error

        def get(self, key):
            if key.id == broken:
                raise self._error
            return world.tickets.get(key)

        def __getattr__(self, name: str):
            return getattr(world.tickets, name)

    found = world.scan(tickets=OneItemIsCorrupt(StoredItemCorrupt("state")))
    assert (found.looked_at, found.fired, found.failed, found.complete) == (3, 2, 1, True)
    # Not even a mistake of ours that nobody has foreseen.
    assert world.scan(tickets=OneItemIsCorrupt(KeyError("a mistake"))).failed == 1
    assert world.scan().fired == 1


def test_a_scan_that_runs_out_of_time_says_so_and_the_next_one_goes_on(world):
    for _ in range(3):
        world.triage(world.arrives())
    world.clock.now = WARNS
    time_left = iter([True, True, False])

    assert world.scan(time_left=lambda: next(time_left)) == Scanned(looked_at=2, fired=2, complete=False)
    assert world.scan() == Scanned(looked_at=1, fired=1)


def test_more_than_a_batch_is_handled_in_one_scan():
    world = World(policy(alerts=policy_data()["alerts"] | {"digest_above": 1000}))
    for _ in range(250):
        world.arrives()
    world.clock.forward(minutes=2)

    assert world.scan() == Scanned(looked_at=250, fired=250)


def test_a_stage_is_not_lost_where_the_alert_could_not_be_sent(world):
    id = world.arrives()
    world.triage(id)
    world.clock.now = WARNS
    world.alerts.fail_with = StoreUnavailable("throttled")
    assert world.scan().failed == 1

    world.alerts.fail_with = None
    assert world.scan().fired == 1
    assert len(world.alerts.sent) == 1
    assert world.state(id).fired == (DueKind.WARNING,)


def test_a_ticket_that_was_solved_or_deleted_meanwhile_settles_and_frees_its_agent(world):
    solved, deleted = world.arrives(), world.arrives()
    for id in (solved, deleted):
        world.triage(id)
    world.desk.edit(solved, status=TicketStatus.SOLVED)
    world.desk.delete(deleted)
    world.clock.now = WARNS

    assert world.scan() == Scanned(looked_at=2, settled=2)
    assert world.loads.carried == {}
    assert world.state(deleted).status is TicketStatus.GONE
    assert world.alerts.sent == []


def test_a_new_message_that_the_scan_sees_first_gets_its_own_time(world):
    id = world.arrives()
    world.triage(id)
    world.clock.now = WARNS
    world.desk.customer_writes(id, "Hello?")

    assert world.scan() == Scanned(looked_at=1, settled=1)
    state = world.state(id)
    assert (state.due.kind, state.started != state.version) == (DueKind.UNTRIAGED, True)
    assert world.take_in(world.event(id)) == "started"


def test_a_chat_that_goes_on_does_not_stop_the_clock(world):
    id = world.desk.open_ticket("Hi", channel="chat")
    world.clock.forward(seconds=30)
    world.take_in(world.event(id))
    world.triage(id)
    world.clock.now = world.state(id).due.at
    world.desk.customer_writes(id, "Hello?")

    assert world.scan().fired == 1


def test_what_a_person_set_is_not_lowered_and_not_moved(world):
    id = world.arrives()
    world.desk.edit(id, fields=DeskFields(priority="urgent", queue="care", assignee="b@example.com"))
    world.clock.forward(minutes=2)
    world.scan()

    assert world.ticket(id).fields == DeskFields(priority="urgent", queue="care", assignee="b@example.com")


def test_the_verdict_of_a_stricter_promise_counts_from_the_same_start(world):
    world.engine.sees = seen(urgency=Urgency.CRITICAL, sentiment=Sentiment.NEUTRAL)
    id = world.arrives()
    world.clock.forward(minutes=1)
    world.triage(id)

    state = world.state(id)
    assert state.clock.started_at == NOON
    assert state.due.at == NOON + timedelta(minutes=22, seconds=30)


SCAN_CALLS = {
    "tickets": ["get", "put", "put_stages", "take_lease", "drop_lease", "due_before", "watched"],
    "marks": ["get", "put"],
    "policies": ["current", "get"],
    "facts": ["record"],
    "alerts": ["send"],
}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("stage", ["untriaged", "warning", "breach"])
def test_being_stopped_anywhere_and_run_again_loses_no_stage(stage, after):
    undisturbed = _before(stage)
    undisturbed.scan()
    stopped = 0
    while True:
        world = _before(stage)
        wire = Killed(stopped + 1, after=after)
        wired = {name: wire.wired(getattr(world, name), calls) for name, calls in SCAN_CALLS.items()}
        desk = wire.wired(world.desk, ["fetch", "write"])
        try:
            world.scan(desk=lambda name: desk, **wired)  # noqa: B023  # used within this turn only
        except KeyboardInterrupt:
            world.clock.forward(seconds=46)
            world.scan(lease="scan-2")
        else:
            break
        stopped += 1
        assert _ends(world) == _ends(undisturbed), f"stopped at call {stopped}"
        # What leaves the account may be repeated, and then says by its id that it is the same.
        assert {alert.id for alert in world.alerts.sent} == {alert.id for alert in undisturbed.alerts.sent}
        assert len(world.alerts.sent) <= 2
    assert stopped >= 9


class Killed(Tripwire):
    """A process that is killed: no `except Exception` hears of it."""

    def call(self, method, *args, **kwargs):
        try:
            return super().call(method, *args, **kwargs)
        except Crash:
            self.at = 0
            raise KeyboardInterrupt from None


def _before(stage: str) -> World:
    world = World()
    id = world.arrives()
    if stage != "untriaged":
        world.triage(id)
    world.clock.now = {"untriaged": NOON + timedelta(minutes=2), "warning": WARNS, "breach": DUE}[stage]
    return world


def _ends(world: World) -> object:
    (state,) = world.tickets.states.values()
    facts = [fact.model_copy(update={"recorded_at": fact.at}) for fact in world.told()]
    ticket = world.ticket(state.key.id)
    told = (ticket.fields, ticket.tags, ticket.custom, len(world.notes(state.key.id)))
    return state.model_copy(update={"revision": 0, "desk_updated_at": NOON}), facts, told


class _EditedMeanwhile:
    """The desk, where somebody edits the ticket between our look and our write, some times in a row."""

    def __init__(self, world: World, *, times: int, edit=None) -> None:
        self._world = world
        self._left = times
        self._edit = edit

    def write(self, ticket_id: str, change):
        if self._left:
            self._left -= 1
            (self._edit or (lambda: self._world.desk.edit(ticket_id, tags=["busy"])))()
        return self._world.desk.write(ticket_id, change)

    def __getattr__(self, name: str):
        return getattr(self._world.desk, name)
