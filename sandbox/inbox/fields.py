"""Custom ticket fields, and other things that a desk's administrator sets up."""

from __future__ import annotations

import json
from typing import Any

from sandbox.inbox import rows
from sandbox.inbox.errors import Invalid, NotThere
from sandbox.inbox.records import Field
from sandbox.inbox.store import Store
from sandbox.settings import Clock

KINDS = ("text", "textarea", "integer", "decimal", "checkbox", "date", "tagger")


class Fields:
    """The custom fields of tickets."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def add(self, title: str, kind: str, description: str = "", options: list[dict[str, Any]] | None = None) -> Field:
        """Add a field. Raises Invalid."""
        if not title.strip():
            raise Invalid("title", "Title: cannot be blank")
        if kind not in KINDS:
            raise Invalid("type", f"Type: {kind} is not included in the list")
        return self.get(
            self._store.insert(
                "fields", title=title.strip(), kind=kind, description=description, options=json.dumps(options or []),
                created_at=self._clock().timestamp(),
            )
        )  # fmt: skip

    def get(self, field_id: int) -> Field:
        """One field. Raises NotThere."""
        row = self._store.row("SELECT * FROM fields WHERE id = ?", field_id)
        if row is None:
            raise NotThere(f"field {field_id}")
        return rows.to_field(row)

    def all(self) -> list[Field]:
        """Every field, by id."""
        return [rows.to_field(row) for row in self._store.rows("SELECT * FROM fields ORDER BY id")]

    def remove(self, field_id: int) -> None:
        """Remove a field; tickets keep its values. Raises NotThere."""
        if not self._store.run("DELETE FROM fields WHERE id = ?", field_id):
            raise NotThere(f"field {field_id}")


class Documents:
    """Things that a face keeps and only that face understands: views, webhooks, keys."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def put(self, kind: str, key: str, body: dict[str, Any]) -> None:
        """Keep a document, in place of the one with that key."""
        text = json.dumps(body)
        with self._store.transaction():
            known = self._store.run("UPDATE documents SET body = ? WHERE kind = ? AND id = ?", text, kind, key)
            if not known:
                self._store.insert("documents", kind=kind, id=key, body=text, at=self._clock().timestamp())

    def get(self, kind: str, key: str) -> dict[str, Any]:
        """One document. Raises NotThere."""
        row = self._store.row("SELECT body FROM documents WHERE kind = ? AND id = ?", kind, key)
        if row is None:
            raise NotThere(f"{kind} {key}")
        found: dict[str, Any] = json.loads(row["body"])
        return found

    def all(self, kind: str) -> list[dict[str, Any]]:
        """Every document of a kind, oldest first."""
        found = self._store.rows("SELECT body FROM documents WHERE kind = ? ORDER BY at, id", kind)
        return [json.loads(row["body"]) for row in found]

    def remove(self, kind: str, key: str | None = None) -> None:
        """Remove one document, or all of a kind. Raises NotThere if that one is not there."""
        if key is None:
            self._store.run("DELETE FROM documents WHERE kind = ?", kind)
        elif not self._store.run("DELETE FROM documents WHERE kind = ? AND id = ?", kind, key):
            raise NotThere(f"{kind} {key}")
