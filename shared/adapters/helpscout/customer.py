"""The customer behind a conversation: the company's data about them, and their newest conversations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from shared.adapters.desk_wire import Text, amount, count, day, words
from shared.adapters.helpscout.api import Hal, HelpScoutApi, Id, Paged
from shared.adapters.helpscout.conversation import Person
from shared.domain.record import Instant
from shared.domain.ticket import Customer, EarlierTicket, Snapshot, TicketStatus

_READ = 20
_UNAVAILABLE = frozenset({400, 403, 404})
_STATUSES = {
    "active": TicketStatus.OPEN,
    "pending": TicketStatus.PENDING,
    "closed": TicketStatus.SOLVED,
    "spam": TicketStatus.GONE,
}


class _Property(Hal):
    slug: Text = ""
    value: Any = None


class _Email(Hal):
    value: Text = ""


class _Entries(Hal):
    emails: list[_Email] = Field(default_factory=list)
    properties: list[_Property] = Field(default_factory=list)


class _Customer(Hal):
    first_name: Text = ""
    last_name: Text = ""
    organization: Text = ""
    embedded: _Entries = Field(default_factory=_Entries, alias="_embedded")


class _Earlier(Hal):
    id: Id
    subject: Text = ""
    status: Text = ""
    created_at: Instant
    primary_customer: Person | None = None


class _Conversations(Hal):
    conversations: list[_Earlier] = Field(default_factory=list)


class _ConversationsPage(Paged):
    embedded: _Conversations = Field(default_factory=_Conversations, alias="_embedded")


def read_snapshot(api: HelpScoutApi, customer_id: str) -> Snapshot:
    """The customer with the company's data, and their newest conversations; what the desk does not tell is left out."""
    answer = api.get(f"/v2/customers/{customer_id}", expect=_UNAVAILABLE)
    if answer.status in _UNAVAILABLE:
        return Snapshot(customer=Customer(id=customer_id))
    told = answer.read(_Customer)
    addresses = [one.value for one in told.embedded.emails if one.value]
    return Snapshot(customer=_customer(customer_id, told, addresses), tickets=_tickets(api, customer_id, addresses))


def _customer(customer_id: str, told: _Customer, addresses: Sequence[str]) -> Customer:
    # Slugs are made of the properties' names, with dashes or without.
    facts = {one.slug.lower().replace("-", "_"): one.value for one in told.embedded.properties}
    return Customer(
        id=customer_id,
        name=f"{told.first_name} {told.last_name}".strip(),
        email=addresses[0] if addresses else "",
        company=told.organization,
        plan=words(facts.get("plan")),
        mrr=amount(facts.get("mrr")),
        signed_up=day(facts.get("signed_up")),
        seats=count(facts.get("seats")),
        renewal_date=day(facts.get("renewal_date")),
    )


def _tickets(api: HelpScoutApi, customer_id: str, addresses: Sequence[str]) -> tuple[EarlierTicket, ...]:
    """The customer's newest conversations, searched for by their first address; none where the desk does not tell."""
    address = next(iter(addresses), "")
    if not address or any(mark in address for mark in '"()\\'):
        return ()
    query = (
        ("status", "all"),
        ("query", f'(email:"{address}")'),
        ("sortField", "createdAt"),
        ("sortOrder", "desc"),
    )
    answer = api.get("/v2/conversations", query, expect=_UNAVAILABLE)
    if answer.status in _UNAVAILABLE:
        return ()
    # The search finds addresses that contain this one, too.
    theirs = [
        one
        for one in answer.read(_ConversationsPage).embedded.conversations
        if one.primary_customer is not None and one.primary_customer.id == customer_id
    ]
    newest = sorted(theirs, key=lambda one: one.created_at, reverse=True)[:_READ]
    return tuple(
        EarlierTicket(id=one.id, subject=one.subject, status=status_of(one.status), created_at=one.created_at)
        for one in newest
    )


def status_of(status: str) -> TicketStatus:
    """The desk's status in our words. One that we do not know counts as open: a person should see it."""
    return _STATUSES.get(status.lower(), TicketStatus.OPEN)
