"""Drafts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.table import Table, read_value
from shared.domain.resolution import Draft
from shared.domain.ticket import TicketKey

DRAFT_FOR = timedelta(days=180)
"""A draft holds the customer's facts and what an agent added to it: long enough to learn from, and no longer."""


class DynamoDraftStore:
    """`DraftStore` on DynamoDB."""

    def __init__(self, table: Table, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._table = table
        self._clock = clock

    @classmethod
    def connect(cls, table: str) -> DynamoDraftStore:
        """The drafts in a table."""
        return cls(Table.connect(table))

    def put(self, key: TicketKey, version: str, draft: Draft) -> None:
        """Store a version's draft, for half a year; again replaces it."""
        until = int((self._clock() + DRAFT_FOR).timestamp())
        self._table.put(keys.draft(key, version), {"value": draft.model_dump_json(), keys.EXPIRES_AT: until})

    def get(self, key: TicketKey, version: str) -> Draft | None:
        """The draft of a version. DynamoDB removes items late, so the time is looked at."""
        item = self._table.get(keys.draft(key, version))
        if item is None:
            return None
        # Drafts of before the rule have no end.
        until = int(item.get(keys.EXPIRES_AT, 0))
        return read_value(item, Draft) if not until or until > self._clock().timestamp() else None
