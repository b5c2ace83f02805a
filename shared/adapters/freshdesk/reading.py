"""A ticket with its conversation: two requests that count for four, and one for every further hundred messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from shared.adapters.desk_conversation import file_name
from shared.adapters.desk_wire import Wire
from shared.adapters.freshdesk.api import FreshdeskApi, rows_of
from shared.adapters.freshdesk.conversation import (
    DESCRIPTION,
    People,
    messages_of,
    read_conversations,
    text_of,
)
from shared.adapters.freshdesk.directory import Directory
from shared.adapters.freshdesk.sla import read_sla
from shared.adapters.freshdesk.ticket import PRIORITIES, Ticket, read_ticket, status_of
from shared.domain.ticket import (
    Customer,
    DeskFields,
    DeskTicket,
    Message,
    Role,
    TicketKey,
    TicketStatus,
    response_between,
)

_CHANNELS = {1: "email", 2: "form", 3: "phone", 7: "chat", 9: "form", 10: "email"}
_OUTBOUND = 10
# No surveys in the account's plan, or none that this agent may see.
_UNAVAILABLE = frozenset({400, 403, 404})
# Surveys with two or three faces, and the classic ones.
_RATINGS = {**dict.fromkeys((101, 102, 103, 1), "good"), **dict.fromkeys((-101, -102, -103, 3), "bad")}


class _Rating(Wire):
    id: int
    ratings: dict[str, Any] = Field(default_factory=dict)


class TicketReader:
    """Reads tickets of one account.

    Args:
        fields: names of our own ticket fields by the desk's names for them.
        waits: see `status_of`.
    """

    def __init__(
        self,
        api: FreshdeskApi,
        directory: Directory,
        *,
        desk: str,
        base_url: str,
        own_user_id: str,
        fields: Mapping[str, str],
        waits: dict[str, TicketStatus],
    ) -> None:
        self._api = api
        self._directory = directory
        self._desk = desk
        self._base_url = base_url.rstrip("/")
        self._own_user_id = own_user_id
        self._fields = fields
        self._waits = waits

    def read(self, ticket_id: str) -> DeskTicket:
        """Fetch the ticket and its conversations. It comes first: its stamp is never newer than the rest.

        Raises:
            TicketGone: see `read_ticket`.
        """
        ticket, answer = read_ticket(self._api, ticket_id, include=("requester", "stats"))
        told = read_conversations(self._api, ticket_id, archived=bool(ticket.archived))
        people = People(ticket.requester_id, ticket.requester.name, self._own_user_id)
        over = ticket.is_over
        status = status_of(ticket.status, self._waits, archived=bool(ticket.archived))
        return DeskTicket(
            key=TicketKey(desk=self._desk, id=ticket.id),
            subject=ticket.subject,
            channel=_CHANNELS.get(ticket.source or 0, "other"),
            status=status,
            fields=self._shared_fields(ticket),
            tags=frozenset(ticket.tags),
            custom=self._own_fields(ticket),
            created_at=ticket.created_at,
            updated_at=ticket.updated_at,
            stamp=ticket.stamp(told),
            solved_at=(ticket.stats.resolved_at or ticket.stats.closed_at or ticket.updated_at) if over else None,
            rating=self._rating(ticket) if over or ticket.stats.resolved_at else None,
            messages=messages_of(_first(ticket, people), told, people),
            customer=Customer(id=ticket.requester_id, name=people.requester_name, email=ticket.requester.email or ""),
            link=f"{self._base_url}/a/tickets/{ticket.id}",
            clock_offset=answer.offset,
            sla=read_sla(ticket, status),
            response=response_between(ticket.created_at, ticket.stats.first_responded_at),
        )

    def _shared_fields(self, ticket: Ticket) -> DeskFields:
        return DeskFields(
            priority=PRIORITIES.get(ticket.priority),
            queue=self._directory.queue(ticket.group_id) if ticket.group_id else None,
            assignee=self._directory.email(ticket.responder_id) if ticket.responder_id else None,
        )

    def _own_fields(self, ticket: Ticket) -> dict[str, str]:
        told = ((name, ticket.holds(theirs)) for theirs, name in self._fields.items())
        return {name: value for name, value in told if value}

    def _rating(self, ticket: Ticket) -> str | None:
        """The newest rating, where it is a clear one. Asked for where there can be one: a survey follows a solution."""
        answer = self._api.get(f"/tickets/{ticket.id}/satisfaction_ratings", expect=_UNAVAILABLE)
        if answer.status in _UNAVAILABLE:
            return None
        ratings = sorted(rows_of(answer, _Rating), key=lambda one: one.id)
        return _RATINGS.get(ratings[-1].ratings.get("default_question", 0)) if ratings else None


def _first(ticket: Ticket, people: People) -> Message:
    """The description as a message. A mail that an agent began with is the company's, any other the customer's."""
    by_agent = ticket.source == _OUTBOUND
    return Message(
        id=DESCRIPTION,
        role=Role.AGENT if by_agent else Role.CUSTOMER,
        author="" if by_agent else people.requester_name,
        public=True,
        text=text_of(ticket.description, ticket.description_text),
        at=ticket.created_at,
        attachments=tuple(file_name(file.name) for file in ticket.attachments),
    )
