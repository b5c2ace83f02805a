"""Watching the clocks: what is due is raised in the queue and on the desk, and the manager hears of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from functions.sla_scan.telling import alert_of, facts_of, occasion_of
from shared.domain.decision import raised
from shared.domain.errors import DeskConflict, FirstlineError, StillWriting, TicketGone, TransientError
from shared.domain.intake import due_of, gone, outdated, running_clock, take_in
from shared.domain.note import Note, carries, hand_over_note, marker
from shared.domain.policy import Policy
from shared.domain.record import Record
from shared.domain.ticket import DeskFields, DeskTicket, Due, DueKind, Role, TicketKey, TicketState
from shared.domain.writing import STAGE_PRIORITY, STAGE_TAG, TAG, TAG_URGENT, fields_to_write, standing
from shared.ports.delivery import Alerts
from shared.ports.desk import DeskChange, HelpDesk
from shared.ports.store import FactLog, LoadBook, PolicyStore, TicketStore, amend

BATCH = 100
LEASE = timedelta(seconds=45)
LOOKS_AGAIN_AFTER = timedelta(minutes=5)
_ATTEMPTS = 3


class Scanned(Record):
    """What one scan found. `settled` tickets needed nothing any more, `failed` ones stay due for the next scan."""

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
    loads: LoadBook
    facts: FactLog
    alerts: Alerts
    clock: Callable[[], datetime]


@dataclass(frozen=True)
class _Scan:
    """One run: its world, its policy, and the desks that did not answer, which it does not wait for again."""

    ports: Ports
    policy: Policy
    lease: str
    silent: set[str] = field(default_factory=set)


def sla_scan(*, lease: str, ports: Ports, time_left: Callable[[], bool]) -> Scanned:
    """Handle every ticket whose next action is due; what there is no time for waits for the next scan.

    Args:
        lease: who we are, for the tickets' leases.
        time_left: whether there is time for one more ticket.
    """
    counts = dict.fromkeys(("looked_at", "fired", "settled", "busy", "failed"), 0)
    scan = _Scan(ports=ports, policy=ports.policies.get(ports.policies.current()), lease=lease)
    done: set[TicketKey] = set()
    # A handled ticket may stay in the index for a second, one that failed stays: both would come again.
    while batch := [key for key in ports.tickets.due_before(ports.clock(), BATCH + len(done)) if key not in done]:
        for key in batch:
            if not time_left():
                return Scanned(**counts, complete=False)
            done.add(key)
            counts["looked_at"] += 1
            counts[_guarded(key, scan)] += 1
    return Scanned(**counts)


def _guarded(key: TicketKey, scan: _Scan) -> str:
    """Handle one ticket under its lease. One that fails stays due and keeps no other ticket waiting."""
    tickets, now = scan.ports.tickets, scan.ports.clock()
    try:
        if not tickets.take_lease(key, scan.lease, now + LEASE, now):
            return "busy"
        try:
            return _handle(key, scan)
        finally:
            tickets.drop_lease(key, scan.lease)
    except Exception:  # whatever is wrong with one ticket: the others' clocks go on; the count raises the alarm
        return "failed"


def _handle(key: TicketKey, scan: _Scan) -> str:
    """Look at a ticket and do what is due; again on the newest ticket when somebody edits it meanwhile."""
    for attempt in range(_ATTEMPTS):
        now = scan.ports.clock()
        state = scan.ports.tickets.get(key)
        if state is None or state.due is None or state.due.at > now:
            return "settled"
        try:
            ticket = _look(key, scan)
        except TicketGone:
            amend(scan.ports.tickets, key, lambda current: gone(current, now=scan.ports.clock()))
            scan.ports.loads.release(key)
            return "settled"
        state = _refresh(state, ticket, scan, now) if ticket else state
        try:
            return _fire(state, ticket, scan, now)
        except DeskConflict:
            if attempt == _ATTEMPTS - 1:
                return _fire(state, None, scan, now)
    raise AssertionError("unreachable")


def _look(key: TicketKey, scan: _Scan) -> DeskTicket | None:
    """The ticket as it stands, or None where the desk does not tell.

    The clock does not stop because the desk is away: the stage fires, and says so.
    """
    if key.desk in scan.silent:
        return None
    try:
        return scan.ports.desk(key.desk).fetch(key.id)
    except TicketGone:
        raise
    except TransientError:
        scan.silent.add(key.desk)
        return None
    except FirstlineError:
        return None


def _refresh(state: TicketState, ticket: DeskTicket, scan: _Scan, now: datetime) -> TicketState:
    """Take in what has changed: an answer that came meanwhile settles it, by its own time and not by ours."""
    if outdated(ticket, state):
        return state
    try:
        intake = take_in(state, ticket, policy=scan.policy, now=now)
    except StillWriting:
        return state
    if intake.state == state:
        return state
    scan.ports.facts.record(intake.facts)
    stored = scan.ports.tickets.put(intake.state)
    if stored.status.is_over:
        scan.ports.loads.release(state.key)
    return stored


def _fire(state: TicketState, ticket: DeskTicket | None, scan: _Scan, now: datetime) -> str:
    due, ports = state.due, scan.ports
    if due is None or due.at > now:
        return "settled"
    stage = _stage(due.kind, state, now)
    if stage is DueKind.UNTRIAGED and _is_triaged(state, ticket):
        amend(ports.tickets, state.key, lambda current: _triaged(current, state.version, now))
        return "settled"
    wrote = _raise_on_desk(state, ticket, stage, scan) if ticket else None
    if stage in state.fired:
        # Told and recorded already; it only was not yet visible on the desk.
        _move_on(state, stage, ports, now, wrote)
        return "settled"
    ports.alerts.send(alert_of(state, stage, reached=wrote is not None))
    ports.facts.record(facts_of(state, stage, now))
    target = state.clock.target if state.clock and stage is not DueKind.UNTRIAGED else "triage"
    ports.tickets.record_stage(state.key, target, stage, occasion_of(state, stage), now)
    _move_on(state, stage, ports, now, wrote)
    return "fired"


def _stage(kind: DueKind, state: TicketState, now: datetime) -> DueKind:
    """A warning that nobody could give before the deadline is a breach by now."""
    late = kind is DueKind.WARNING and state.clock is not None and now >= state.clock.due_at
    return DueKind.BREACH if late else kind


def _is_triaged(state: TicketState, ticket: DeskTicket | None) -> bool:
    """Whether the version's note stands on the desk, also where the run that wrote it ended before it could tell us."""
    mark = marker(state.version or "")
    written = any(m.role is Role.US and carries(m.text, mark) for m in ticket.messages) if ticket else False
    return written or state.noted == state.version


def _triaged(current: TicketState, version: str | None, now: datetime) -> TicketState:
    if current.version != version:
        return current
    return current.model_copy(update={"noted": version, "due": due_of(current, now=now)})


def _move_on(state: TicketState, stage: DueKind, ports: Ports, now: datetime, wrote: DeskFields | None) -> None:
    """Remember the stage and set the next one; the top band takes whatever is close to its deadline."""

    def moved(current: TicketState) -> TicketState:
        once = stage is DueKind.UNTRIAGED or stage in current.fired
        update = {
            "fired": current.fired if once else (*current.fired, stage),
            "rank": raised(current.rank) if current.rank is not None else None,
            "wrote": current.wrote.with_(wrote or DeskFields()),
        }
        changed = current.model_copy(update=update)
        return changed.model_copy(update={"due": _next(changed, stage, now, visible=wrote is not None)})

    amend(ports.tickets, state.key, moved)


def _next(state: TicketState, stage: DueKind, now: datetime, *, visible: bool) -> Due | None:
    """What comes next; until the stage is visible on the desk that is to try once more, soon."""
    following = due_of(state, now=now)
    if visible or stage not in state.fired or running_clock(state) is None:
        return following
    again = Due(kind=stage, at=now + LOOKS_AGAIN_AFTER)
    return again if following is None or again.at < following.at else following


def _raise_on_desk(state: TicketState, ticket: DeskTicket, stage: DueKind, scan: _Scan) -> DeskFields | None:
    """Make the ticket visible on the desk and answer the fields written; None where the desk could not take it.

    Raises:
        DeskConflict: somebody edited the ticket since we looked.
    """
    fallback = state.queue or scan.policy.routing.fallback_queue
    wanted = DeskFields(priority=STAGE_PRIORITY[stage], queue=fallback if stage is DueKind.UNTRIAGED else None)
    most = ticket.fields.priority == "urgent"  # nothing lowers it
    raising = wanted.model_copy(update={"priority": None}) if most else wanted
    fields = fields_to_write(raising, now=ticket.fields, seen=state.seen, wrote=state.wrote)
    change = DeskChange(
        stamp=ticket.stamp,
        fields=fields,
        add_tags=frozenset({TAG, TAG_URGENT, STAGE_TAG[stage]}),
        custom={"rank": str(raised(state.rank))} if state.rank is not None else {},
        note=_late_note(state, ticket) if stage is DueKind.UNTRIAGED else None,
    )
    try:
        scan.ports.desk(state.key.desk).write(state.key.id, change)
    except DeskConflict:
        raise
    except FirstlineError:
        return None
    # Our tag is there already: an earlier run wrote, and ended before it could remember.
    return fields.with_(standing(wanted, ticket.fields)) if STAGE_TAG[stage] in ticket.tags else fields


def _late_note(state: TicketState, ticket: DeskTicket) -> Note | None:
    """The note that says that nobody triaged this; None where it stands already."""
    note = hand_over_note(version=f"{state.version}-late", failed_at="triage")
    return None if any(carries(message.text, note.marker) for message in ticket.messages) else note
