"""The customer behind a conversation: contact, company, and their newest conversations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from shared.adapters.desk_wire import Text, Wire, amount, count, day, words
from shared.adapters.intercom.api import PEOPLE, IntercomApi, Moment, Object, Paged, Rows
from shared.adapters.intercom.conversation import Row
from shared.domain.ticket import Customer, EarlierTicket, Snapshot, TicketStatus

_READ = 20
_UNAVAILABLE = frozenset({400, 403, 404})
_STATUSES = {"open": TicketStatus.OPEN, "snoozed": TicketStatus.PENDING, "closed": TicketStatus.SOLVED}

_Facts = Annotated[dict[str, Any], Object]


class _Contact(Wire):
    name: Text = ""
    email: Text = ""
    signed_up_at: Moment = None
    custom_attributes: _Facts = Field(default_factory=dict)


class _Plan(Wire):
    name: Text = ""


class _Company(Wire):
    name: Text = ""
    plan: _Plan | None = None
    monthly_spend: float | None = None
    remote_created_at: Moment = None
    custom_attributes: _Facts = Field(default_factory=dict)

    @property
    def facts(self) -> dict[str, Any]:
        """What the company's data says of it: its own attributes, and the desk's where those are silent."""
        # A company without a figure has a spend of 0.
        standard = {
            "plan": self.plan.name if self.plan else None,
            "mrr": self.monthly_spend or None,
            "signed_up": self.remote_created_at.date().isoformat() if self.remote_created_at else None,
        }
        return {**standard, **_filled(self.custom_attributes)}


class _Companies(Wire):
    companies: Annotated[list[_Company], Rows] = Field(default_factory=list)


class _Earlier(Paged):
    conversations: Annotated[list[Row], Rows] = Field(default_factory=list)


def read_snapshot(api: IntercomApi, customer_id: str) -> Snapshot:
    """The contact with the company's data, and their newest conversations; what the desk does not tell is left out."""
    answer = api.get(f"/contacts/{customer_id}", expect=_UNAVAILABLE, needs=PEOPLE)
    if answer.status in _UNAVAILABLE:
        return Snapshot(customer=Customer(id=customer_id))
    customer = _customer(customer_id, answer.read(_Contact), _company(api, customer_id))
    return Snapshot(customer=customer, tickets=_tickets(api, customer_id))


def _company(api: IntercomApi, customer_id: str) -> _Company | None:
    """The contact's company; of several the one that pays most."""
    answer = api.get(f"/contacts/{customer_id}/companies", expect=_UNAVAILABLE, needs=PEOPLE)
    if answer.status in _UNAVAILABLE:
        return None
    told = answer.read(_Companies).companies
    return max(told, key=lambda one: amount(one.facts.get("mrr")) or 0.0, default=None)


def _customer(customer_id: str, contact: _Contact, company: _Company | None) -> Customer:
    # What is said of the person goes before what is said of the company.
    facts = {**(company.facts if company else {}), **_filled(contact.custom_attributes)}
    if company is None and contact.signed_up_at:
        # Of somebody in a company it would be the day of the person, not of the company.
        facts.setdefault("signed_up", contact.signed_up_at.date().isoformat())
    return Customer(
        id=customer_id,
        name=contact.name,
        email=contact.email,
        company=company.name if company else "",
        plan=words(facts.get("plan")),
        mrr=amount(facts.get("mrr")),
        signed_up=day(facts.get("signed_up")),
        seats=count(facts.get("seats")),
        renewal_date=day(facts.get("renewal_date")),
    )


def _tickets(api: IntercomApi, customer_id: str) -> tuple[EarlierTicket, ...]:
    """The contact's newest conversations; none where the desk does not tell."""
    asked = {
        "query": {"field": "contact_ids", "operator": "=", "value": customer_id},
        "sort": {"field": "created_at", "order": "descending"},
        "pagination": {"per_page": _READ},
    }
    answer = api.send("POST", "/conversations/search", asked, expect=_UNAVAILABLE)
    if answer.status in _UNAVAILABLE:
        return ()
    newest = sorted(answer.read(_Earlier).conversations, key=lambda one: one.created_at, reverse=True)[:_READ]
    return tuple(
        EarlierTicket(id=one.id, subject=one.subject, status=status_of(one.state), created_at=one.created_at)
        for one in newest
    )


def status_of(state: str) -> TicketStatus:
    """The desk's state in our words. One that we do not know counts as open: a person should see it."""
    return _STATUSES.get(state.lower(), TicketStatus.OPEN)


def _filled(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What is said, by names as the policy spells them: `Signed up` is `signed_up`."""
    named = ((name.strip().lower().replace(" ", "_").replace("-", "_"), value) for name, value in facts.items())
    return {name: value for name, value in named if value not in (None, "")}
