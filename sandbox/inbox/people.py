"""Customers, staff, groups and organizations."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from sandbox.inbox.errors import Invalid, NotThere
from sandbox.inbox.records import Group, Organization, Person, Role
from sandbox.inbox.store import Store
from sandbox.settings import Clock


class People:
    """Everybody the desk knows."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def get(self, person_id: int) -> Person:
        """One person. Raises NotThere."""
        row = self._store.row("SELECT * FROM people WHERE id = ?", person_id)
        if row is None:
            raise NotThere(f"person {person_id}")
        return _person(row)

    def find(self, who: int | str) -> Person:
        """By id or e-mail address. Raises NotThere."""
        if isinstance(who, int) or who.isdigit():
            return self.get(int(who))
        row = self._store.row("SELECT * FROM people WHERE email = ?", who.strip().lower())
        if row is None:
            raise NotThere(f"person {who}")
        return _person(row)

    def many(self, ids: set[int]) -> list[Person]:
        """Those of them that exist, by id."""
        marks = ",".join("?" * len(ids))
        return [
            _person(row) for row in self._store.rows(f"SELECT * FROM people WHERE id IN ({marks}) ORDER BY id", *ids)
        ]

    def with_roles(self, roles: set[Role]) -> list[Person]:
        """Everybody with one of these roles, by id."""
        return [_person(row) for row in self._store.rows("SELECT * FROM people ORDER BY id") if row["role"] in roles]

    def add(
        self, name: str, email: str, *, role: Role = Role.CUSTOMER, fields: dict[str, Any] | None = None,
        organization: str | None = None, created_at: float | None = None,
    ) -> Person:  # fmt: skip
        """Add somebody, or bring the person with that address up to date."""
        email = email.strip().lower()
        if "@" not in email:
            raise Invalid("email", f"{email} is not an e-mail address")
        now = self._clock().timestamp()
        with self._store.transaction():
            company = self._organization_named(organization, now) if organization else None
            known = self._store.row("SELECT * FROM people WHERE email = ?", email)
            if known is not None:
                merged = {**json.loads(known["fields"]), **(fields or {})}
                self._store.run(
                    "UPDATE people SET name = ?, fields = ?, organization_id = ?, updated_at = ? WHERE id = ?",
                    name or known["name"], json.dumps(merged), company or known["organization_id"], now, known["id"],
                )  # fmt: skip
                return self.get(known["id"])
            person_id = self._store.insert(
                "people", role=role, name=name or email.split("@")[0], email=email, organization_id=company,
                created_at=now if created_at is None else created_at, updated_at=now, fields=json.dumps(fields or {}),
            )  # fmt: skip
            return self.get(person_id)

    def _organization_named(self, name: str, now: float) -> int:
        row = self._store.row("SELECT id FROM organizations WHERE name = ?", name)
        if row is not None:
            return int(row["id"])
        return self._store.insert("organizations", name=name, fields="{}", created_at=now)

    def organization(self, organization_id: int) -> Organization:
        """One organization. Raises NotThere."""
        row = self._store.row("SELECT * FROM organizations WHERE id = ?", organization_id)
        if row is None:
            raise NotThere(f"organization {organization_id}")
        return Organization(row["id"], row["name"], json.loads(row["fields"]), row["created_at"])

    def organizations(self) -> list[Organization]:
        """All of them, by id."""
        rows = self._store.rows("SELECT id FROM organizations ORDER BY id")
        return [self.organization(row["id"]) for row in rows]

    def add_group(self, name: str) -> Group:
        """Add a group."""
        return self.group(self._store.insert("groups", name=name, created_at=self._clock().timestamp()))

    def group(self, group_id: int) -> Group:
        """One group. Raises NotThere."""
        row = self._store.row("SELECT * FROM groups WHERE id = ?", group_id)
        if row is None:
            raise NotThere(f"group {group_id}")
        return Group(row["id"], row["name"], row["created_at"])

    def groups(self) -> list[Group]:
        """All of them, by id."""
        return [Group(*row) for row in self._store.rows("SELECT id, name, created_at FROM groups ORDER BY id")]

    def find_group(self, which: int | str) -> Group:
        """By id or name. Raises NotThere."""
        for group in self.groups():
            if str(which).casefold() in (str(group.id), group.name.casefold()):
                return group
        raise NotThere(f"group {which}")

    def join(self, person_id: int, group_id: int) -> None:
        """Make somebody a member of a group."""
        self._store.insert("memberships", person_id=person_id, group_id=group_id, created_at=self._clock().timestamp())

    def memberships(self) -> list[sqlite3.Row]:
        """Rows of id, person_id, group_id, created_at, by id."""
        return self._store.rows("SELECT * FROM memberships ORDER BY id")

    def groups_of(self, person_id: int) -> list[int]:
        """The ids of a person's groups; the first is the default."""
        rows = self._store.rows("SELECT group_id FROM memberships WHERE person_id = ? ORDER BY id", person_id)
        return [row["group_id"] for row in rows]


def _person(row: sqlite3.Row) -> Person:
    return Person(
        row["id"], Role(row["role"]), row["name"], row["email"], row["created_at"], row["updated_at"],
        json.loads(row["fields"]), row["organization_id"],
    )  # fmt: skip
