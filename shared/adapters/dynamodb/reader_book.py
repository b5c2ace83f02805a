"""What the second reader costs a day, and its circuit breaker."""

from __future__ import annotations

from datetime import date

from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.table import ABSENT, Attributes, Only, Table, read_value
from shared.domain.breaker import Breaker
from shared.domain.errors import StoreConflict
from shared.domain.observation import Usage

_SPENT = "micro_dollars"


class DynamoReaderBook:
    """`ReaderBook` on DynamoDB. Money is set aside under a condition, so that no number of readers passes the limit."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @classmethod
    def connect(cls, table: str) -> DynamoReaderBook:
        """The book in a table."""
        return cls(Table.connect(table))

    def reserve(self, day: date, micro_dollars: int, limit: int) -> bool:
        """Set money aside, if the day has room for it."""
        room = limit - micro_dollars
        if room < 0:
            return False
        # A day that has cost nothing yet has room for all.
        fits = Only(f"attribute_not_exists({_SPENT}) OR {_SPENT} <= :room", {":room": room})
        try:
            self._table.add(keys.reader_spend(day), {_SPENT: micro_dollars}, fits)
        except StoreConflict:
            return False
        return True

    def settle(self, day: date, reserved: int, spent: int, usage: Usage) -> None:
        """Replace what was set aside by what was spent."""
        counted = {"calls": 1, "input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
        self._table.add(keys.reader_spend(day), {_SPENT: spent - reserved, **counted})

    def spent(self, day: date) -> int:
        """Micro-dollars of a day: spent or set aside."""
        return int((self._table.get(keys.reader_spend(day)) or {}).get(_SPENT, 0))

    def breaker(self) -> Breaker:
        """How the second reader has done lately."""
        item = self._table.get(keys.reader_breaker())
        return read_value(item, Breaker) if item else Breaker()

    def put_breaker(self, breaker: Breaker) -> None:
        """Write a breaker on the condition that nobody wrote it since it was read."""
        as_read = Only("revision = :read", {":read": breaker.revision}) if breaker.revision else ABSENT
        written = breaker.model_copy(update={"revision": breaker.revision + 1})
        attributes: Attributes = {"value": written.model_dump_json(), "revision": written.revision}
        self._table.put(keys.reader_breaker(), attributes, as_read)
