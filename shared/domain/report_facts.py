"""From single facts to what is known of each ticket: the joined view that a report counts from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.domain.facts import Fact, FactKind
from shared.domain.observation import Category
from shared.domain.ticket import TicketKey

UNTRIAGED = "untriaged"


@dataclass(slots=True)
class TicketFacts:
    """Everything the facts say about one ticket, each list in order of time.

    Attributes:
        category: what the request came in as: the first triage that could tell.
        queue: where the last triage put it.
        automatic: a machine wrote it and no person has asked anything since.
        agent: who answered first, or else who was given it.
        bounded: a rule kept it off the draft side at one of its versions.
        drafts: what became of those that stood on it: used, or out of place.
        needless: when an agent said that a draft would have done where a rule had asked for a person.
    """

    opened_at: datetime | None = None
    channel: str = ""
    customer: str = ""
    category: str = UNTRIAGED
    queue: str = ""
    triaged: bool = False
    machine: bool = False
    answered_at: datetime | None = None
    answered_from: datetime | None = None
    used_draft: str = "unknown"
    agent: str = ""
    bounded: bool = False
    reassigned: bool = False
    resolved: list[datetime] = field(default_factory=list)
    reopened: list[datetime] = field(default_factory=list)
    ratings: list[tuple[datetime, str]] = field(default_factory=list)
    warned: list[datetime] = field(default_factory=list)
    breached: list[datetime] = field(default_factory=list)
    notes: list[Fact] = field(default_factory=list)
    drafts: list[Fact] = field(default_factory=list)
    needless: list[datetime] = field(default_factory=list)

    @property
    def automatic(self) -> bool:
        """Whether only a machine wrote it."""
        return self.machine and not self.triaged

    @property
    def had_draft(self) -> bool:
        """Whether the newest note before the first answer was a draft."""
        before = [note for note in self.notes if self.answered_at is None or note.at <= self.answered_at]
        return bool(before) and before[-1].kind is FactKind.DRAFTED

    @property
    def waited(self) -> timedelta | None:
        """From opened to first answer, by the wall clock; never negative."""
        since = self.opened_at or self.answered_from
        if self.answered_at is None or since is None:
            return None
        return max(self.answered_at - since, timedelta(0))

    def moments(self, kind: FactKind) -> list[datetime]:
        """When the ticket was resolved, reopened, warned of or breached, or its briefing called needless."""
        return {
            FactKind.RESOLVED: self.resolved,
            FactKind.REOPENED: self.reopened,
            FactKind.SLA_WARNING: self.warned,
            FactKind.SLA_BREACH: self.breached,
            FactKind.BRIEFING_NEEDLESS: self.needless,
        }[kind]

    def breached_before(self, moment: datetime) -> bool:
        """Whether a target was missed before a moment."""
        return any(at < moment for at in self.breached)

    def missed_in(self, start: datetime, end: datetime) -> bool:
        """Whether a draft turned out, within a stretch of time, to have stood where a person should have answered."""
        return any(fact.kind is FactKind.BOUNDARY_MISSED and start <= fact.at < end for fact in self.drafts)

    def history(self, key: TicketKey) -> list[Fact]:
        """What happened to it, as facts in no order."""

        def told(kind: FactKind, at: datetime, **detail: str) -> Fact:
            return Fact(kind=kind, key=key, at=at, recorded_at=at, detail=detail)

        once = ((FactKind.OPENED, self.opened_at), (FactKind.FIRST_RESPONSE, self.answered_at))
        many = ((FactKind.RESOLVED, self.resolved), (FactKind.REOPENED, self.reopened))
        return [
            *(told(kind, at, customer=self.customer) for kind, at in once if at is not None),
            *(told(kind, at) for kind, moments in (*many, (FactKind.SLA_BREACH, self.breached)) for at in moments),
            *(told(FactKind.RATED, at, rating=rating) for at, rating in self.ratings),
        ]

    def rating_in(self, start: datetime, end: datetime) -> str | None:
        """The customer's last word on it within a stretch of time, `good` or `bad`."""
        return next((rating for at, rating in reversed(self.ratings) if start <= at < end), None)


def distinct(facts: Iterable[Fact]) -> list[Fact]:
    """One fact per kind, ticket and moment, the one recorded first, in an order that depends on nothing else."""

    def order(fact: Fact) -> tuple[datetime, str, str, datetime, list[tuple[str, str]]]:
        return fact.at, str(fact.key), fact.kind.value, fact.recorded_at, sorted(fact.detail.items())

    kept: dict[tuple[datetime, TicketKey, FactKind], Fact] = {}
    for fact in sorted(facts, key=order):
        kept.setdefault((fact.at, fact.key, fact.kind), fact)
    return list(kept.values())


def add(ticket: TicketFacts, fact: Fact) -> None:
    """Take a fact of the ticket into what is known of it; facts come in order of time."""
    match fact.kind:
        case FactKind.OPENED if ticket.opened_at is None:
            _open(ticket, fact)
        case FactKind.TRIAGED:
            _triage(ticket, fact.detail)
        case FactKind.FIRST_RESPONSE if ticket.answered_at is None:
            _answer(ticket, fact)
        case FactKind.RATED if fact.detail.get("rating") in ("good", "bad"):
            ticket.ratings.append((fact.at, fact.detail["rating"]))
        case (
            FactKind.RESOLVED
            | FactKind.REOPENED
            | FactKind.SLA_WARNING
            | FactKind.SLA_BREACH
            | FactKind.BRIEFING_NEEDLESS
        ):
            ticket.moments(fact.kind).append(fact.at)
        case FactKind.DRAFTED | FactKind.BRIEFED:
            ticket.notes.append(fact)
        case FactKind.DRAFT_USED | FactKind.BOUNDARY_MISSED:
            ticket.drafts.append(fact)
        case FactKind.AUTOMATIC:
            ticket.machine = True
        case FactKind.REASSIGNED:
            ticket.reassigned = True


def _open(ticket: TicketFacts, fact: Fact) -> None:
    ticket.opened_at, ticket.channel = fact.at, fact.detail.get("channel", "")
    ticket.customer = fact.detail.get("customer", "")


def _answer(ticket: TicketFacts, fact: Fact) -> None:
    detail = fact.detail
    ticket.answered_at, ticket.answered_from = fact.at, _moment(detail.get("opened_at", ""))
    ticket.used_draft = detail.get("used_draft", "unknown")
    ticket.agent = detail.get("agent") or ticket.agent
    if ticket.category == UNTRIAGED and detail.get("category") in list(Category):
        ticket.category = detail["category"]  # it was triaged before the days that were read


def _triage(ticket: TicketFacts, detail: dict[str, str]) -> None:
    ticket.triaged = True
    if ticket.category == UNTRIAGED and detail.get("category") in list(Category):
        ticket.category = detail["category"]
    ticket.queue = detail.get("queue", ticket.queue)
    ticket.agent = ticket.agent or detail.get("agent", "")
    ticket.bounded = ticket.bounded or detail.get("cause") == "bounded"


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
