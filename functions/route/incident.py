"""One outage and many customers: the same fault is called out as one incident, and not once for every ticket."""

from __future__ import annotations

from datetime import timedelta

from shared.domain.alike import MOST_READ, WINDOW, Alike, alike
from shared.domain.decision import Decision
from shared.domain.errors import StoredItemCorrupt
from shared.domain.facts import FactKind
from shared.domain.record import Record
from shared.domain.ticket_state import TicketState
from shared.ports.books import FactLog, Occasions

QUIET_FOR = timedelta(minutes=30)
"""For so long after it was called out an incident is told of again only when it has grown."""

_GROWN = 3  # times as many customers
_NAMED = 10


class Incident(Record):
    """The same fault, reported by several customers within a day.

    Attributes:
        id: stays the same until it has grown.
        customers: how many, this ticket's own among them.
    """

    id: str
    customers: int
    lines: tuple[str, ...]


def incident_of(decision: Decision, state: TicketState, facts: FactLog, *, at_least: int) -> Incident | None:
    """The incident that a ticket is part of; None where its fault is its own, or no fault of the product is reported.

    Args:
        at_least: customers, this one among them, from which on it is one.
    """
    at = state.version_at or state.created_at
    try:
        reports = facts.newest(FactKind.DEFECT, since=at - WINDOW, until=at, limit=MOST_READ)
    except StoredItemCorrupt:
        return None  # called out by itself: rather too often than not at all
    mine = next((fact for fact in reports if fact.key == decision.inputs.key), None)
    others = alike(mine, reports) if mine else Alike(customers=0)
    customers = others.customers + 1
    if customers < at_least or others.first_at is None:
        return None
    reached = at_least
    while reached * _GROWN <= customers:
        reached *= _GROWN
    named = (*others.tickets[: _NAMED - 1], decision.inputs.key)
    return Incident(
        id=f"incident/{others.tickets[0]}/{reached}",
        customers=customers,
        lines=(
            f"{customers} customers report what looks like the same fault since {others.first_at:%Y-%m-%d %H:%M} UTC.",
            f"Tickets: {', '.join(map(str, named))}",
            f"More of them lie on top of their queues and are not called out one by one for "
            f"{QUIET_FOR.seconds // 60} minutes, unless there are {_GROWN} times as many.",
        ),
    )


def is_news(incident: Incident, occasions: Occasions) -> bool:
    """Whether nobody was told of it, as large as it is, in the last half hour."""
    return not occasions.seen(incident.id)


def told_of(incident: Incident, decision: Decision, occasions: Occasions) -> None:
    """Remember that it was called out."""
    occasions.remember(incident.id, decision.inputs.decided_at + QUIET_FOR)
