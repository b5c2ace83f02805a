"""What became of a draft: the agent's reply beside it, by words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from enum import StrEnum

from shared.domain.record import Instant, Record
from shared.domain.text import canonical, sentences
from shared.domain.ticket import Customer

MISSED_TAG = "boundary_missed"
"""An agent's tag on a ticket that should have had a briefing in place of its draft."""

NEEDLESS_TAG = "briefing_needless"
"""An agent's tag on a ticket that a rule kept for a person, where a draft would have done."""

_AS_IS, _UNUSED = 0.02, 0.7
_STANDS = 0.6  # share of the draft's words that stand in the reply in their order: it was used, however much was added
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
        added: sentences that the agent put in, without those that hold figures, addresses or personal data.
        whose: tells the customers of several drafts apart, without naming them; "" where nobody looked.
    """

    use: Use
    distance: float
    added: tuple[str, ...] = ()
    whose: str = ""
    at: Instant


def compared(
    draft: str, reply: str, *, at: Instant, whose: str = "", personal: Callable[[str], bool] = lambda sentence: False
) -> Sent:
    """Compare an agent's reply with the draft. Case, punctuation and markup do not count.

    Args:
        personal: whether a sentence names somebody; such a one is not kept.
    """
    distance = word_distance(draft, reply)
    used = distance < _UNUSED or _standing(draft, reply) >= _STANDS
    use = Use.AS_IS if distance <= _AS_IS else Use.EDITED if used else Use.UNUSED
    added = added_sentences(draft, reply) if use is Use.EDITED else ()
    kept = tuple(sentence for sentence in added if not personal(sentence))
    return Sent(use=use, distance=round(distance, 4), added=kept, whose=whose, at=at)


def told_apart(customer: Customer) -> str:
    """A mark that is the same for everybody of a company and says nothing else."""
    who = customer.company.casefold().strip() or customer.email.casefold() or customer.id
    return hashlib.sha256(who.encode()).hexdigest()[:16]


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


def _standing(draft: str, reply: str) -> float:
    """The share of a draft's words that a reply still has in their order (longest common subsequence)."""
    left, right = _words(draft), _words(reply)
    row = [0] * (len(right) + 1)
    for word in left:
        diagonal = 0
        for at, against in enumerate(right, 1):
            diagonal, row[at] = row[at], diagonal + 1 if word == against else max(row[at], row[at - 1])
    return row[-1] / max(len(left), 1)


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
