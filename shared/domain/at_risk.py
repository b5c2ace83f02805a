"""The week's customers at risk: who, why, what is at stake, and what happened after the last flag."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from math import isfinite

from shared.domain.facts import Fact, FactKind
from shared.domain.record import Instant, Record
from shared.domain.ticket import TicketKey


class AtRisk(Record):
    """A customer whom customer success was told of.

    Attributes:
        customer: the desk's id, with the desk's name.
        mrr: monthly revenue at stake; None where nobody knows it.
        why: the reasons of every flag of the week, the newest first.
        since: what happened to this customer's tickets after the last flag.
        owner: mail address of who looks after the customer, or else of the team that was told.
        settled: after everything that went wrong the ticket was solved and the help rated as good.
    """

    customer: str
    company: str
    plan: str
    mrr: float | None
    score: int | None
    why: tuple[str, ...]
    flags: int
    flagged_at: Instant
    tickets: tuple[TicketKey, ...]
    since: tuple[str, ...]
    owner: str = ""
    settled: bool = False


def customers_at_risk(facts: Iterable[Fact], start: datetime, end: datetime, *, team: str = "") -> tuple[AtRisk, ...]:
    """Customers flagged in a stretch of time, the most revenue at stake first, those who are settled last.

    Args:
        facts: may reach beyond it.
        team: who is told of customers whom nobody looks after.
    """
    known = sorted(facts, key=lambda fact: (fact.at, str(fact.key), fact.kind))
    flags: dict[str, list[Fact]] = defaultdict(list)
    tickets: dict[str, set[TicketKey]] = defaultdict(set)
    for fact in known:
        customer = f"{fact.key.desk}/{fact.detail.get('customer', '')}"
        if fact.kind in (FactKind.OPENED, FactKind.AT_RISK):
            tickets[customer].add(fact.key)
        if fact.kind is FactKind.AT_RISK and start <= fact.at < end:
            flags[customer].append(fact)
    found = [_at_risk(customer, told, tickets[customer], known, team) for customer, told in flags.items()]
    return tuple(sorted(found, key=lambda one: (one.settled, -(one.mrr or 0.0), one.customer)))


def _at_risk(customer: str, flags: list[Fact], tickets: set[TicketKey], facts: list[Fact], team: str) -> AtRisk:
    last = flags[-1]
    after = [fact for fact in facts if fact.key in tickets and fact.at > last.at]
    score = _number(last.detail.get("score", ""))
    return AtRisk(
        customer=customer,
        company=last.detail.get("company", ""),
        plan=last.detail.get("plan", ""),
        mrr=_number(last.detail.get("mrr", "")),
        score=None if score is None else int(score),
        why=tuple(dict.fromkeys(flag.detail.get("why", "") for flag in reversed(flags))),
        flags=len(flags),
        flagged_at=last.at,
        tickets=tuple(dict.fromkeys(flag.key for flag in flags)),
        since=_since(after) or ("nothing yet",),
        owner=last.detail.get("owner") or team,
        settled=_settled(after),
    )


def _settled(after: list[Fact]) -> bool:
    """Whether the customer's last word is a good one, on a ticket that is solved."""
    wrong = [place for place, fact in enumerate(after) if fact.kind in _WRONG or fact.detail.get("rating") == "bad"]
    last = after[wrong[-1] + 1 :] if wrong else after
    rated = any(fact.kind is FactKind.RATED and fact.detail.get("rating") == "good" for fact in last)
    return rated and any(fact.kind is FactKind.RESOLVED for fact in last)


def _number(text: str) -> float | None:
    """A finite number, or None for whatever else a fact may hold."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _since(facts: list[Fact]) -> tuple[str, ...]:
    """What happened, in order, each kind where it happened last: the end is how things stand."""
    told = []
    for fact in facts:
        if fact.kind is FactKind.RATED:
            told.append(f"rated {fact.detail.get('rating', '')}")
        elif fact.kind in _SAID:
            told.append(_SAID[fact.kind])
    return tuple(reversed(dict.fromkeys(reversed(told))))


_WRONG = frozenset({FactKind.OPENED, FactKind.REOPENED, FactKind.SLA_BREACH})
_SAID = {
    FactKind.FIRST_RESPONSE: "answered",
    FactKind.RESOLVED: "solved",
    FactKind.REOPENED: "came back",
    FactKind.OPENED: "wrote again",
    FactKind.SLA_BREACH: "waited too long",
}
