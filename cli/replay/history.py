"""A history of tickets as JSON lines: every line that cannot be used is named, and nothing else is lost by it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from shared.adapters.lexical.articles import ArticleText

_SOLE_SHOWN = 20


class Told(BaseModel):
    """One ticket of the past. Everything but `id` and `body` may be missing or null; other fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True, hide_input_in_errors=True)

    id: str = Field(min_length=1)
    body: str
    subject: str = ""
    channel: str = "email"
    created_at: datetime | None = None
    customer_id: str = ""
    company: str = ""
    plan: str | None = None
    mrr: float | None = None
    signed_up: date | None = None
    agent_id: str = ""
    first_response_at: datetime | None = None
    resolved_at: datetime | None = None
    reopened_at: datetime | None = None
    csat: float | None = None

    @field_validator("subject", "channel", "customer_id", "company", "agent_id", mode="before")
    @classmethod
    def _nothing_is_empty(cls, value: object) -> object:
        return "" if value is None else value

    @field_validator("created_at", "first_response_at", "resolved_at", "reopened_at")
    @classmethod
    def _in_utc(cls, value: datetime | None) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@dataclass(frozen=True)
class History:
    """What a file holds.

    Attributes:
        tickets: in the order in which they were opened; those without a time are not among them.
        undated: how many had no `created_at`, so that they belong to no week.
        bad: lines that cannot be read, each with its remedy.
    """

    tickets: list[Told]
    undated: int
    bad: list[str]


def read_history(file: Path) -> History:
    """Read a history, gzipped or not. Raises `OSError` where the file cannot be opened."""
    tickets: dict[str, Told] = {}
    undated, bad = 0, []
    for number, line in enumerate(_lines(file), start=1):
        if not line.strip():
            continue
        found = _told(line)
        if isinstance(found, str):
            bad.append(f"line {number}: {found}")
        elif found.id in tickets:
            bad.append(f"line {number}: its id stands on an earlier line; give every ticket its own")
        elif found.created_at is None:
            undated += 1
        else:
            tickets[found.id] = found
    return History(sorted(tickets.values(), key=lambda one: (one.created_at, one.id)), undated, bad)


def _lines(file: Path) -> Iterator[bytes]:
    with file.open("rb") as raw:
        zipped = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        with gzip.open(raw) if zipped else raw as lines:
            yield from lines


def _told(line: bytes) -> Told | str:
    try:
        return Told.model_validate(json.loads(line.decode("utf-8-sig")))
    except ValidationError as error:
        fields = sorted({str(one["loc"][0]) if one["loc"] else "the line" for one in error.errors()})
        return f"unreadable in {', '.join(fields)}; times as 2026-01-05T08:00:00Z, `id` and `body` as text"
    except (ValueError, RecursionError):
        return "no JSON in UTF-8; write one JSON object a line"


def read_articles(file: Path) -> list[ArticleText]:
    """Articles as JSON lines with `id`, `title`, `body`, `language`; without a language it is English.

    Raises:
        ValueError: a line is no article; the message says which.
    """
    found = []
    for number, line in enumerate(_lines(file), start=1):
        if line.strip():
            try:
                row: dict[str, Any] = json.loads(line)
                found.append(
                    ArticleText(
                        str(row["id"]),
                        str(row["title"]),
                        str(row["body"]),
                        str(row.get("language") or "en"),
                        str(row.get("link") or ""),
                    )
                )
            except (ValueError, KeyError, TypeError) as error:
                message = f"{file}, line {number}: no article; write id, title, body and language as JSON"
                raise ValueError(message) from error
    return found


def some(lines: Iterable[str]) -> list[str]:
    """The first lines, and how many more there are."""
    held = list(lines)
    more = [f"... and {len(held) - _SOLE_SHOWN} more"] if len(held) > _SOLE_SHOWN else []
    return [*held[:_SOLE_SHOWN], *more]
