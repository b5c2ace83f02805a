"""How a customer fares, from the history of their tickets: a score whose every part is shown."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.domain.assignment import Contact
from shared.domain.observation import Category, Sentiment, ServiceFailure
from shared.domain.record import Instant, Record

KEPT = 50
"""Tickets remembered of one customer, the newest; an item stays small, and what is older says little."""
_LATELY = timedelta(days=14)
_A_MONTH = timedelta(days=30)
_TWO_MONTHS = timedelta(days=60)
_INCIDENT = timedelta(days=14)
_FEW = 2  # tickets in two weeks that say nothing yet


class PastTicket(Record):
    """What is remembered of one ticket: labels and times, none of its words."""

    id: str
    opened_at: Instant
    category: Category | None = None
    sentiment: Sentiment = Sentiment.NEUTRAL
    failure: ServiceFailure = ServiceFailure.NONE
    rating: str | None = None
    closed_at: Instant | None = None


class Incident(Record):
    """Trouble that customer success was told of, once, until the tickets in it are over.

    Attributes:
        opened_by: the ticket and version that opened it.
    """

    opened_by: str
    flagged_at: Instant
    tickets: tuple[str, ...]


class History(Record):
    """A customer's tickets, oldest first, and how they are looked after."""

    desk: str
    customer: str
    revision: int = 0
    tickets: tuple[PastTicket, ...] = ()
    contact: Contact | None = None
    incident: Incident | None = None

    def ticket(self, id: str) -> PastTicket | None:
        """One of the tickets."""
        return next((one for one in self.tickets if one.id == id), None)

    def with_ticket(self, ticket: PastTicket) -> History:
        """The history with a ticket as it is known now."""
        others = [one for one in self.tickets if one.id != ticket.id]
        kept = sorted([*others, ticket], key=lambda one: (one.opened_at, one.id))[-KEPT:]
        return self.model_copy(update={"tickets": tuple(kept)})

    def running_incident(self, now: datetime) -> Incident | None:
        """The incident that still goes on: a ticket of it is open, and it is not weeks old."""
        if self.incident is None or now - self.incident.flagged_at > _INCIDENT:
            return None
        known = {one.id: one.closed_at for one in self.tickets}
        return self.incident if any(known.get(id, now) is None for id in self.incident.tickets) else None


class Part(Record):
    """Points taken off the score, and why."""

    name: str
    points: int
    why: str


class Health(Record):
    """100 is a customer of whom nothing is known but good."""

    score: int
    parts: tuple[Part, ...]

    def __str__(self) -> str:
        reasons = "; ".join(part.why for part in self.parts) or "nothing to worry about"
        return f"{self.score} of 100: {reasons}"


def health(history: History, now: datetime) -> Health:
    """The score of a customer. Pure: the same history at the same moment gives the same."""
    parts = [part for part in _parts(history.tickets, now) if part.points]
    return Health(score=max(0, 100 - sum(part.points for part in parts)), parts=tuple(parts))


def _parts(tickets: tuple[PastTicket, ...], now: datetime) -> list[Part]:
    lately = [one for one in tickets if now - one.opened_at <= _LATELY]
    failures = [one for one in _within(tickets, now, _TWO_MONTHS) if one.failure is not ServiceFailure.NONE]
    leaving = [one for one in _within(tickets, now, _A_MONTH) if one.sentiment is Sentiment.AT_RISK]
    angry = [one for one in _within(tickets, now, _A_MONTH) if one.sentiment is Sentiment.FRUSTRATED]
    many = max(0, len(lately) - _FEW)
    return [
        Part(name="leaving", points=30 * bool(leaving), why="spoke of leaving in the last 30 days"),
        Part(name="failures", points=min(45, 15 * len(failures)), why=f"{_times(failures, 'failure')} in 60 days"),
        Part(name="unhappy", points=min(20, 10 * len(angry)), why=f"{_times(angry, 'unhappy ticket')} in 30 days"),
        Part(name="volume", points=min(30, 10 * many), why=f"{len(lately)} tickets in 14 days"),
        _ratings([one.rating for one in tickets if one.rating]),
        _silence(tickets, now),
    ]


def _within(tickets: tuple[PastTicket, ...], now: datetime, span: timedelta) -> list[PastTicket]:
    return [one for one in tickets if now - one.opened_at <= span]


def _times(tickets: list[PastTicket], what: str) -> str:
    return f"{len(tickets)} {what}{'' if len(tickets) == 1 else 's'}"


def _ratings(ratings: list[str]) -> Part:
    """Falling satisfaction: the last three ratings against those before."""
    newer, older = ratings[-3:], ratings[:-3]
    if older and _good(newer) < _good(older):
        why = f"good ratings fell from {_good(older):.0%} to {_good(newer):.0%}"
        return Part(name="satisfaction", points=20, why=why)
    bad = bool(ratings) and ratings[-1] == "bad"
    return Part(name="satisfaction", points=15 * bad, why="the last rating was bad")


def _good(ratings: list[str]) -> float:
    return sum(rating == "good" for rating in ratings) / len(ratings)


def _silence(tickets: tuple[PastTicket, ...], now: datetime) -> Part:
    """No word after a complaint was closed: neither a rating nor another ticket for two weeks."""
    last = tickets[-1] if tickets else None
    quiet = (
        last is not None
        and last.category is Category.COMPLAINT
        and last.closed_at is not None
        and last.rating is None
        and _LATELY <= now - last.closed_at <= 6 * _A_MONTH
    )
    return Part(name="silence", points=15 * quiet, why="silent since a complaint was closed")


_STEPS = {
    ServiceFailure.BILLING_ERROR: "Check the last invoices and bring the correction before they have to ask again.",
    ServiceFailure.PRODUCT_DEFECT: "Ask whether colleagues are hit too, and agree on who reports when it is fixed.",
    ServiceFailure.BROKEN_PROMISE: "Find out who promised what; say who keeps it now, and by when.",
}


def proactive_step(sentiment: Sentiment, failure: ServiceFailure, category: Category | None) -> str:
    """What customer success could do before anybody asks, from the labels alone."""
    if sentiment is Sentiment.AT_RISK:
        return "Call today, before the written answer arrives, and ask what would make them stay."
    if failure in _STEPS:
        return _STEPS[failure]
    if category is Category.COMPLAINT:
        return "Thank them for the frankness, and report back what has changed since."
    return "Look in on them once support has answered."
