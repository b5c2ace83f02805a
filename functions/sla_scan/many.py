"""Many tickets due at once, after an outage or in an incident: recorded first, shown on the desk one after the other.

The due index is the queue for the desk: each ticket waits there for its turn, at the pace that the policy sets.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from functions.sla_scan.run import Scan, deliver, remember
from functions.sla_scan.stages import Passed, passed_by
from functions.sla_scan.telling import digest_of
from shared.domain.errors import StoredItemCorrupt
from shared.domain.ticket import TicketKey
from shared.domain.ticket_state import DueKind, TicketState

MOST_AT_ONCE = 2_500  # read at the beginning of a run that finds many; what it has no time for waits for the next
NEXT_TURN = "sla_scan/next_turn"


def record_many(scan: Scan) -> bool:
    """While more tickets are due than anybody can be alerted of one by one: one alert, then record them all.

    The verdicts are by the times that we know; before the desk is told of a ticket it is looked at there, and an
    answer that we had not heard of settles it. Whether there was time for all of them.
    """
    turns = _Turns(scan, scan.ports.clock())
    try:
        while due := _too_many(scan):
            deliver(digest_of(due, scan.policy, scan.ports.clock()), held=False, scan=scan)
            scan.counts["digests"] += 1
            if not _record(due, scan, turns):
                return False
    finally:
        turns.remember()
    return True


Due = tuple[TicketState, tuple[Passed, ...]]


def _too_many(scan: Scan) -> list[Due]:
    """The tickets with something to record, the gravest and those on top of their queues first, if they are so many."""
    ports, now, done = scan.ports, scan.ports.clock(), scan.done
    keys = [key for key in ports.tickets.due_before(now, MOST_AT_ONCE + len(done)) if key not in done]
    states = [state for key in keys if (state := _read(key, scan)) and not _noted(state)]
    due = [(state, passed) for state in states if (passed := passed_by(state, now))]
    due.sort(key=lambda one: (one[1][0].kind is not DueKind.BREACH, one[0].rank or 0, str(one[0].key)))
    return due if len(due) > scan.policy.alerts.digest_above else []


def _record(due: list[Due], scan: Scan, turns: _Turns) -> bool:
    now = scan.ports.clock()
    for state, passed in due:
        if not scan.time_left():
            return False
        scan.done.add(state.key)
        scan.counts["looked_at"] += 1
        scan.counts[_recorded(state, passed, scan, now, turns.next())] += 1
    return True


def _read(key: TicketKey, scan: Scan) -> TicketState | None:
    """A state; one that cannot be read is left to those who look at tickets one by one, and counted there."""
    with suppress(StoredItemCorrupt):
        return scan.ports.tickets.get(key)
    return None


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
