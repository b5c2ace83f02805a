"""From a request to the encoder's pieces: one way, for training and for reading alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shared.domain.text import bounded, canonical, sentences

READING = 1
"""The version of all that decides which pieces a text turns into. An artifact names the one it was trained with."""

LONGEST_TEXT = 8000
"""Characters that are looked at in one request; of a longer one its head and tail."""

START, END = 1, 2
"""Ids of the marks around a text; 0 stands for what the vocabulary does not have."""

PREFIX = "query:"
"""The encoder was pre-trained with this word before everything that is not a passage."""

Encode = Callable[[str], list[int]]


@dataclass(frozen=True)
class Pieces:
    """A request as the encoder reads it.

    Attributes:
        ids: the pieces, marks and prefix included.
        owners: for each piece the sentence that it stands in, -1 for marks and prefix.
        sentences: the request's sentences in order, the subject's first.
    """

    ids: tuple[int, ...]
    owners: tuple[int, ...]
    sentences: tuple[str, ...]


def pieces_of(subject: str, text: str, encode: Encode, *, longest: int) -> Pieces:
    """Cut a request into sentences and those into pieces.

    Of a request with more than `longest` pieces the head (two thirds) and the tail are kept: people say at the
    beginning what happened and at the end what they want.

    Args:
        encode: a sentence to the ids of its pieces, without marks.
        longest: how many pieces the encoder reads at once, marks and prefix included.
    """
    found = (*sentences(canonical(subject)), *sentences(bounded(canonical(text), LONGEST_TEXT)))
    encoded = [encode(sentence) for sentence in found]
    body = [(piece, owner) for owner, pieces in enumerate(encoded) for piece in pieces]
    prefix = encode(PREFIX)
    room = longest - len(prefix) - 2
    if len(body) > room:
        head = room * 2 // 3
        body = body[:head] + body[head - room :]
    before, after = (START, *prefix), (END,)
    return Pieces(
        ids=(*before, *(piece for piece, _ in body), *after),
        owners=(*(-1 for _ in before), *(owner for _, owner in body), *(-1 for _ in after)),
        sentences=found,
    )
