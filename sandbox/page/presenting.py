"""Tickets in the words and colours of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.inbox.records import Message
from sandbox.inbox.text import to_text
from sandbox.inbox.times import epoch

ANSWERED = ("solved", "closed")
TONES = {
    "critical": "alarm", "high": "warm", "standard": "plain", "at_risk": "alarm", "frustrated": "warm",
    "neutral": "plain",
}  # fmt: skip
BADGES = (
    ("firstline_handover", "handover", "Needs triage"),
    ("firstline_draft", "draft", "Draft ready"),
    ("firstline_briefing", "briefing", "Briefing"),
    ("firstline", "triaged", "Triaged"),
)
STAGES = (("firstline_sla_breached", "Breached", "alarm"), ("firstline_sla_warning", "Breach near", "warm"))
QUOTE = re.compile(r"<blockquote>(.*?)</blockquote>", re.DOTALL)
FIRST_LINE = re.compile(r"<(?:h[1-4]|p)>(.*?)</(?:h[1-4]|p)>", re.DOTALL)
NOTE_KINDS = {"draft": "Draft reply", "briefing": "Briefing", "handover": "Not triaged"}


@dataclass(frozen=True)
class Chip:
    """A small label; tone is plain, warm or alarm."""

    text: str
    tone: str = "plain"
    what: str = ""


@dataclass(frozen=True)
class Due:
    """When a first answer is due, said as a person would."""

    text: str
    tone: str
    at: str | None = None


def words(value: Any) -> str:
    """feature_request as 'Feature request'."""
    text = str(value).replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def chips(row: dict[str, Any]) -> list[Chip]:
    """Category, and urgency and sentiment where they stand out."""
    fields = row["fields"]
    found = []
    if category := fields.get("Firstline category"):
        found.append(Chip(words(category), what="category"))
    for name in ("urgency", "sentiment"):
        value = fields.get(f"Firstline {name}")
        if value:
            found.append(Chip(words(value), TONES.get(str(value), "plain"), name))
    failure = fields.get("Firstline service failure")
    if failure and failure != "none":
        found.append(Chip(words(failure), "warm", "service failure"))
    found += [Chip(word, tone, "first answer") for tag, word, tone in STAGES if tag in row["tags"]][:1]
    return found


def badge(row: dict[str, Any]) -> tuple[str, str]:
    """What Firstline has done: a kind for the colour, and the word."""
    for tag, kind, word in BADGES:
        if tag in row["tags"]:
            return kind, word
    return "untriaged", "Untriaged"


def due(row: dict[str, Any], now: datetime, *, answered: bool) -> Due:
    """The clock of the first answer."""
    if row["status"] in ANSWERED:
        return Due(words(row["status"]), "quiet")
    if answered:
        return Due("Answered", "quiet")
    stamp = row["fields"].get("Firstline first response due")
    try:
        left = epoch(str(stamp)) - now.timestamp()
    except ValueError:
        return Due("No clock", "quiet")
    if left < 0:
        return Due(f"{span(-left)} late", "alarm", str(stamp))
    return Due(f"in {span(left)}", "warm" if left < 1800 else "plain", str(stamp))


def place_words(row: dict[str, Any]) -> tuple[str, str]:
    """Why a ticket stands where it stands: in a few words, and in full."""
    whole = str(row["fields"].get("Firstline rank reason") or "")
    return whole.partition(";")[0].removeprefix("top: "), whole


def span(seconds: float) -> str:
    """A length of time in its largest unit."""
    if seconds < 90:
        return f"{max(1, int(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    if seconds < 129_600:
        return f"{round(seconds / 3600)} h"
    return f"{round(seconds / 86_400)} d"


def ago(at: float, now: datetime) -> str:
    """How long ago."""
    seconds = now.timestamp() - at
    return "just now" if seconds < 45 else f"{span(seconds)} ago"


def initials(name: str) -> str:
    """AB for Ada Brandt."""
    return "".join(part[0] for part in name.split()[:2]).upper()


def note_kind(message: Message) -> str:
    """draft, briefing, handover, or "" for any other note."""
    first = FIRST_LINE.search(message.html)
    heading = to_text(first.group(1)) if first else ""
    for kind, start in NOTE_KINDS.items():
        if heading.startswith(start):
            return kind
    return ""


def draft_text(message: Message) -> str:
    """The reply that a note proposes."""
    quote = QUOTE.search(message.html)
    return to_text(quote.group(1)) if quote else ""
