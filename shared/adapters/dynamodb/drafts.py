"""Drafts, and how they came about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.table import Table, read_value
from shared.domain.choosing import DraftStory
from shared.domain.record import Record
from shared.domain.resolution import Draft
from shared.domain.ticket import TicketKey

_Value = TypeVar("_Value", bound=Record)

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
        self._put(keys.draft(key, version), draft)

    def get(self, key: TicketKey, version: str) -> Draft | None:
        """The draft of a version."""
        return self._get(keys.draft(key, version), Draft)

    def put_story(self, key: TicketKey, version: str, story: DraftStory) -> None:
        """Store how a version's draft came about, for as long as a draft; again replaces it."""
        self._put(keys.draft_story(key, version), story)

    def story(self, key: TicketKey, version: str) -> DraftStory | None:
        """How a version's draft came about."""
        return self._get(keys.draft_story(key, version), DraftStory)

    def _put(self, key: keys.Key, value: Record) -> None:
        until = int((self._clock() + DRAFT_FOR).timestamp())
        self._table.put(key, {"value": value.model_dump_json(), keys.EXPIRES_AT: until})

    def _get(self, key: keys.Key, kind: type[_Value]) -> _Value | None:
        """What stands there and has not run out. DynamoDB removes items late, so the time is looked at."""
        item = self._table.get(key)
        if item is None:
            return None
        # Drafts of before the rule have no end.
        until = int(item.get(keys.EXPIRES_AT, 0))
        return read_value(item, kind) if not until or until > self._clock().timestamp() else None
