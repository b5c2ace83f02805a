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
from shared.domain.ticket import Customer, EarlierTicket, Snapshot, TicketStatus

_EARLIER_READ = 20
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


def read_snapshot(api: ZendeskApi, customer_id: str) -> Snapshot:
    """The requester with the company's data, and their newest tickets; what the desk does not tell is left out."""
    customer = Customer(id=customer_id)
    answer = api.get(f"/api/v2/users/{customer_id}", [("include", "organizations")], expect=_UNAVAILABLE)
    if answer.status not in _UNAVAILABLE:
        customer = _customer(answer.read(_User))
    return Snapshot(customer=customer, tickets=_tickets(api, customer_id))


def _customer(told: _User) -> Customer:
    person = told.user
    company = next((one for one in told.organizations if one.id == person.organization_id), None)
    # What is said of the person goes before what is said of the company.
    fields = {**_filled(company.organization_fields if company else None), **_filled(person.user_fields)}
    return Customer(
        id=person.id,
        name=person.name,
        email=person.email or "",
        company=company.name if company else "",
        plan=words(fields.get("plan")),
        mrr=amount(fields.get("mrr")),
        signed_up=day(fields.get("signed_up")),
        seats=count(fields.get("seats")),
        renewal_date=day(fields.get("renewal_date")),
    )


def _tickets(api: ZendeskApi, customer_id: str) -> tuple[EarlierTicket, ...]:
    """The customer's newest tickets; none where the desk does not tell."""
    # Offset paging: the desk's cursor paging does not sort this list.
    query = (("sort_by", "created_at"), ("sort_order", "desc"), ("per_page", _EARLIER_READ))
    answer = api.get(f"/api/v2/users/{customer_id}/tickets/requested", query, expect=_UNAVAILABLE)
    if answer.status in _UNAVAILABLE:
        return ()
    newest = sorted(answer.read(_EarlierTickets).tickets, key=lambda one: one.created_at, reverse=True)
    return tuple(
        EarlierTicket(id=one.id, subject=one.subject, status=status_of(one.status), created_at=one.created_at)
        for one in newest
    )


def status_of(status: str) -> TicketStatus:
    """The desk's status in our words. One that we do not know counts as open: a person should see it."""
    return _STATUSES.get(status.lower(), TicketStatus.OPEN)


def _filled(fields: Mapping[str, Any] | None) -> dict[str, Any]:
    return {key: value for key, value in (fields or {}).items() if value not in (None, "")}
