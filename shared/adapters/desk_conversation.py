"""How much of a conversation is kept, whichever desk tells it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from shared.adapters.desk_text import plain_text
from shared.domain.text import bounded

FIRST_KEPT = 20
NEWEST_KEPT = 180
LONGEST_TEXT = 100_000
_LONGEST_HTML = 400_000
_LONGEST_NAME = 200

One = TypeVar("One")


def ends_of(ordered: Sequence[One]) -> list[One]:
    """Of a long conversation the first 20 and the newest 180 messages."""
    return [*ordered[:FIRST_KEPT], *ordered[FIRST_KEPT:][-NEWEST_KEPT:]]


def words_of(html: str) -> str:
    """The words of a message that is told as HTML, at most 100,000 characters of them."""
    return bounded(plain_text(bounded(html, _LONGEST_HTML)), LONGEST_TEXT)


def file_name(name: str) -> str:
    """An attachment's name; the file itself stays where it is."""
    return bounded(name, _LONGEST_NAME)
