"""What became of a draft: the agent's reply beside it, by words."""

from __future__ import annotations

import re
from enum import StrEnum

from shared.domain.record import Instant, Record
from shared.domain.text import canonical, sentences

MISSED_TAG = "boundary_missed"
"""An agent's tag on a ticket that should have had a briefing in place of its draft."""

_AS_IS, _UNUSED = 0.02, 0.7
_MOST_WORDS = 800  # of each text; what lies behind is neither compared nor counted
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_PRIVATE = re.compile(r"\d|@|https?:|www\.")
_ADDED = 0.5  # share of a sentence's words that the draft does not have


class Use(StrEnum):
    """Whether a draft went out, and how."""

    AS_IS = "as_is"
    EDITED = "edited"
    UNUSED = "unused"


class Sent(Record):
    """What the agent answered in the place of a draft.

    Attributes:
        distance: words to change, leave out or put in, over those of the longer text: 0 as it was, 1 another text.
        added: sentences that the agent put in, without those that hold figures or addresses.
    """

    use: Use
    distance: float
    added: tuple[str, ...] = ()
    at: Instant


def compared(draft: str, reply: str, *, at: Instant) -> Sent:
    """Compare an agent's reply with the draft. Case, punctuation and markup do not count."""
    distance = word_distance(draft, reply)
    use = Use.AS_IS if distance <= _AS_IS else Use.EDITED if distance < _UNUSED else Use.UNUSED
    added = added_sentences(draft, reply) if use is Use.EDITED else ()
    return Sent(use=use, distance=round(distance, 4), added=added, at=at)


def word_distance(one: str, other: str) -> float:
    """Levenshtein's distance on words over the longer text's words, 0 to 1 (Levenshtein, 1966)."""
    left, right = _words(one), _words(other)
    if not left or not right:
        return float(left != right)
    row = list(range(len(right) + 1))
    for place, word in enumerate(left, 1):
        diagonal, row[0] = row[0], place
        for at, against in enumerate(right, 1):
            diagonal, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, diagonal + (word != against))
    return row[-1] / max(len(left), len(right))


def added_sentences(draft: str, reply: str) -> tuple[str, ...]:
    """Sentences of a reply that are mostly not in the draft."""
    held = set(_words(draft))
    found = []
    for sentence in sentences(canonical(reply)):
        words = _words(sentence)
        fresh = sum(word not in held for word in words)
        if len(words) >= 4 and fresh / len(words) >= _ADDED and not _PRIVATE.search(sentence):
            found.append(sentence)
    return tuple(found[:5])


def _words(text: str) -> list[str]:
    return _WORD.findall(canonical(text).casefold())[:_MOST_WORDS]
