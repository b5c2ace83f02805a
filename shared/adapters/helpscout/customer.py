"""The customer behind a conversation: the company's data about them, and their earlier conversations."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from shared.adapters.desk_wire import Text, amount, count, day, words
from shared.adapters.helpscout.api import Hal, HelpScoutApi, Paged
from shared.adapters.helpscout.conversation import Person
from shared.domain.record import Instant
from shared.domain.ticket import Customer, EarlierTicket, TicketStatus

_EARLIER_KEPT = 5
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
    id: str
    subject: Text = ""
    status: Text = ""
    created_at: Instant
    primary_customer: Person | None = None


class _Conversations(Hal):
    conversations: list[_Earlier] = Field(default_factory=list)


class _ConversationsPage(Paged):
    embedded: _Conversations = Field(default_factory=_Conversations, alias="_embedded")


def read_customer(api: HelpScoutApi, known: Person) -> Customer:
    """The customer, by what the conversation tells of them and what the desk adds to it, if it does."""
    answer = api.get(f"/v2/customers/{known.id}", expect=_UNAVAILABLE)
    if answer.status in _UNAVAILABLE:
        return Customer(id=known.id, name=known.name, email=known.email or "")
    told = answer.read(_Customer)
    # Slugs are made of the properties' names, with dashes or without.
    facts = {one.slug.lower().replace("-", "_"): one.value for one in told.embedded.properties}
    address = known.email or next((one.value for one in told.embedded.emails), "")
    return Customer(
        id=known.id,
        name=f"{told.first_name} {told.last_name}".strip() or known.name,
        email=address,
        company=told.organization,
        plan=words(facts.get("plan")),
        mrr=amount(facts.get("mrr")),
        signed_up=day(facts.get("signed_up")),
        seats=count(facts.get("seats")),
        renewal_date=day(facts.get("renewal_date")),
    )


def read_earlier(
    api: HelpScoutApi, customer: Customer, *, conversation_id: str, before: Instant
) -> tuple[EarlierTicket, ...]:
    """The customer's newest conversations before this one; none where the desk does not tell."""
    if not customer.email or any(mark in customer.email for mark in '"()\\'):
        return ()
    query = (
        ("status", "all"),
        ("query", f'(email:"{customer.email}")'),
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
        if one.primary_customer is not None and one.primary_customer.id == customer.id
    ]
    earlier = [one for one in theirs if one.id != conversation_id and one.created_at <= before]
    newest = sorted(earlier, key=lambda one: one.created_at, reverse=True)[:_EARLIER_KEPT]
    return tuple(
        EarlierTicket(id=one.id, subject=one.subject, status=status_of(one.status), created_at=one.created_at)
        for one in newest
    )


def status_of(status: str) -> TicketStatus:
    """The desk's status in our words. One that we do not know counts as open: a person should see it."""
    return _STATUSES.get(status.lower(), TicketStatus.OPEN)
