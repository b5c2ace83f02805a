"""What the second reader is told, and the one place where a customer's words are put in front of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from shared.adapters.openai_chat.answer import SCHEMA_TEXT
from shared.domain.observation import ReaderVersion, Request
from shared.domain.text import bounded, canonical
from shared.ports.redactor import Redactor

NAME = "second-reader-1"
"""Raise the number with every change of the instructions that may change an answer."""

LONGEST_WORDS = 6000
"""Characters of a request that are shown; of a longer one its head and tail."""

_FILE = Path(__file__).with_name("instructions.md")


@cache
def instructions() -> str:
    """The system message: the same for every request, and nothing of any request in it."""
    return _FILE.read_text(encoding="utf-8")


def version_of(model: str) -> ReaderVersion:
    """The model, and the name and SHA-256 of everything else that shapes an answer."""
    told = hashlib.sha256(f"{instructions()}\n{SCHEMA_TEXT}".encode())
    return ReaderVersion(model=model, instructions=NAME, sha256=told.hexdigest())


class Shown(NamedTuple):
    """A customer's words as they leave the account, and the way back to those they wrote."""

    text: str
    restore: Callable[[str], str]


def shown(request: Request, redactor: Redactor, names: tuple[str, ...]) -> Shown:
    """A request as it may leave the account: one spelling, no personal data, bounded."""
    # Bounded before redaction to bound the work, and after it to bound what leaves. The first cut lies in what the
    # second takes out, so that no half of a card number is left at an edge.
    words = bounded(canonical(f"{request.subject}\n\n{request.text}"), 4 * LONGEST_WORDS)
    redacted = redactor.redact(words, names=names)
    return Shown(bounded(redacted.text, LONGEST_WORDS), redacted.restore)


def user_message(words: str) -> str:
    """The customer's words between two fences that they cannot hold: the fence depends on every word."""
    fence = hashlib.sha256(words.encode()).hexdigest()[:16]
    return f"The request stands between the lines with the fence {fence}.\n{fence}\n{words}\n{fence}"
