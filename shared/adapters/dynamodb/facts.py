"""Facts for reports, by day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.table import Table, read_value
from shared.domain.facts import Fact, FactKind


class DynamoFactLog:
    """`FactLog` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @classmethod
    def connect(cls, table: str) -> DynamoFactLog:
        """The facts in a table."""
        return cls(Table.connect(table))

    def record(self, facts: Iterable[Fact]) -> None:
        """Record facts; one that is there already stays as it is."""
        for fact in facts:
            self._table.put_once(keys.fact(fact), {"value": fact.model_dump_json()})

    def load(self, facts: Iterable[Fact]) -> int:
        """Write the facts of a past, many at a time, and answer how many; a fact of the same name is replaced."""
        items = {keys.fact(fact): {"value": fact.model_dump_json()} for fact in facts}
        return self._table.put_many(items.items())

    def between(self, first: date, last: date, *, but: Collection[FactKind] = ()) -> list[Fact]:
        """Facts that happened on UTC days first to last, in order of time."""
        partitions = keys.fact_partitions(first, last)
        items = (item for pk in partitions for item in self._table.partition(pk))
        facts = [read_value(item, Fact) for item in items if keys.fact_kind(str(item[keys.SK])) not in but]
        return sorted(facts, key=lambda fact: (fact.at, str(fact.key), fact.kind))

    def newest(self, kind: FactKind, *, since: datetime, until: datetime, limit: int) -> list[Fact]:
        """The newest facts of one kind from one moment to another."""
        first, last = keys.facts_of(kind, since), keys.facts_of(kind, until)
        partitions = keys.fact_partitions(since.date(), until.date())
        items = (item for pk in partitions for item in self._table.newest(pk, first, f"{last}$", limit=limit))
        facts = sorted((read_value(item, Fact) for item in items), key=lambda fact: (fact.at, str(fact.key)))
        return facts[-limit:][::-1]
