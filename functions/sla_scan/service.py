"""Watching the clocks: what is due is raised in the queue and on the desk, and the manager hears of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.decision import raised
from shared.domain.errors import DeskRefused, FirstlineError, TicketGone, TransientError
from shared.domain.facts import Fact, FactKind
from shared.domain.intake import due_of, gone, take_in
from shared.domain.note import Note, hand_over_note
from shared.domain.policy import Policy
from shared.domain.record import Record
from shared.domain.ticket import DeskFields, DeskTicket, DueKind, TicketKey, TicketState
from shared.domain.writing import TAG, TAG_HAND_OVER, TAG_SLA_BREACHED, TAG_SLA_WARNING, TAG_URGENT, fields_to_write
from shared.ports.delivery import Alert, Alerts
from shared.ports.desk import DeskChange, HelpDesk
from shared.ports.store import FactLog, PolicyStore, TicketStore, amend

BATCH = 100
LEASE = timedelta(seconds=60)
_TAG = {
    DueKind.UNTRIAGED: TAG_HAND_OVER,
    DueKind.WARNING: TAG_SLA_WARNING,
    DueKind.BREACH: TAG_SLA_BREACHED,
}
_PRIORITY = {DueKind.UNTRIAGED: "high", DueKind.WARNING: "high", DueKind.BREACH: "urgent"}
_FACT = {DueKind.WARNING: FactKind.SLA_WARNING, DueKind.BREACH: FactKind.SLA_BREACH}
_SAYS = {
    DueKind.UNTRIAGED: "was not triaged in time; a person has to read it",
    DueKind.WARNING: "is close to its first response deadline",
    DueKind.BREACH: "has missed its first response deadline",
}


class Scanned(Record):
    """What one scan found. `late` tickets had been answered before anybody looked."""

    looked_at: int = 0
    fired: int = 0
    settled: int = 0
    busy: int = 0
    failed: int = 0
    complete: bool = True


@dataclass(frozen=True)
class Ports:
    """The world that the scan touches."""

    desk: Callable[[str], HelpDesk]
    tickets: TicketStore
    policies: PolicyStore
    facts: FactLog
    alerts: Alerts
    clock: Callable[[], datetime]


def sla_scan(*, lease: str, ports: Ports, time_left: Callable[[], bool]) -> Scanned:
    """Handle every ticket whose next action is due; the rest waits for the next scan.

    Args:
        time_left: whether there is time for one more ticket.
    """
    counts = dict.fromkeys(("looked_at", "fired", "settled", "busy", "failed"), 0)
    complete = True
    policy = ports.policies.get(ports.policies.current())
    for key in ports.tickets.due_before(ports.clock(), BATCH):
        if not time_left():
            complete = False
            break
        counts["looked_at"] += 1
        counts[_guarded(key, lease, policy, ports)] += 1
    return Scanned(**counts, complete=complete)


def _guarded(key: TicketKey, lease: str, policy: Policy, ports: Ports) -> str:
    """Handle one ticket under its lease. One that fails stays due and keeps no other ticket waiting."""
    now = ports.clock()
    if not ports.tickets.take_lease(key, lease, now + LEASE, now):
        return "busy"
    try:
        return _handle(key, policy, ports)
    except FirstlineError:
        return "failed"
    finally:
        ports.tickets.drop_lease(key, lease)


def _handle(key: TicketKey, policy: Policy, ports: Ports) -> str:
    now = ports.clock()
    state = ports.tickets.get(key)
    if state is None or state.due is None or state.due.at > now:
        return "settled"
    try:
        ticket: DeskTicket | None = ports.desk(key.desk).fetch(key.id)
    except TicketGone:
        amend(ports.tickets, key, lambda current: gone(current, now=now))
        return "settled"
    except (TransientError, DeskRefused):
        # The clock does not stop because the desk is away: the stage fires, and says so.
        ticket = None
    if ticket is not None:
        state = _refresh(state, ticket, policy, ports, now)
        if state.due is None:
            return "settled"
    return _fire(state, ticket, policy, ports, now)


def _refresh(state: TicketState, ticket: DeskTicket, policy: Policy, ports: Ports, now: datetime) -> TicketState:
    """Look once more: an answer that came meanwhile settles it, by its own time and not by ours."""
    if state.desk_updated_at > ticket.updated_at:
        return state
    intake = take_in(state, ticket, policy=policy, now=now)
    if intake.state == state:
        return state
    ports.facts.record(intake.facts)
    return ports.tickets.put(intake.state)


def _fire(state: TicketState, ticket: DeskTicket | None, policy: Policy, ports: Ports, now: datetime) -> str:
    due = state.due
    if due is None or due.at > now:
        return "settled"
    stage = _stage(due.kind, state, now)
    if stage is DueKind.UNTRIAGED and state.noted == state.version:
        _move_on(state, stage, ports, now, DeskFields())
        return "settled"
    wrote = _raise_on_desk(state, ticket, stage, policy, ports.desk(state.key.desk)) if ticket else None
    ports.alerts.send(_alert(state, stage, reached=wrote is not None))
    ports.facts.record(_facts(state, stage, now))
    clock = state.clock
    mark = (state.version or "") if stage is DueKind.UNTRIAGED else (clock.started_at.isoformat() if clock else "")
    ports.tickets.record_stage(state.key, clock.target if clock else "triage", stage, mark, now)
    _move_on(state, stage, ports, now, wrote or DeskFields())
    return "fired"


def _stage(kind: DueKind, state: TicketState, now: datetime) -> DueKind:
    """A warning that nobody could give before the deadline is a breach by now."""
    late = kind is DueKind.WARNING and state.clock is not None and now >= state.clock.due_at
    return DueKind.BREACH if late else kind


def _move_on(state: TicketState, stage: DueKind, ports: Ports, now: datetime, wrote: DeskFields) -> None:
    """Remember the stage and set the next one; the top band takes whatever is close to its deadline."""

    def moved(current: TicketState) -> TicketState:
        fired = current.fired if stage is DueKind.UNTRIAGED else (*current.fired, stage)
        rank = raised(current.rank) if current.rank is not None else None
        changed = current.model_copy(update={"fired": fired, "rank": rank, "wrote": current.wrote.with_(wrote)})
        return changed.model_copy(update={"due": due_of(changed, now=now)})

    amend(ports.tickets, state.key, moved)


def _raise_on_desk(
    state: TicketState, ticket: DeskTicket, stage: DueKind, policy: Policy, desk: HelpDesk
) -> DeskFields | None:
    """Make the ticket visible on the desk and answer the fields written; None where the desk could not take it."""
    wanted = DeskFields(priority=_PRIORITY[stage])
    note: Note | None = None
    if stage is DueKind.UNTRIAGED:
        wanted = DeskFields(priority="high", queue=state.queue or policy.routing.fallback_queue)
        note = hand_over_note(version=f"{state.version}-late", failed_at="triage")
        if any(note.marker in message.text for message in ticket.messages):
            note = None
    if ticket.fields.priority == "urgent":
        wanted = wanted.model_copy(update={"priority": None})
    fields = fields_to_write(wanted, now=ticket.fields, seen=state.seen, wrote=state.wrote)
    change = DeskChange(
        stamp=ticket.stamp,
        fields=fields,
        add_tags=frozenset({TAG, TAG_URGENT, _TAG[stage]}),
        custom={"rank": str(raised(state.rank))} if state.rank is not None else {},
        note=note,
    )
    try:
        desk.write(state.key.id, change)
    except FirstlineError:
        return None
    return fields


def _alert(state: TicketState, stage: DueKind, *, reached: bool) -> Alert:
    due = state.clock.due_at if state.clock else None
    lines = [
        f"Ticket {state.key.id} on {state.key.desk} {_SAYS[stage]}.",
        f"Queue: {state.queue or 'not routed yet'}; plan: {state.plan or 'unknown'}",
        f"Category: {state.category or 'unknown'}",
    ]
    if due:
        lines.append(f"First response due: {due:%Y-%m-%d %H:%M} UTC")
    if not reached:
        lines.append("The desk could not be reached, so this is not yet visible there.")
    mark = state.version if stage is DueKind.UNTRIAGED or not state.clock else state.clock.started_at.isoformat()
    return Alert(
        id=f"{state.key}/{stage.value}/{mark}",
        audience="manager",
        subject=f"Ticket {state.key.id} ({state.key.desk}) {_SAYS[stage].split(';')[0]}",
        lines=tuple(lines),
        link=state.link,
    )


def _facts(state: TicketState, stage: DueKind, now: datetime) -> list[Fact]:
    if stage not in _FACT or state.clock is None:
        return []
    at = state.clock.warn_at if stage is DueKind.WARNING else state.clock.due_at
    detail = {"target": state.clock.target, "queue": state.queue or ""}
    return [Fact(kind=_FACT[stage], key=state.key, at=at, recorded_at=now, detail=detail)]
