"""One ticket that is due: looked at on the desk, raised there, told of, and recorded, in this order."""

from __future__ import annotations

from datetime import datetime, timedelta

from functions.sla_scan.run import ATTEMPTS, Scan, deliver, remember
from functions.sla_scan.showing import show
from functions.sla_scan.stages import Passed, passed_by, remembered, shown_stages
from functions.sla_scan.telling import alert_of
from shared.domain.alerting import Audience, address
from shared.domain.assignment import week_of
from shared.domain.decision import relieved
from shared.domain.errors import DeskConflict, FirstlineError, StillWriting, TicketGone
from shared.domain.intake import due_of, gone, outdated, take_in
from shared.domain.note import carries, marker
from shared.domain.sla_policy import Step
from shared.domain.ticket import DeskFields, DeskTicket, Role, TicketKey
from shared.domain.ticket_state import DueKind, TicketState
from shared.ports.store import Burden, amend

LEASE = timedelta(seconds=45)
LOOKS_AGAIN_AFTER = timedelta(minutes=5)
_UNREACHED = "The desk could not be reached, so this is not yet visible there."


def handle_guarded(key: TicketKey, scan: Scan) -> str:
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


def _handle(key: TicketKey, scan: Scan) -> str:
    """Look at a ticket and do what is due; again on the newest ticket when somebody edits it meanwhile."""
    for attempt in range(ATTEMPTS):
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
            return _act(state, ticket, scan, now)
        except DeskConflict:
            if attempt == ATTEMPTS - 1:
                return _act(state, None, scan, now)
    raise AssertionError("unreachable")


def _look(key: TicketKey, scan: Scan) -> DeskTicket | None:
    """The ticket as it stands, or None where the desk does not tell.

    The clock does not stop because the desk is away: the stage fires, and says so.
    """
    if not scan.reach.may_ask(key.desk):
        return None
    try:
        return scan.ports.desk(key.desk).fetch(key.id)
    except TicketGone:
        raise
    except FirstlineError as error:
        scan.reach.failed(key.desk, error)
        return None


def _refresh(state: TicketState, ticket: DeskTicket, scan: Scan, now: datetime) -> TicketState:
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


def _act(state: TicketState, ticket: DeskTicket | None, scan: Scan, now: datetime) -> str:
    due, ports = state.due, scan.ports
    if due is None or due.at > now:
        return "settled"
    passed = passed_by(state, now)
    late = due.kind is DueKind.UNTRIAGED or DueKind.UNTRIAGED in shown_stages(state)
    if late and _is_triaged(state, ticket):
        amend(ports.tickets, state.key, lambda current: _triaged(current, state.version, now))
        return "settled"
    ahead = remembered(state, passed, now=now, wrote=None, show_at=None)
    wrote = _raise_on_desk(ahead, ticket, passed, scan, now) if ticket else None
    for one in passed:
        _tell(state, one, scan, now, remark="" if wrote is not None or not _shows(one, scan) else _UNREACHED)
    remember(state, passed, scan, now, wrote, now + LOOKS_AGAIN_AFTER)
    return "fired" if passed else "shown" if wrote is not None else "busy"


def _is_triaged(state: TicketState, ticket: DeskTicket | None) -> bool:
    """Whether the version's note stands on the desk, also where the run that wrote it ended before it could tell us."""
    mark = marker(state.version or "")
    written = any(m.role is Role.US and carries(m.text, mark) for m in ticket.messages) if ticket else False
    return written or state.noted == state.version


def _triaged(current: TicketState, version: str | None, now: datetime) -> TicketState:
    if current.version != version:
        return current
    noted = current.model_copy(update={"noted": version})
    return noted.model_copy(update={"due": due_of(noted, now=now)})


def _shows(passed: Passed, scan: Scan) -> bool:
    """Whether a stage changes anything on the desk."""
    return not {Step.DESK, Step.REASSIGN}.isdisjoint(passed.steps(scan.policy))


def _raise_on_desk(
    state: TicketState, ticket: DeskTicket, passed: tuple[Passed, ...], scan: Scan, now: datetime
) -> DeskFields | None:
    """Make the ticket visible on the desk and answer the fields written; None where the desk could not take it.

    Raises:
        DeskConflict: somebody edited the ticket since we looked.
    """
    if passed and not any(_shows(one, scan) for one in passed):
        return DeskFields()
    agent = _relief(state, passed, scan, now)
    fallback = scan.policy.routing.fallback_queue
    try:
        desk = scan.ports.desk(state.key.desk)
        scan.reach.asked()
        wrote = show(desk, ticket, state, shown_stages(state), fallback=fallback, agent=agent)
    except DeskConflict:
        raise
    except FirstlineError as error:
        scan.reach.failed(state.key.desk, error)
        return None
    if agent is not None and wrote.assignee == agent:
        week = week_of(now, scan.policy.company.time_zone)
        burden = Burden(weight=scan.policy.routing.weight_of(state.urgency), week=week)
        scan.ports.loads.move(state.key, agent, burden)
    return wrote


def _relief(state: TicketState, passed: tuple[Passed, ...], scan: Scan, now: datetime) -> str | None:
    """Who takes over a ticket whose agent is not at work, where a stage asks for that."""
    if state.queue is None or not any(Step.REASSIGN in one.steps(scan.policy) for one in passed):
        return None
    loads = scan.ports.loads.loads(week_of(now, scan.policy.company.time_zone))
    return relieved(state, scan.policy, loads, now=now)


def _tell(state: TicketState, passed: Passed, scan: Scan, now: datetime, remark: str) -> None:
    """Alert those whom the stage names, now or after their quiet hours."""
    audiences = {Step.MANAGER: Audience.MANAGER, Step.ON_CALL: Audience.ON_CALL}
    for step in passed.steps(scan.policy):
        if step not in audiences:
            continue
        alert = alert_of(state, passed, scan.policy, audiences[step], now, remark)
        held = address(audiences[step], scan.policy.alerts, now, urgent=passed.kind is DueKind.UNTRIAGED).held
        deliver(alert, held=held, scan=scan)
