"""Policies and the off switch."""

from __future__ import annotations

import hashlib

from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.table import Table, read_value
from shared.domain.errors import PolicyInvalid, StoredItemCorrupt
from shared.domain.policy import Policy


class DynamoPolicyStore:
    """`PolicyStore` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @classmethod
    def connect(cls, table: str) -> DynamoPolicyStore:
        """The policies in a table."""
        return cls(Table.connect(table))

    def get(self, sha: str) -> Policy:
        """A policy by its sha."""
        item = self._table.get(keys.policy(sha))
        if item is None:
            raise PolicyInvalid(f"no policy {sha} is stored")
        # The stored bytes are hashed, not the value: a later release may know more fields, with defaults.
        if hashlib.sha256(str(item.get("value", "")).encode()).hexdigest() != sha:
            raise StoredItemCorrupt(f"{keys.policy(sha).pk} does not hold the policy of its name")
        return read_value(item, Policy)

    def current(self) -> str:
        """The sha of the policy that new tickets are judged by."""
        item = self._table.get(keys.current_policy())
        if item is None or "sha" not in item:
            raise PolicyInvalid("no policy was published yet")
        return str(item["sha"])

    def publish(self, policy: Policy) -> str:
        """Store a policy if it is new, point `current` to it, and answer its sha."""
        sha = policy.sha
        self._table.put_once(keys.policy(sha), {"value": policy.canonical_json()})
        self._table.put(keys.current_policy(), {"sha": sha})
        return sha

    def drafting_is_on(self) -> bool:
        """The off switch: on where nobody touched it, off where it says anything but on."""
        item = self._table.get(keys.switch())
        return item is None or item.get("drafting") == "on"

    def switch_drafting(self, *, on: bool) -> None:
        """Turn drafts off or on again."""
        self._table.put(keys.switch(), {"drafting": "on" if on else "off"})
