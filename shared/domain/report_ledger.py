"""Facts as they are read, day by day, joined by ticket: nothing is kept of a fact that no figure needs again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from shared.domain.at_risk import AtRisk, customers_at_risk
from shared.domain.costs import Usage
from shared.domain.facts import Fact, FactKind
from shared.domain.report_facts import TicketFacts, add, distinct
from shared.domain.ticket import TicketKey

_KEPT = frozenset({FactKind.AT_RISK, FactKind.DESK_RESPONSE, FactKind.SLA_DIFFERS})


class Ledger:
    """What is known up to a cut-off of some days.

    Attributes:
        tickets: by key, as far as the days tell.
        kept: facts that are few and that sections read as they are.
        since: when we began to listen: the first moment of recording; None without facts.
    """

    def __init__(self, cut_off: datetime, start: datetime, end: datetime) -> None:
        self.tickets: dict[TicketKey, TicketFacts] = {}
        self.kept: list[Fact] = []
        self.usage = Usage()
        self.since: datetime | None = None
        self._cut_off, self._start, self._end = cut_off, start, end

    @classmethod
    def read(cls, days: Iterable[Iterable[Fact]], *, cut_off: datetime, start: datetime, end: datetime) -> Self:
        """A ledger of days in order of time; order and repetition of the facts within a day do not matter.

        Args:
            start: the beginning of the week whose usage is counted; `end` its end.
        """
        ledger = cls(cut_off, start, end)
        for day in days:
            for fact in distinct(fact for fact in day if fact.recorded_at <= cut_off):
                ledger._add(fact)
        for ticket in ledger.tickets.values():
            # Told in an outage, before we heard of the answer that had come in time.
            ticket.breached = [at for at in ticket.breached if ticket.answered_at is None or ticket.answered_at > at]
        return ledger

    def _add(self, fact: Fact) -> None:
        self.since = min(self.since or fact.recorded_at, fact.recorded_at)
        if self._start <= fact.at < self._end:
            self.usage.add(fact)
        if fact.kind in _KEPT:
            self.kept.append(fact)
        add(self.tickets.setdefault(fact.key, TicketFacts()), fact)

    def at_risk(self, start: datetime, end: datetime, *, team: str = "") -> tuple[AtRisk, ...]:
        """The customers who were flagged in a stretch of time, with what happened to all of their tickets."""
        flags = [fact for fact in self.kept if fact.kind is FactKind.AT_RISK]
        customers = {(flag.key.desk, flag.detail.get("customer", "")) for flag in flags if start <= flag.at < end}
        flagged = {flag.key for flag in flags}
        theirs = [
            fact
            for key, ticket in self.tickets.items()
            if key in flagged or (key.desk, ticket.customer) in customers
            for fact in ticket.history(key)
        ]
        return customers_at_risk([*flags, *theirs], start, end, team=team)
