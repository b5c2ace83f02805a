"""Many tickets due at once, after an outage or in an incident: recorded first, shown on the desk one after the other.

The due index is the queue for the desk: each ticket waits there for its turn, at the pace that the policy sets.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from functions.sla_scan.run import Scan, deliver, remember
from functions.sla_scan.stages import Passed, passed_by
from functions.sla_scan.telling import digest_of
from shared.domain.ticket import DueKind, TicketState

MOST_AT_ONCE = 2_500  # read at the beginning of a run that finds many; what it has no time for waits for the next
NEXT_TURN = "sla_scan/next_turn"


def record_many(scan: Scan) -> bool:
    """Where more tickets are due than anybody can be alerted of one by one: one alert, then record them all.

    The verdicts are by the times that we know; before the desk is told of a ticket it is looked at there, and an
    answer that we had not heard of settles it.
    """
    ports, now, most = scan.ports, scan.ports.clock(), scan.policy.alerts.digest_above
    if len(list(ports.tickets.due_before(now, most + 1))) <= most:
        return True
    states = [ports.tickets.get(key) for key in ports.tickets.due_before(now, MOST_AT_ONCE)]
    due = [(state, passed) for state in states if state and (passed := passed_by(state, now))]
    due = [(state, passed) for state, passed in due if not _noted(state)]
    if len(due) <= most:
        return True
    deliver(digest_of(due, scan.policy, now), held=False, scan=scan)
    scan.counts["digests"] += 1
    # The gravest and those on top of their queues take the first turns.
    due.sort(key=lambda one: (one[1][0].kind is not DueKind.BREACH, one[0].rank or 0, str(one[0].key)))
    turns = _Turns(scan, now)
    try:
        for state, passed in due:
            if not scan.time_left():
                return False
            scan.done.add(state.key)
            scan.counts["looked_at"] += 1
            scan.counts[_recorded(state, passed, scan, now, turns.next())] += 1
    finally:
        turns.remember()
    return True


def _noted(state: TicketState) -> bool:
    """Triaged after all, which one look settles."""
    return state.due is not None and state.due.kind is DueKind.UNTRIAGED and state.noted == state.version


def _recorded(state: TicketState, passed: tuple[Passed, ...], scan: Scan, now: datetime, turn: datetime) -> str:
    try:
        remember(state, passed, scan, now, None, turn)
    except Exception:  # as with one ticket: the others go on
        return "failed"
    return "fired"


class _Turns:
    """When each ticket's turn on the desk is, one after the other and after those of an earlier run."""

    def __init__(self, scan: Scan, now: datetime) -> None:
        self._marks = scan.ports.marks
        self._apart = timedelta(minutes=1) / scan.policy.sla.desk_writes_per_minute
        before = self._marks.get(NEXT_TURN)
        self._next = max(now, datetime.fromisoformat(before)) if before else now

    def next(self) -> datetime:
        self._next += self._apart
        return self._next

    def remember(self) -> None:
        self._marks.put(NEXT_TURN, self._next.isoformat())
