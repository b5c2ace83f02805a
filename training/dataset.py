"""Labelled requests: reading them, and saying exactly what is wrong with a line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from shared.domain.observation import Category, Request, Sentiment, ServiceFailure, Urgency

OWN_DATA = Path(__file__).parent / "data"
"""The project's own requests, the only ones that the shipped artifact is trained on."""

LABELS: dict[str, tuple[str, ...]] = {
    "category": tuple(Category),
    "urgency": tuple(Urgency),
    "sentiment": tuple(Sentiment),
    "service_failure": tuple(ServiceFailure),
}
"""Every head's labels, in the order of the weights' columns."""


@dataclass(frozen=True)
class Labelled:
    """A request and what a reader said about it; labels may be missing where nothing is scored."""

    id: str
    request: Request
    labels: dict[str, str] = field(default_factory=dict)
    language: str = ""
    source: str = ""
    group: str = ""
    weight: float = 1.0
    signed_up: date | None = None

    @property
    def bounded(self) -> bool | None:
        """Whether the boundary has to hold: unhappy, or a failure is reported. None where the labels do not say."""
        calm = {"sentiment": Sentiment.NEUTRAL, "service_failure": ServiceFailure.NONE}
        if any(self.labels.get(head, label) != label for head, label in calm.items()):
            return True
        return False if calm.keys() <= self.labels.keys() else None

    @property
    def complete(self) -> bool:
        """Whether every head has its label."""
        return self.labels.keys() == LABELS.keys()


@dataclass(frozen=True)
class BadLine:
    """A line that cannot be read, and what to do about it."""

    number: int
    fault: str
    remedy: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.fault}; {self.remedy}"


def read(path: Path) -> tuple[list[Labelled], list[BadLine]]:
    """Read JSON lines with at least `id` and `body`; every other field is optional, unknown ones are ignored."""
    rows: list[Labelled] = []
    bad: list[BadLine] = []
    seen: dict[str, int] = {}
    for number, line in _lines(path):
        row = _row(number, line, source=path.stem)
        if isinstance(row, Labelled) and row.id in seen:
            row = BadLine(number, f"its id stands on line {seen[row.id]} already", "give every request its own")
        if isinstance(row, BadLine):
            bad.append(row)
        else:
            seen[row.id] = number
            rows.append(row)
    return rows, bad


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, line


def _row(number: int, line: bytes, *, source: str) -> Labelled | BadLine:
    try:
        content = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return BadLine(number, "no JSON in UTF-8", "write one JSON object a line")
    if not isinstance(content, dict):
        return BadLine(number, "no JSON object", 'write {"id": ..., "body": ...}')
    fault = _fault(content)
    if fault:
        return BadLine(number, *fault)
    return Labelled(
        id=content["id"],
        request=Request(
            subject=_text(content, "subject"), text=content["body"], channel=_text(content, "channel") or "email"
        ),
        labels={head: content[head] for head in LABELS if content.get(head) is not None},
        language=_text(content, "language"),
        source=_text(content, "source") or source,
        group=f"{source}-{content['group']}" if "group" in content else content["id"],
        signed_up=_day(content.get("signed_up")),
    )


def _fault(content: dict[str, object]) -> tuple[str, str] | None:
    for name in ("id", "body"):
        if not isinstance(content.get(name), str) or (name == "id" and not content[name]):
            return f"`{name}` is missing or no text", f"give the request its `{name}` as a string"
    for head, allowed in LABELS.items():
        if content.get(head) is not None and content[head] not in allowed:
            return f"`{head}` holds a label that is none", f"leave it out, or give one of: {', '.join(allowed)}"
    return None


def _text(content: dict[str, object], name: str) -> str:
    value = content.get(name)
    return value if isinstance(value, str) else ""


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def kept_out(row: Labelled) -> bool:
    """Whether a row is never learned from: a fifth of the first file in other languages, chosen by its id's SHA-256.

    What the card calls `kept out` is measured on these.
    """
    return row.source == "written_c" and chance(row.id) % 5 == 0


def chance(id: str) -> int:
    """A number that depends on the id alone: what splits rows the same way everywhere."""
    return int(hashlib.sha256(id.encode()).hexdigest(), 16)
