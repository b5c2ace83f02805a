"""SQLite beneath the inbox: one connection, one lock, one transaction per action."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS people (
    id INTEGER PRIMARY KEY AUTOINCREMENT, role TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE,
    created_at REAL NOT NULL, updated_at REAL NOT NULL, fields TEXT NOT NULL, organization_id INTEGER);
CREATE TABLE IF NOT EXISTS groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS memberships (
    id INTEGER PRIMARY KEY AUTOINCREMENT, person_id INTEGER NOT NULL, group_id INTEGER NOT NULL,
    created_at REAL NOT NULL, UNIQUE (person_id, group_id));
CREATE TABLE IF NOT EXISTS organizations (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, fields TEXT NOT NULL, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS tickets (
    id INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT NOT NULL, description TEXT NOT NULL, status TEXT NOT NULL,
    priority TEXT, kind TEXT, channel TEXT NOT NULL, requester_id INTEGER NOT NULL, submitter_id INTEGER NOT NULL,
    assignee_id INTEGER, group_id INTEGER, organization_id INTEGER, tags TEXT NOT NULL, "values" TEXT NOT NULL,
    created_at REAL NOT NULL, updated_at REAL NOT NULL, generated_at REAL NOT NULL, assigned_at REAL, solved_at REAL,
    reopens INTEGER NOT NULL DEFAULT 0, follow_up_of INTEGER, gone TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS tickets_by_requester ON tickets (requester_id);
CREATE INDEX IF NOT EXISTS tickets_by_generated ON tickets (generated_at, id);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, ticket_id INTEGER NOT NULL, author_id INTEGER NOT NULL,
    public INTEGER NOT NULL, body TEXT NOT NULL, html TEXT NOT NULL, channel TEXT NOT NULL,
    created_at REAL NOT NULL, attachments TEXT NOT NULL, draft INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS messages_by_ticket ON messages (ticket_id, id);
CREATE TABLE IF NOT EXISTS history (
    id INTEGER PRIMARY KEY AUTOINCREMENT, ticket_id INTEGER NOT NULL, actor_id INTEGER NOT NULL, channel TEXT NOT NULL,
    at REAL NOT NULL, moves TEXT NOT NULL, message_id INTEGER);
CREATE INDEX IF NOT EXISTS history_by_ticket ON history (ticket_id, id);
CREATE TABLE IF NOT EXISTS ratings (
    id INTEGER PRIMARY KEY AUTOINCREMENT, ticket_id INTEGER NOT NULL UNIQUE, score TEXT NOT NULL, comment TEXT,
    created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS fields (
    id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, kind TEXT NOT NULL, description TEXT NOT NULL,
    options TEXT NOT NULL, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, body TEXT NOT NULL, section TEXT NOT NULL,
    created_at REAL NOT NULL, updated_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS documents (
    kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (kind, id));
CREATE TABLE IF NOT EXISTS violations (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, ticket_id INTEGER, at REAL NOT NULL,
    detail TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, invocation_id TEXT NOT NULL, webhook_id TEXT NOT NULL,
    event_id TEXT NOT NULL, type TEXT NOT NULL, ticket_id INTEGER,
    kind TEXT NOT NULL, status TEXT NOT NULL, body BLOB NOT NULL,
    signing TEXT NOT NULL, created_at REAL NOT NULL, accepted_at REAL, seconds REAL,
    attempts TEXT NOT NULL DEFAULT '[]');
CREATE INDEX IF NOT EXISTS deliveries_by_status ON deliveries (status);
"""

# Each kind of id has a range of its own, so that one taken for another is noticed.
FIRST_IDS = {
    "people": 900_001,
    "groups": 500_001,
    "memberships": 520_001,
    "organizations": 800_001,
    "tickets": 1_001,
    "messages": 70_000_001,
    "history": 80_000_001,
    "ratings": 620_001,
    "fields": 360_001,
    "articles": 4_000_001,
}
TABLES = (*FIRST_IDS, "documents", "violations", "deliveries")


class Store:
    """One SQLite database, safe to share between threads."""

    def __init__(self, folder: Path | None = None) -> None:
        target = ":memory:"
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            target = str(folder / "desk.sqlite")
        self._lock = RLock()
        self._depth = 0
        self._db = sqlite3.connect(target, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        # A demo's desk may lose its last second in a power cut; it may not be slow.
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;" + SCHEMA)
        with self.transaction():
            self._start_ids()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; an inner transaction belongs to the outer one."""
        with self._lock:
            outermost = self._depth == 0
            if outermost:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if outermost:
                    self._db.execute("ROLLBACK")
                raise
            self._depth -= 1
            if outermost:
                self._db.execute("COMMIT")

    def run(self, sql: str, *values: Any) -> int:
        """Run a statement; the id of the row it inserted, or the number of rows it touched."""
        with self._lock:
            cursor = self._db.execute(sql, values)
            return int(cursor.lastrowid or 0) if sql.startswith("INSERT") else cursor.rowcount

    def insert(self, table: str, **columns: Any) -> int:
        """Insert a row and answer its id."""
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join("?" for _ in columns)
        return self.run(f"INSERT INTO {table} ({names}) VALUES ({marks})", *columns.values())

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Every row of a query."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """The first row of a query."""
        with self._lock:
            found: sqlite3.Row | None = self._db.execute(sql, values).fetchone()
            return found

    def clear(self) -> None:
        """Empty every table and start the ids again."""
        with self.transaction():
            for table in TABLES:
                self._db.execute(f"DELETE FROM {table}")
            # A delivery that is under way must not be taken for a new one with its number.
            self._db.execute("DELETE FROM sqlite_sequence WHERE name != 'deliveries'")
            self._start_ids()

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._db.close()

    def _start_ids(self) -> None:
        for table, first in FIRST_IDS.items():
            known = self._db.execute("SELECT 1 FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
            if known is None:
                self._db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, first - 1))
