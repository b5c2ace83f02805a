"""A ticket and its customer as the desk tells them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from pydantic import Field

from shared.adapters.desk_http import Answer
from shared.adapters.desk_wire import Text, Wire, amount, count, day, words
from shared.adapters.requesttracker.api import Api, CustomField, Named, Page, stamp_of
from shared.adapters.requesttracker.conversation import INTERFACE, Conversations
from shared.domain.errors import TicketGone
from shared.domain.record import Instant
from shared.domain.ticket import (
    Customer,
    DeskFields,
    DeskTicket,
    EarlierTicket,
    Message,
    Snapshot,
    TicketKey,
    TicketStatus,
)

_NOBODY = "Nobody"
_RANK, _RANK_DIGITS = "rank", 12
_SECOND = timedelta(seconds=1)
_EARLIER_READ = 20
_STATUSES = {
    "new": TicketStatus.NEW,
    "open": TicketStatus.OPEN,
    "stalled": TicketStatus.PENDING,
    "resolved": TicketStatus.SOLVED,
    "rejected": TicketStatus.CLOSED,
    "deleted": TicketStatus.GONE,
}
PRIORITIES = {"low": 10, "normal": 50, "high": 100, "urgent": 120}
"""Our words as numbers, which the desk shows as Low, Medium, and from 100 on High; 0 is nobody's choice."""


class Ticket(Wire):
    """A ticket without its conversation."""

    id: str
    subject: Text = Field(default="", alias="Subject")
    status: Text = Field(default="", alias="Status")
    priority: int = Field(default=0, alias="Priority")
    queue: Named = Field(alias="Queue")
    owner: Named = Field(alias="Owner")
    custom_fields: list[CustomField] = Field(default_factory=list, alias="CustomFields")
    created: Instant = Field(alias="Created")
    updated: Instant = Field(alias="LastUpdated")
    resolved: str | None = Field(default=None, alias="Resolved")

    def values(self, title: str) -> list[str]:
        """What stands in a custom field of this title."""
        found = (one.values for one in self.custom_fields if one.name.casefold() == title.casefold())
        return [str(value) for values in found for value in values if isinstance(value, str | int | float)]

    @property
    def assignee(self) -> str | None:
        """The owner's address, or name where they have none; somebody without an address is somebody."""
        owner = (self.owner.email or self.owner.id).lower()
        return None if self.owner.id == _NOBODY else owner

    @property
    def word(self) -> str | None:
        """The priority in our words."""
        if self.priority <= 0:
            return None
        return next((word for word, number in PRIORITIES.items() if self.priority <= number), "urgent")


class _Requestor(Named):
    company: Text = Field(default="", alias="Organization")
    custom_fields: list[CustomField] | Text = Field(default_factory=list, alias="CustomFields")


class _Requested(Wire):
    id: str
    subject: Text = Field(default="", alias="Subject")
    status: Text = Field(default="", alias="Status")
    created: Instant | None = Field(default=None, alias="Created")
    requestors: list[_Requestor] = Field(default_factory=list, alias="Requestor")


class _Found(Page):
    items: list[_Requested] = Field(default_factory=list)


class TicketReader:
    """Reads tickets of one desk.

    Args:
        queues: the policy's queue ids by the desk's queue names in lower case.
        titles: titles of our own custom fields by name; `tags` is the one that holds tags.
    """

    def __init__(
        self,
        api: Api,
        *,
        desk: str,
        base_url: str,
        own_user_id: str,
        queues: Mapping[str, str],
        titles: Mapping[str, str],
    ) -> None:
        self._api = api
        self._conversations = Conversations(api, own_user_id)
        self._desk = desk
        self._base_url = base_url.rstrip("/")
        self._queues = queues
        self._titles = dict(titles)
        self._tags = self._titles.pop("tags")

    def read(self, ticket_id: str) -> DeskTicket:
        """The ticket comes first: its stamp is never newer than the rest. Raises TicketGone."""
        answer = self._api.ticket(ticket_id)
        ticket = answer.read(Ticket)
        status = status_of(ticket.status)
        if status is TicketStatus.GONE:
            raise TicketGone(f"ticket {ticket_id} is deleted")
        requestors = self._requestors(ticket_id)
        first = requestors[0] if requestors else Named(id="0")
        messages = self._conversations.read(ticket_id, frozenset(one.id for one in requestors))
        custom = {name: ticket.values(title) for name, title in self._titles.items()}
        return DeskTicket(
            key=TicketKey(desk=self._desk, id=ticket.id),
            subject=ticket.subject,
            channel=_channel(messages),
            status=status,
            fields=self.fields_of(ticket),
            tags=frozenset(ticket.values(self._tags)),
            custom={name: told(name, values[0]) for name, values in custom.items() if values},
            created_at=ticket.created,
            updated_at=_settled(ticket.updated, answer),
            stamp=stamp_of(answer),
            solved_at=_moment(ticket.resolved) or ticket.updated if status.is_over else None,
            messages=messages,
            customer=Customer(id=first.id, name=first.real_name or first.name, email=first.email),
            link=f"{self._base_url}/Ticket/Display.html?id={ticket.id}",
            clock_offset=answer.offset,
        )

    def fields_of(self, ticket: Ticket) -> DeskFields:
        """What people and this product both may write."""
        queue = self._queues.get((ticket.queue.name or ticket.queue.id).casefold())
        return DeskFields(priority=ticket.word, queue=queue, assignee=ticket.assignee)

    def _requestors(self, ticket_id: str) -> list[_Requestor]:
        query = (
            ("query", f"id = {ticket_id}"),
            ("fields", "Requestor"),
            ("fields[Requestor]", "id,Name,RealName,EmailAddress"),
        )
        found = next(self._api.pages("/tickets", query, _Found))
        return [one for ticket in found.items for one in ticket.requestors]

    def customer(self, customer_id: str) -> Snapshot:
        """A requestor by way of their newest tickets, where every agent may see them, and these tickets."""
        query = (
            ("query", f"Requestor.id = {customer_id}"),
            ("fields", "Subject,Status,Created,Requestor"),
            ("fields[Requestor]", "id,Name,RealName,EmailAddress,Organization,CustomFields"),
            ("orderby", "Created"),
            ("order", "DESC"),
        )
        tickets = next(self._api.pages("/tickets", query, _Found)).items
        person = next((one for ticket in tickets for one in ticket.requestors if one.id == customer_id), None)
        return Snapshot(
            customer=_customer(person) if person else Customer(id=customer_id),
            tickets=tuple(
                EarlierTicket(id=one.id, subject=one.subject, status=status_of(one.status), created_at=one.created)
                for one in tickets[:_EARLIER_READ]
                if one.created
            ),
        )


def _settled(updated: datetime, answer: Answer) -> datetime:
    """When it last changed, told a second too early while that second lasts.

    Times here are whole seconds. Whatever else happens within this one must look newer than what was read, because no
    webhook would tell of it.
    """
    told = answer.headers.get("date")
    over = told is not None and parsedate_to_datetime(told) > updated
    return updated if over else updated - _SECOND


def kept(name: str, value: str) -> str:
    """A value of ours as it is kept: the desk sorts custom fields as text, so a rank has leading zeros."""
    return value.zfill(_RANK_DIGITS) if name == _RANK else value


def told(name: str, value: str) -> str:
    """A value of ours as it was before it was kept."""
    return value.lstrip("0") or "0" if name == _RANK else value


def status_of(status: str) -> TicketStatus:
    """The desk's status in our words. A status of the company's own counts as open: a person should see it."""
    return _STATUSES.get(status.lower(), TicketStatus.OPEN)


def _customer(person: _Requestor) -> Customer:
    fields = person.custom_fields if isinstance(person.custom_fields, list) else []
    facts: dict[str, Any] = {one.name.casefold().replace(" ", "_"): one.values[0] for one in fields if one.values}
    return Customer(
        id=person.id,
        name=person.real_name or person.name,
        email=person.email,
        company=person.company,
        plan=words(facts.get("plan")),
        mrr=amount(facts.get("mrr")),
        signed_up=day(facts.get("signed_up")),
        seats=count(facts.get("seats")),
        renewal_date=day(facts.get("renewal_date")),
    )


def _channel(messages: tuple[Message, ...]) -> str:
    came_by = messages[0].headers.get(INTERFACE, "") if messages else ""
    return "email" if came_by == "Email" else "form"


def _moment(text: str | None) -> datetime | None:
    """A time that the desk has set; one that it has not stands in 1970, or is empty."""
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return moment if moment and moment.year > 1970 else None
