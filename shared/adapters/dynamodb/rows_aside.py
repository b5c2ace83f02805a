"""Rows of customers that could not be taken, until somebody has looked at them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.table import Table, read_value
from shared.domain.customers import RowAside

KEPT_FOR = timedelta(days=90)


class DynamoRowsAside:
    """`RowsAside` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @classmethod
    def connect(cls, table: str) -> DynamoRowsAside:
        """The rows in a table."""
        return cls(Table.connect(table))

    def keep(self, rows: Iterable[RowAside]) -> None:
        """Keep rows, 25 in a request."""
        self._table.put_many(
            (
                keys.row_aside(row.delivery, row.place),
                {"value": row.model_dump_json(), keys.EXPIRES_AT: int((row.at + KEPT_FOR).timestamp())},
            )
            for row in rows
        )

    def kept(self) -> list[RowAside]:
        """All that are kept."""
        return [read_value(item, RowAside) for item in self._table.partition(keys.ROWS_ASIDE)]

    def forget(self, row: RowAside) -> None:
        """It was looked at."""
        self._table.delete(keys.row_aside(row.delivery, row.place))
