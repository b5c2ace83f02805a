"""What people were told of lately."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.table import Table
from shared.domain.record import Instant


class DynamoOccasions:
    """`Occasions` on DynamoDB."""

    def __init__(self, table: Table, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._table = table
        self._clock = clock

    @classmethod
    def connect(cls, table: str) -> DynamoOccasions:
        """The occasions in a table."""
        return cls(Table.connect(table))

    def seen(self, id: str) -> bool:
        """Whether it is remembered; DynamoDB removes items late, so the time is looked at."""
        item = self._table.get(keys.told(id))
        return item is not None and int(item.get(keys.EXPIRES_AT, 0)) > self._clock().timestamp()

    def remember(self, id: str, until: Instant) -> None:
        """Remember it."""
        self._table.put(keys.told(id), {keys.EXPIRES_AT: int(until.timestamp())})
