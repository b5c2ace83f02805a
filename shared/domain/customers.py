"""What the company's own data says of a customer, with its age. It goes before what the desk says."""

from __future__ import annotations

from datetime import date

from shared.domain.policy_parts import Mail
from shared.domain.record import Instant, Record
from shared.domain.ticket import Customer


class Profile(Record):
    """One imported customer, known by mail address.

    Attributes:
        owner: who looks after the customer in customer success.
        as_of: the day of the data.
    """

    email: Mail
    company: str = ""
    plan: str | None = None
    mrr: float | None = None
    signed_up: date | None = None
    seats: int | None = None
    renewal_date: date | None = None
    owner: Mail | None = None
    as_of: date


class RowAside(Record):
    """A row of an import that could not be taken, as it came and with the reason.

    Attributes:
        delivery: which list it was in.
        place: its place in the list, from 1.
        row: the row as JSON; what is very long is cut.
    """

    delivery: str
    place: int
    reason: str
    row: str
    at: Instant


def merged(customer: Customer, profile: Profile | None) -> Customer:
    """The customer of the desk with the company's own data in it, field by field."""
    if profile is None:
        return customer
    known = profile.model_dump(include={"company", "plan", "mrr", "signed_up", "seats", "renewal_date"})
    told = {name: value for name, value in known.items() if value not in (None, "")}
    return customer.model_copy(update={**told, "success_owner": profile.owner, "as_of": profile.as_of})


def is_stale(as_of: date | None, today: date, after_days: int) -> bool:
    """Whether imported data is old enough to be marked so. It is used all the same; nothing fresher is there."""
    return as_of is not None and (today - as_of).days > after_days
