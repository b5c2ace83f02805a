"""Alerts that wait for the end of quiet hours."""

from __future__ import annotations

from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.table import Table, read_value
from shared.ports.delivery import Alert


class DynamoHeldAlerts:
    """`HeldAlerts` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @classmethod
    def connect(cls, table: str) -> DynamoHeldAlerts:
        """The held alerts in a table."""
        return cls(Table.connect(table))

    def hold(self, alert: Alert) -> None:
        """Keep an alert."""
        self._table.put_once(keys.held(alert.id), {"value": alert.model_dump_json()})

    def held(self) -> list[Alert]:
        """All that wait."""
        return [read_value(item, Alert) for item in self._table.partition(keys.HELD_ALERTS)]

    def forget(self, alert: Alert) -> None:
        """It was sent."""
        self._table.delete(keys.held(alert.id))
