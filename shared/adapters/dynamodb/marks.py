"""How far each desk's changes were read."""

from __future__ import annotations

from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.table import Table
from shared.domain.errors import StoredItemCorrupt


class DynamoMarkStore:
    """`MarkStore` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @classmethod
    def connect(cls, table: str) -> DynamoMarkStore:
        """The marks in a table."""
        return cls(Table.connect(table))

    def get(self, desk: str) -> str | None:
        """The mark to go on from, or None at the very first time."""
        item = self._table.get(keys.mark(desk))
        if item is None:
            return None
        mark = item.get("value")
        if not isinstance(mark, str):
            raise StoredItemCorrupt(f"{keys.mark(desk).pk} holds no mark")
        return mark

    def put(self, desk: str, mark: str) -> None:
        """Move the mark."""
        self._table.put(keys.mark(desk), {"value": mark})
