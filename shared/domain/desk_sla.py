"""Where the desk's own SLA figures and ours differ: told, never hidden, and never silently taken over.

Both are right by their own rules. A desk may count calendar hours, keep the policy that a ticket began with, or pause
in other states. People see both numbers, so they have to know which is whose.
"""

from __future__ import annotations

from datetime import timedelta

from shared.domain.record import Instant, Record
from shared.domain.ticket import DeskClock, Stands, Target
from shared.domain.ticket_state import Clock, TicketState

TOLERANCE = timedelta(minutes=1)
"""Desks tell whole minutes, some of them."""


class Difference(Record):
    """One target on which the desk and we do not agree.

    Attributes:
        ours: our deadline; None where our policy promises nothing.
        theirs: the desk's; None where it tells none.
        minutes: how much later the desk's deadline is; None where one of the two is missing.
    """

    target: Target
    metric: str
    ours: Instant | None
    theirs: Instant | None
    minutes: int | None
    why: str

    def __str__(self) -> str:
        return f"{self.target.replace('_', ' ')} ({self.metric} on the desk): {self.why}"


def differences(state: TicketState) -> tuple[Difference, ...]:
    """What the desk's last look and our clocks say differently, of the waits that go on.

    A target that is over for one of the two is compared by how it stands, and not by its deadline: desks drop that.
    """
    if state.status.is_over:
        return ()
    compared = ((theirs, state.clock_of(theirs.target)) for theirs in state.desk_sla)
    found = ((theirs, ours, _why(theirs, ours)) for theirs, ours in compared)
    return tuple(_difference(theirs, ours, why) for theirs, ours, why in found if why)


def _why(theirs: DeskClock, ours: Clock | None) -> str:
    if ours is None:
        return "" if theirs.stands is Stands.MET else "the desk counts it, our policy promises nothing"
    stands = _stands(ours)
    if theirs.stands is not stands:
        return f"{theirs.stands} on the desk, {stands} here"
    if stands is not Stands.RUNNING or theirs.due_at is None or abs(theirs.due_at - ours.due_at) <= TOLERANCE:
        return ""
    return f"due {theirs.due_at:%Y-%m-%d %H:%M} UTC on the desk, {ours.due_at:%Y-%m-%d %H:%M} UTC here"


def _stands(clock: Clock) -> Stands:
    if clock.stopped_at is not None:
        return Stands.MET
    return Stands.PAUSED if clock.paused_at is not None else Stands.RUNNING


def _difference(theirs: DeskClock, ours: Clock | None, why: str) -> Difference:
    later = theirs.due_at - ours.due_at if ours and theirs.due_at else None
    return Difference(
        target=theirs.target,
        metric=theirs.metric,
        ours=ours.due_at if ours else None,
        theirs=theirs.due_at,
        minutes=None if later is None else round(later / timedelta(minutes=1)),
        why=why,
    )
