"""Which language the customer writes, by py3langid."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Protocol

from shared.domain.errors import EngineUnavailable
from shared.domain.observation import LanguageReading
from shared.domain.text import canonical

UNKNOWN = "und"
"""The code of a text without words."""

_LONGEST_TEXT = 1500
# The identifier tells Norwegian's two spellings apart, ISO 639-1 has a code for both together.
_SPELLINGS = {"nb": "no", "nn": "no"}
_NOT_WORDS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|\d+")
_LETTER = re.compile(r"[^\W\d_]")

# What arrives at a support desk before its words are looked at. A short text says little by itself, and without
# this "pls send w9" is German and "hello" Breton. Other languages share the rest: 1 in 100 each.
_EXPECTED_ENGLISH, _EXPECTED_READABLE, _EXPECTED_OTHER = 0.5, 0.07, 0.01
# So are the smaller ones of the readable languages, until a text is long enough to tell them from their neighbours.
_SELDOM = frozenset({"da", "no", "pl", "sv"})
# Longer texts speak for themselves: there English is expected no more than the other readable languages.
_LONG = 100
# Below this many letters the identifier's doubt is no sign of a foreign language, its certainty still is.
_SHORT, _CERTAIN, _HARDLY_READABLE = 20, 0.5, 0.02


class _Identifier(Protocol):
    def rank(self, instance: str) -> list[tuple[str, float]]: ...


@cache
def _identifier() -> _Identifier:
    """Load the identifier once: about a second and 100 MB, so not before the first text."""
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        loaded: _Identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    except (ImportError, OSError, ValueError) as error:
        raise EngineUnavailable("the language identifier cannot be loaded") from error
    return loaded


def read_language(text: str, readable: tuple[str, ...]) -> LanguageReading:
    """The language of a text, and whether it is one of the readable ones.

    Emoji, numbers, addresses and links are no words: a text of nothing else is `und`.

    Raises:
        EngineUnavailable: the identifier's model cannot be loaded.
    """
    words = _NOT_WORDS.sub(" ", canonical(text[: 4 * _LONGEST_TEXT])[:_LONGEST_TEXT]).lower()
    letters = _LETTER.findall(words)
    if len(letters) < 2:
        return LanguageReading(code=UNKNOWN, probability=1.0, readable=False)
    seen = _ranked(words)
    weighed = {code: probability * _expected(code, readable, len(letters)) for code, probability in seen}
    if len(letters) < _SHORT and _latin(letters) and not _surely_foreign(seen, readable):
        weighed = {code: weight for code, weight in weighed.items() if code in readable}
    code = max(weighed, key=weighed.__getitem__)
    total = sum(weighed.values())
    probability = min(1.0, weighed[code] / total) if total else 0.0
    return LanguageReading(code=code, probability=round(probability, 4), readable=code in readable)


def _ranked(words: str) -> list[tuple[str, float]]:
    """Languages by probability, the likeliest first."""
    found: dict[str, float] = {}
    for code, probability in _identifier().rank(words):
        code = _SPELLINGS.get(code, code)
        found[code] = found.get(code, 0.0) + probability
    return sorted(found.items(), key=lambda one: -one[1])


def _expected(code: str, readable: tuple[str, ...], letters: int) -> float:
    if code not in readable:
        return _EXPECTED_OTHER
    if letters >= _LONG:
        return _EXPECTED_READABLE
    if code in _SELDOM:
        return _EXPECTED_OTHER
    return _EXPECTED_ENGLISH if code == "en" else _EXPECTED_READABLE


def _surely_foreign(seen: list[tuple[str, float]], readable: tuple[str, ...]) -> bool:
    first, probability = seen[0]
    if first not in readable and probability >= _CERTAIN:
        return True
    return sum(probability for code, probability in seen if code in readable) < _HARDLY_READABLE


def _latin(letters: list[str]) -> bool:
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in set(letters))
