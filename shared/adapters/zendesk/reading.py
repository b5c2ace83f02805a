"""A ticket as the desk tells it: two requests, more for a long conversation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from shared.adapters.desk_http import Answer
from shared.adapters.zendesk.conversation import read_conversation
from shared.adapters.zendesk.customer import Person, status_of
from shared.adapters.zendesk.directory import Directory
from shared.adapters.zendesk.oauth import ZendeskApi
from shared.adapters.zendesk.paging import Text, Wire
from shared.adapters.zendesk.sla import read_response, read_sla
from shared.domain.errors import TicketGone
from shared.domain.record import Instant
from shared.domain.ticket import Customer, DeskFields, DeskTicket, TicketKey, TicketStatus

_MISSING = frozenset({404})
_MERGED = "closed_by_merge"  # the desk's own tag on the ticket that was merged into another
_SIDELOADS = (("include", "users,groups,metric_sets,slas"),)
_CHANNELS = {
    "web": "form",
    "web_form": "form",
    "web_widget": "form",
    "help_center": "form",
    "chat": "chat",
    "messaging": "chat",
    "native_messaging": "chat",
}


class _Via(Wire):
    channel: Text = ""


class _Rating(Wire):
    score: Text = ""


class _Metrics(Wire):
    solved_at: Instant | None = None
    reply_time_in_minutes: Any = None


class _CustomField(Wire):
    id: str
    value: Any = None


class _Ticket(Wire):
    id: str
    subject: Text = ""
    via: _Via | None = None
    status: Text = ""
    priority: str | None = None
    group_id: str | None = None
    assignee_id: str | None = None
    requester_id: str
    tags: list[str] = Field(default_factory=list)
    custom_fields: list[_CustomField] = Field(default_factory=list)
    created_at: Instant
    updated_at: Instant
    satisfaction_rating: _Rating | None = None
    metric_set: _Metrics | None = None
    slas: Any = None


class _Group(Wire):
    id: str
    name: str


class _TicketAnswer(Wire):
    ticket: _Ticket
    users: list[Person] = Field(default_factory=list)
    groups: list[_Group] = Field(default_factory=list)


class TicketReader:
    """Reads tickets of one desk.

    Args:
        fields: names of our own ticket fields by their ids on the desk.
    """

    def __init__(
        self,
        api: ZendeskApi,
        directory: Directory,
        *,
        desk: str,
        base_url: str,
        own_user_id: str,
        fields: Mapping[str, str],
    ) -> None:
        self._api = api
        self._directory = directory
        self._desk = desk
        self._base_url = base_url.rstrip("/")
        self._own_user_id = own_user_id
        self._fields = fields

    def read(self, ticket_id: str) -> DeskTicket:
        """The ticket and its conversation. The ticket comes first: its stamp is never newer than the rest.

        Raises:
            TicketGone: deleted, or never existed.
        """
        answer = self._api.get(f"/api/v2/tickets/{ticket_id}", _SIDELOADS, expect=_MISSING)
        if answer.status in _MISSING:
            raise TicketGone(f"the desk has no ticket {ticket_id}")
        told = answer.read(_TicketAnswer)
        ticket, status = told.ticket, status_of(told.ticket.status)
        if status is TicketStatus.GONE:
            raise TicketGone(f"ticket {ticket_id} is deleted")
        people = {person.id: person for person in told.users}
        return DeskTicket(
            key=TicketKey(desk=self._desk, id=ticket.id),
            subject=ticket.subject,
            channel=_channel(ticket),
            status=status,
            fields=self._shared_fields(told, people),
            tags=frozenset(ticket.tags),
            custom=self._own_fields(ticket),
            created_at=ticket.created_at,
            updated_at=ticket.updated_at,
            stamp=_stamp(answer),
            solved_at=_solved_at(ticket, status),
            rating=_rating(ticket),
            messages=read_conversation(
                self._api, ticket_id, requester_id=ticket.requester_id, own_user_id=self._own_user_id
            ),
            customer=_requester(ticket.requester_id, people),
            sla=read_sla(ticket.slas),
            response=read_response(ticket.metric_set.reply_time_in_minutes) if ticket.metric_set else None,
            merged=_MERGED in ticket.tags,
            link=f"{self._base_url}/agent/tickets/{ticket.id}",
            clock_offset=answer.offset,
        )

    def _shared_fields(self, told: _TicketAnswer, people: Mapping[str, Person]) -> DeskFields:
        ticket = told.ticket
        names = {group.id: group.name for group in told.groups}
        queue = self._directory.queue(ticket.group_id, names.get(ticket.group_id)) if ticket.group_id else None
        assignee = None
        if ticket.assignee_id:
            person = people.get(ticket.assignee_id)
            assignee = person.email if person and person.email else self._directory.email(ticket.assignee_id)
        return DeskFields(priority=ticket.priority, queue=queue, assignee=assignee)

    def _own_fields(self, ticket: _Ticket) -> dict[str, str]:
        values = ((self._fields.get(field.id), field.value) for field in ticket.custom_fields)
        return {name: str(value) for name, value in values if name and value is not None and value != ""}


def _requester(id: str, people: Mapping[str, Person]) -> Customer:
    person = people.get(id)
    return Customer(id=id, name=person.name, email=person.email or "") if person else Customer(id=id)


def tags_and_stamp(api: ZendeskApi, ticket_id: str) -> tuple[frozenset[str], str]:
    """The ticket's tags and the stamp that they stand under, in one request.

    Raises:
        TicketGone: deleted, or never existed.
    """
    answer = api.get(f"/api/v2/tickets/{ticket_id}", expect=_MISSING)
    if answer.status in _MISSING:
        raise TicketGone(f"the desk has no ticket {ticket_id}")
    ticket = answer.read(_TicketAnswer).ticket
    return frozenset(ticket.tags), _stamp(answer)


def _stamp(answer: Answer) -> str:
    """`updated_at` as it is spelled: it goes back to the desk with a write, letter for letter."""
    return str(answer.body["ticket"]["updated_at"])


def _channel(ticket: _Ticket) -> str:
    name = ticket.via.channel if ticket.via else ""
    return _CHANNELS.get(name, name)


def _solved_at(ticket: _Ticket, status: TicketStatus) -> Instant | None:
    """When it was solved: by the desk's metrics if the plan tells them, else when it last changed, at the latest."""
    if not status.is_over:
        return None
    return ticket.metric_set.solved_at if ticket.metric_set and ticket.metric_set.solved_at else ticket.updated_at


def _rating(ticket: _Ticket) -> str | None:
    """`good` or `bad`; an offer that nobody took is no rating."""
    score = ticket.satisfaction_rating.score if ticket.satisfaction_rating else ""
    name = score.removesuffix("_with_comment")
    return name if name in ("good", "bad") else None
