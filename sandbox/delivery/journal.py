"""What was, is being and will be delivered, in the database."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sandbox.inbox.errors import NotThere
from sandbox.inbox.store import Store
from sandbox.settings import Clock


class Status(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    HELD = "held"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"  # told to lose it
    SKIPPED = "skipped"  # the circuit breaker was open: never sent, as on the real desk


@dataclass(frozen=True)
class Parcel:
    """A body for a webhook.

    Attributes:
        signing: "good", "bad" or "missing".
        kind: event, duplicate, forged or raw.
        face: whose webhook it is.
        timestamp_offset: seconds added to the signed time.
    """

    webhook_id: str
    invocation_id: str
    event_id: str
    type: str
    body: bytes
    ticket_id: int | None = None
    kind: str = "event"
    signing: str = "good"
    timestamp_offset: float = 0.0
    face: str = "zendesk"


@dataclass(frozen=True)
class Delivery:
    """A parcel and what became of it."""

    id: int
    parcel: Parcel
    status: Status
    created_at: float
    accepted_at: float | None
    seconds: float | None
    attempts: list[dict[str, Any]]


class Journal:
    """Every delivery, newest last."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def add(self, parcel: Parcel, status: Status) -> int:
        """Note a delivery to be made; its number."""
        return self._store.insert(
            "deliveries", invocation_id=parcel.invocation_id, webhook_id=parcel.webhook_id, event_id=parcel.event_id,
            type=parcel.type, ticket_id=parcel.ticket_id, kind=parcel.kind, status=status, body=parcel.body,
            signing=json.dumps([parcel.signing, parcel.timestamp_offset, parcel.face]),
            created_at=self._clock().timestamp(),
        )  # fmt: skip

    def get(self, delivery_id: int) -> Delivery:
        """One delivery. Raises NotThere."""
        row = self._store.row("SELECT * FROM deliveries WHERE id = ?", delivery_id)
        if row is None:
            raise NotThere(f"delivery {delivery_id}")
        return _delivery(row)

    def attempt(self, delivery_id: int, attempt: dict[str, Any]) -> None:
        """Note one try."""
        attempts = [*self.get(delivery_id).attempts, attempt]
        self._store.run("UPDATE deliveries SET attempts = ? WHERE id = ?", json.dumps(attempts), delivery_id)

    def settle(self, delivery_id: int, status: Status, *, seconds: float | None = None) -> None:
        """Note how it stands; delivered ones with the time at which they were accepted."""
        accepted = self._clock().timestamp() if status is Status.DELIVERED else None
        self._store.run(
            "UPDATE deliveries SET status = ?, accepted_at = ?, seconds = ? WHERE id = ?",
            status, accepted, seconds, delivery_id,
        )  # fmt: skip

    def with_status(self, status: Status) -> list[int]:
        """The numbers of those that stand so, oldest first."""
        return [row["id"] for row in self._store.rows("SELECT id FROM deliveries WHERE status = ? ORDER BY id", status)]

    def clear(self) -> None:
        """Forget every delivery; numbers go on."""
        self._store.run("DELETE FROM deliveries")

    def counts(self) -> dict[str, int]:
        """How many stand how."""
        found = self._store.rows("SELECT status, COUNT(*) AS n FROM deliveries GROUP BY status")
        return dict.fromkeys(Status, 0) | {row["status"]: row["n"] for row in found}

    def find(self, *, limit: int = 100, **wanted: Any) -> list[Delivery]:
        """The newest that match `ticket_id`, `type`, `status` and `kind`, where given."""
        given = {name: value for name, value in wanted.items() if value is not None}
        where = " AND ".join(f"{name} = ?" for name in given) or "1"
        found = self._store.rows(
            f"SELECT * FROM deliveries WHERE {where} ORDER BY id DESC LIMIT ?", *given.values(), limit
        )
        return [_delivery(row) for row in found]


def _delivery(row: sqlite3.Row) -> Delivery:
    signing, offset, face = json.loads(row["signing"])
    parcel = Parcel(
        row["webhook_id"], row["invocation_id"], row["event_id"], row["type"], row["body"], row["ticket_id"],
        row["kind"], signing, offset, face,
    )  # fmt: skip
    return Delivery(
        row["id"], parcel, Status(row["status"]), row["created_at"], row["accepted_at"], row["seconds"],
        json.loads(row["attempts"]),
    )  # fmt: skip
