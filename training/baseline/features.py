"""From a request to n-grams and signs: one way, for training and for reading alike. Standard library only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from shared.domain.text import bounded, canonical, sentences
from training.baseline.lexicon import Lexicon

BLOCKS = ("words", "chars", "signs")
"""The kinds of feature. Each has its own vocabulary and is scaled to unit length by itself."""

LONGEST_TEXT = 8000
"""Characters that are read of one request; of a longer one its head and tail."""

_LINK = re.compile(r"(?:https?://|www\.)\S+")
_MAIL = re.compile(r"\S+@\S+\.\w+")
_ELISION = re.compile(r"\b([cdjlmnst]|qu)['’](?=\w{3})")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_ACCENT = re.compile("[\u0300-\u036f]")
_DIGIT = re.compile(r"\d")
_TOKEN = re.compile(r"\w+|[^\w\s]+")
_CAPITALS = re.compile(r"\b[A-Z]{4,}\b")
_LONGEST_WORD = 30
_SHORTEST_GRAM, _LONGEST_GRAM = 2, 5
_SUBJECT_WEIGHT = 2


@dataclass(frozen=True)
class Part:
    """A sentence of a request and what is found in it, repetitions included.

    Attributes:
        tokens: its words and punctuation, whose `grams` are the block `chars`.
        words: single tokens and pairs of neighbours, the block `words`.
        signs: the lexicon's signs and marks of style, the block `signs`.
    """

    sentence: str
    tokens: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()


def parts(subject: str, text: str, lexicon: Lexicon) -> tuple[Part, ...]:
    """A request as sentences with their features; the last part stands for the text as a whole."""
    subject, text = canonical(subject), bounded(canonical(text), LONGEST_TEXT)
    found = [_part(subject, lexicon, weight=_SUBJECT_WEIGHT)] if subject else []
    found += [_part(sentence, lexicon) for sentence in sentences(text)]
    size = len(text.split())
    return (*found, Part("", signs=(f"~size{min(size, 256).bit_length()}",)))


def document(found: tuple[Part, ...], block: str) -> list[str]:
    """All features of one block: what training counts."""
    if block == "chars":
        return [gram for part in found for token in part.tokens for gram in grams(token)]
    return [feature for part in found for feature in (part.words if block == "words" else part.signs)]


def tokens(sentence: str) -> list[str]:
    """Lower-case words without accents, digits as 0, addresses and links as one word each."""
    sentence = _LINK.sub(" urlx ", sentence)
    sentence = _MAIL.sub(" mailx ", sentence).lower()
    sentence = _APOSTROPHE.sub("", _ELISION.sub(r"\1 ", sentence))
    sentence = _ACCENT.sub("", unicodedata.normalize("NFD", sentence))
    return [token[:_LONGEST_WORD] for token in _TOKEN.findall(_DIGIT.sub("0", sentence))]


def _part(sentence: str, lexicon: Lexicon, weight: int = 1) -> Part:
    found = tokens(sentence)
    words = (*found, *(f"{first} {second}" for first, second in pairwise(found)))
    signs = (*lexicon.signs(found), *_style(sentence))
    return Part(sentence, tuple(found) * weight, words * weight, signs * weight)


@lru_cache(maxsize=20_000)
def grams(word: str) -> tuple[str, ...]:
    """Every run of 2 to 5 characters of a word, its edges marked by a space."""
    edged = f" {word} "
    longest = min(_LONGEST_GRAM, len(edged))
    sizes = range(_SHORTEST_GRAM, longest + 1)
    return tuple(edged[at : at + size] for size in sizes for at in range(len(edged) - size + 1))


def _style(sentence: str) -> Iterator[str]:
    if "!!" in sentence or "?!" in sentence or "??" in sentence:
        yield "~shouting"
    elif "!" in sentence:
        yield "~exclamation"
    if "?" in sentence:
        yield "~question"
    if len(_CAPITALS.findall(sentence)) >= 2:
        yield "~capitals"
