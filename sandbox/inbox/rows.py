"""Rows of the database to the inbox's values, and back."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from typing import Any

from sandbox.inbox.records import Article, Change, Channel, Field, Message, Move, Rating, Ticket

TICKET_COLUMNS = (
    "subject", "description", "status", "priority", "kind", "channel", "requester_id", "submitter_id", "assignee_id",
    "group_id", "organization_id", "tags", "values", "created_at", "updated_at", "generated_at", "assigned_at",
    "solved_at", "reopens", "follow_up_of", "gone",
)  # fmt: skip


def ticket_columns(ticket: Ticket) -> dict[str, Any]:
    """A ticket as columns."""
    columns = {name: getattr(ticket, name) for name in TICKET_COLUMNS}
    return {**columns, "tags": json.dumps(ticket.tags), "values": json.dumps(ticket.values)}


def to_ticket(row: sqlite3.Row) -> Ticket:
    """A row of tickets."""
    columns = dict(row)
    columns["tags"] = tuple(json.loads(row["tags"]))
    columns["values"] = {int(key): value for key, value in json.loads(row["values"]).items()}
    columns["channel"] = Channel(row["channel"])
    return Ticket(**columns)


def to_message(row: sqlite3.Row) -> Message:
    """A row of messages."""
    columns = dict(row)
    columns["public"] = bool(row["public"])
    columns["channel"] = Channel(row["channel"])
    columns["attachments"] = tuple(json.loads(row["attachments"]))
    columns["draft"] = bool(row["draft"])
    return Message(**columns)


def to_rating(row: sqlite3.Row) -> Rating:
    """A row of ratings."""
    return Rating(**dict(row))


def to_field(row: sqlite3.Row) -> Field:
    """A row of fields."""
    return Field(**{**dict(row), "options": tuple(json.loads(row["options"]))})


def to_article(row: sqlite3.Row) -> Article:
    """A row of articles."""
    return Article(**dict(row))


def moves_json(moves: tuple[Move, ...]) -> str:
    """Moves as they are stored."""
    return json.dumps([asdict(move) for move in moves])


def to_change(row: sqlite3.Row, ticket: Ticket, messages: dict[int, Message]) -> Change:
    """A row of history."""
    moves = tuple(Move(**move) for move in json.loads(row["moves"]))
    message = messages.get(row["message_id"]) if row["message_id"] else None
    return Change(row["id"], ticket, row["actor_id"], Channel(row["channel"]), row["at"], moves, message)
