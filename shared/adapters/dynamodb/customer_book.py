"""What is known of customers: what the company imported, and how they have fared."""

from __future__ import annotations

from collections.abc import Iterable

from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.table import ABSENT, Attributes, Only, Table, read_value
from shared.domain.customers import Profile
from shared.domain.health import History


class DynamoCustomerBook:
    """`CustomerBook` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @classmethod
    def connect(cls, table: str) -> DynamoCustomerBook:
        """The customers in a table."""
        return cls(Table.connect(table))

    def profile(self, email: str) -> Profile | None:
        """What was imported of a customer."""
        item = self._table.get(keys.profile(email.lower()))
        return read_value(item, Profile) if item else None

    def put_profiles(self, profiles: Iterable[Profile]) -> int:
        """Store profiles, 25 in a request."""
        return self._table.put_many((keys.profile(one.email), {"value": one.model_dump_json()}) for one in profiles)

    def history(self, desk: str, customer: str) -> History:
        """A customer's history."""
        item = self._table.get(keys.history(desk, customer))
        return read_value(item, History) if item else History(desk=desk, customer=customer)

    def put_history(self, history: History) -> History:
        """Write a history on the condition that nobody wrote it since it was read."""
        written = history.model_copy(update={"revision": history.revision + 1})
        as_read = Only("revision = :read", {":read": history.revision}) if history.revision else ABSENT
        attributes: Attributes = {"value": written.model_dump_json(), "revision": written.revision}
        self._table.put(keys.history(history.desk, history.customer), attributes, as_read)
        return written
