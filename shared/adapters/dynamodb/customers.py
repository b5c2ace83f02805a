"""What a desk last told of a customer. It saves asking again when a ticket's events come in a bunch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.table import Table, read_value
from shared.domain.ticket import Snapshot

FRESH_FOR = timedelta(minutes=2)
"""Long enough for the events of one message and their repetitions, too short to miss the customer's last ticket."""


class DynamoCustomerStore:
    """`CustomerStore` on DynamoDB."""

    def __init__(self, table: Table, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._table = table
        self._clock = clock

    @classmethod
    def connect(cls, table: str) -> DynamoCustomerStore:
        """The customers in a table."""
        return cls(Table.connect(table))

    def get(self, desk: str, customer_id: str) -> Snapshot | None:
        """The snapshot while it is fresh. DynamoDB removes items late, so the time is looked at."""
        item = self._table.get(keys.customer(desk, customer_id))
        if item is None or int(item.get(keys.EXPIRES_AT, 0)) <= self._clock().timestamp():
            return None
        return read_value(item, Snapshot)

    def put(self, desk: str, customer_id: str, snapshot: Snapshot) -> None:
        """Keep a snapshot, with the customer's data, encrypted, until it is no longer fresh."""
        until = int((self._clock() + FRESH_FOR).timestamp())
        kept: dict[str, str | int] = {"value": snapshot.model_dump_json(), keys.EXPIRES_AT: until}
        self._table.put(keys.customer(desk, customer_id), kept)
