"""What our agents have promised: kept as they write it, and looked up once in tickets from before our time."""

from __future__ import annotations

from datetime import timedelta

from shared.domain.conversation import Clean
from shared.domain.errors import FirstlineError, StoredItemCorrupt, TicketGone
from shared.domain.promises import promises_in
from shared.domain.ticket import DeskTicket, EarlierTicket, Role, TicketKey
from shared.ports.desk import HelpDesk
from shared.ports.store import TicketStore

LOOKED_BACK = 2
"""Tickets from before our time that are fetched when a customer first writes to us; the desk's limits are shared."""

_LONG_AGO = timedelta(days=90)


def remember_promises(ticket: DeskTicket, tickets: TicketStore, clean: Clean, zone: str) -> None:
    """Store what stands in a ticket's conversation, where that is news."""
    if not any(message.role is Role.AGENT for message in ticket.messages):
        return  # most events are a customer's first message, and cost no read
    found = promises_in(ticket, clean, zone)
    try:
        known = tickets.promises(ticket.key) or ()
    except StoredItemCorrupt:
        known = None  # what is no longer readable is written anew; it must not stop the event
    if found != known:
        tickets.put_promises(ticket.key, found)


def look_back(ticket: DeskTicket, desk: HelpDesk, tickets: TicketStore, clean: Clean, zone: str) -> None:
    """Read the customer's newest earlier tickets that nobody has read, each once.

    What cannot be read now is read next time: a promise that is not found must not keep a customer waiting.
    """
    lately = [one for one in ticket.earlier if ticket.created_at - one.created_at <= _LONG_AGO]
    for one in lately[:LOOKED_BACK]:
        if _is_new(one, ticket, tickets):
            try:
                found = promises_in(desk.fetch(one.id), clean, zone)
            except TicketGone:
                found = ()
            except FirstlineError:
                return
            tickets.put_promises(TicketKey(desk=ticket.key.desk, id=one.id), found)


def _is_new(one: EarlierTicket, ticket: DeskTicket, tickets: TicketStore) -> bool:
    """Whether neither an event nor a look back has brought this ticket to us."""
    key = TicketKey(desk=ticket.key.desk, id=one.id)
    try:
        return tickets.promises(key) is None and tickets.get(key) is None
    except StoredItemCorrupt:
        return False
