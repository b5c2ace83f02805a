"""Drafts, and how they came about."""

from __future__ import annotations

from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.table import Table, read_value
from shared.domain.choosing import DraftStory
from shared.domain.resolution import Draft
from shared.domain.ticket import TicketKey


class DynamoDraftStore:
    """`DraftStore` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @classmethod
    def connect(cls, table: str) -> DynamoDraftStore:
        """The drafts in a table."""
        return cls(Table.connect(table))

    def put(self, key: TicketKey, version: str, draft: Draft) -> None:
        """Store a version's draft; again replaces it."""
        self._table.put(keys.draft(key, version), {"value": draft.model_dump_json()})

    def get(self, key: TicketKey, version: str) -> Draft | None:
        """The draft of a version."""
        item = self._table.get(keys.draft(key, version))
        return read_value(item, Draft) if item else None

    def put_story(self, key: TicketKey, version: str, story: DraftStory) -> None:
        """Store how a version's draft came about; again replaces it."""
        self._table.put(keys.draft_story(key, version), {"value": story.model_dump_json()})

    def story(self, key: TicketKey, version: str) -> DraftStory | None:
        """How a version's draft came about."""
        item = self._table.get(keys.draft_story(key, version))
        return read_value(item, DraftStory) if item else None
