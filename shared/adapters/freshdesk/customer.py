"""The customer behind a ticket: the contact, the company's own fields about both, and the newest tickets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.adapters.desk_wire import Text, Wire, amount, count, day, words
from shared.adapters.freshdesk.api import LISTS, FreshdeskApi, Id, rows_of
from shared.adapters.freshdesk.ticket import status_of
from shared.domain.record import Instant
from shared.domain.ticket import Customer, EarlierTicket, Snapshot, TicketStatus

_READ = 20
_UNAVAILABLE = frozenset({400, 403, 404})
# Without a start the desk tells the last thirty days only.
_EVER = "2000-01-01T00:00:00Z"
_VIEW = "an agent who may view contacts and companies"


class _Contact(Wire):
    name: Text = ""
    email: str | None = None
    company_id: Id | None = None
    custom_fields: dict[str, Any] | None = None


class _Company(Wire):
    name: Text = ""
    renewal_date: Any = None
    custom_fields: dict[str, Any] | None = None


class _Earlier(Wire):
    id: Id
    subject: Text = ""
    status: int
    created_at: Instant


def read_snapshot(api: FreshdeskApi, customer_id: str, waits: dict[str, TicketStatus]) -> Snapshot:
    """The contact with the company's data, and their newest tickets; what the desk does not tell is left out."""
    answer = api.get(f"/contacts/{customer_id}", expect=_UNAVAILABLE, needs=_VIEW)
    if answer.status in _UNAVAILABLE:
        return Snapshot(customer=Customer(id=customer_id))
    contact = answer.read(_Contact)
    company = _company(api, contact.company_id) if contact.company_id else _Company()
    return Snapshot(customer=_customer(customer_id, contact, company), tickets=_tickets(api, customer_id, waits))


def _company(api: FreshdeskApi, company_id: str) -> _Company:
    answer = api.get(f"/companies/{company_id}", expect=_UNAVAILABLE, needs=_VIEW)
    return _Company() if answer.status in _UNAVAILABLE else answer.read(_Company)


def _customer(customer_id: str, contact: _Contact, company: _Company) -> Customer:
    # What is said of the person goes before what is said of the company.
    facts = {**_filled(company.custom_fields), **_filled(contact.custom_fields)}
    return Customer(
        id=customer_id,
        name=contact.name,
        email=contact.email or "",
        company=company.name,
        plan=words(facts.get("plan")),
        mrr=amount(facts.get("mrr")),
        signed_up=day(facts.get("signed_up")),
        seats=count(facts.get("seats")),
        renewal_date=day(facts.get("renewal_date")) or day(company.renewal_date),
    )


def _filled(fields: Mapping[str, Any] | None) -> dict[str, Any]:
    """Fields that hold something. Their names begin with `cf_` in newer accounts."""
    given = (fields or {}).items()
    return {name.lower().removeprefix("cf_"): value for name, value in given if value not in (None, "")}


def _tickets(api: FreshdeskApi, customer_id: str, waits: dict[str, TicketStatus]) -> tuple[EarlierTicket, ...]:
    """The customer's newest tickets; none where the desk does not tell."""
    query = (
        ("requester_id", customer_id),
        ("updated_since", _EVER),
        ("order_by", "created_at"),
        ("order_type", "desc"),
        ("per_page", _READ),
    )
    answer = api.get("/tickets", query, expect=_UNAVAILABLE, lane=LISTS)
    if answer.status in _UNAVAILABLE:
        return ()
    newest = sorted(rows_of(answer, _Earlier), key=lambda one: one.created_at, reverse=True)[:_READ]
    return tuple(
        EarlierTicket(id=one.id, subject=one.subject, status=status_of(one.status, waits), created_at=one.created_at)
        for one in newest
    )
