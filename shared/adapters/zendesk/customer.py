"""The customer behind a ticket: the requester, the organisation's fields, the earlier tickets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from shared.adapters.desk_wire import amount, count, day, words
from shared.adapters.zendesk.conversation import Author
from shared.adapters.zendesk.oauth import ZendeskApi
from shared.adapters.zendesk.paging import Text, Wire
from shared.domain.record import Instant
from shared.domain.ticket import Customer, EarlierTicket, TicketStatus

_EARLIER_READ = 20
_EARLIER_KEPT = 5
_UNAVAILABLE = frozenset({403, 404, 422})
_STATUSES = {
    "new": TicketStatus.NEW,
    "open": TicketStatus.OPEN,
    "pending": TicketStatus.PENDING,
    "hold": TicketStatus.HOLD,
    "solved": TicketStatus.SOLVED,
    "closed": TicketStatus.CLOSED,
    "deleted": TicketStatus.GONE,
}


class Person(Author):
    """A user with the company's own fields; None where the desk left them out."""

    user_fields: dict[str, Any] | None = None
    organization_id: str | None = None


class Organization(Wire):
    """A company on the desk."""

    id: str
    name: Text = ""
    organization_fields: dict[str, Any] | None = None


class _User(Wire):
    user: Person
    organizations: list[Organization] = Field(default_factory=list)


class _Earlier(Wire):
    id: str
    subject: Text = ""
    status: Text = ""
    created_at: Instant


class _EarlierTickets(Wire):
    tickets: list[_Earlier]


def read_customer(
    api: ZendeskApi, requester_id: str, *, people: Mapping[str, Person], organizations: Mapping[str, Organization]
) -> Customer:
    """The requester, from what came with the ticket or, where that is too little, from the desk."""
    person = people.get(requester_id)
    if person is None or person.user_fields is None:
        answer = api.get(f"/api/v2/users/{requester_id}", [("include", "organizations")], expect=_UNAVAILABLE)
        if answer.status not in _UNAVAILABLE:
            told = answer.read(_User)
            person = told.user
            organizations = {**organizations, **{one.id: one for one in told.organizations}}
    if person is None:
        return Customer(id=requester_id)
    company = organizations.get(person.organization_id or "")
    # What is said of the person goes before what is said of the company.
    fields = {**_filled(company.organization_fields if company else None), **_filled(person.user_fields)}
    return Customer(
        id=requester_id,
        name=person.name,
        email=person.email or "",
        company=company.name if company else "",
        plan=words(fields.get("plan")),
        mrr=amount(fields.get("mrr")),
        signed_up=day(fields.get("signed_up")),
        seats=count(fields.get("seats")),
        renewal_date=day(fields.get("renewal_date")),
    )


def read_earlier(api: ZendeskApi, requester_id: str, *, ticket_id: str, before: Instant) -> tuple[EarlierTicket, ...]:
    """The customer's newest tickets before this one; none where the desk does not tell."""
    # Offset paging: the desk's cursor paging does not sort this list.
    query = (("sort_by", "created_at"), ("sort_order", "desc"), ("per_page", _EARLIER_READ))
    answer = api.get(f"/api/v2/users/{requester_id}/tickets/requested", query, expect=_UNAVAILABLE)
    if answer.status in _UNAVAILABLE:
        return ()
    tickets = [one for one in answer.read(_EarlierTickets).tickets if one.id != ticket_id and one.created_at <= before]
    newest = sorted(tickets, key=lambda one: one.created_at, reverse=True)[:_EARLIER_KEPT]
    return tuple(
        EarlierTicket(id=one.id, subject=one.subject, status=status_of(one.status), created_at=one.created_at)
        for one in newest
    )


def status_of(status: str) -> TicketStatus:
    """The desk's status in our words. One that we do not know counts as open: a person should see it."""
    return _STATUSES.get(status.lower(), TicketStatus.OPEN)


def _filled(fields: Mapping[str, Any] | None) -> dict[str, Any]:
    return {key: value for key, value in (fields or {}).items() if value not in (None, "")}
