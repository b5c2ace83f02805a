"""Freshdesk's own SLA figures: the due times that it tells on each ticket, by its own policy and business hours.

A timer stands while the ticket waits for its customer; what a person has answered or solved is met here, late or not,
for the desk's word on that (`fr_escalated`, `is_escalated`) says when it looked and not when it was due.
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError

from shared.adapters.freshdesk.ticket import Ticket
from shared.domain.record import Instant
from shared.domain.ticket import DeskClock, Stands, Target, TicketStatus

_MOMENT: TypeAdapter[Instant] = TypeAdapter(Instant)
_WAITS = frozenset({TicketStatus.PENDING, TicketStatus.HOLD})


def read_sla(ticket: Ticket, status: TicketStatus) -> tuple[DeskClock, ...]:
    """First response and resolution, as far as the ticket has a due time of them."""
    answered = ticket.stats.first_responded_at is not None
    clocks = (
        _clock(Target.FIRST_RESPONSE, "fr_due_by", ticket.fr_due_by, status, over=answered or status.is_over),
        _clock(Target.RESOLUTION, "due_by", ticket.due_by, status, over=status.is_over),
    )
    return tuple(clock for clock in clocks if clock is not None)


def _clock(target: Target, metric: str, told: Any, status: TicketStatus, *, over: bool) -> DeskClock | None:
    try:
        due = _MOMENT.validate_python(told)
    except ValidationError:
        return None  # none, or not as expected: the ticket is read all the same
    stands = Stands.MET if over else Stands.PAUSED if status in _WAITS else Stands.RUNNING
    return DeskClock(target=target, metric=metric, stands=stands, due_at=due if stands is Stands.RUNNING else None)
