"""BM25 over passages, its postings in flat arrays that load at once.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, with a title's words
counted as several.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

_SOON, _LENGTH = 1.2, 0.75  # how soon repetition stops counting, how much a long passage is held against it
_TITLE = 3
_WORD = re.compile(r"[^\W_]+")
_TOPICLESS = """a about all also am an and any are as at be but by can could did do does for from get got had has have
    hello help her hi his how i if in into is it its just know like may me might my need no not now of on or our out
    please so some tell than thank thanks that the their them then there these they this to up us very want was we well
    were what when where which who will with would you your going go make
    auf aus das dem den der die ein eine fur ich ist mit nicht sie und von wie wir zu
    ce de des du en est et je la le les ne nous pas pour que sur un une vous
    como con del el es las los mi para por se su una"""
_COMMON = frozenset(_TOPICLESS.split())
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "er", "ed", "es", "s", "ly")

Array = np.ndarray[Any, Any]


def words_of(text: str) -> list[str]:
    """The words that carry a topic, without accents and endings."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return [_stem(word) for word in _WORD.findall(folded) if word not in _COMMON]


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + ("y" if ending in ("ies", "ied") else "")
    return word


class Postings(NamedTuple):
    """For each word its passages with their weights; a word's place in `starts` is that in `vocabulary`."""

    vocabulary: dict[str, int]
    starts: Array
    passages: Array
    weights: Array
    size: int

    def scores(self, text: str) -> Array:
        """BM25 of every passage."""
        found = np.zeros(self.size, np.float32)
        for word in set(words_of(text)):
            at = self.vocabulary.get(word)
            if at is not None:
                part = slice(self.starts[at], self.starts[at + 1])
                found[self.passages[part]] += self.weights[part]
        return found


def postings_of(passages: Sequence[tuple[str, str]]) -> Postings:
    """Weigh the words of passages, each a title and a text."""
    counts = [Counter(words_of(text)) + Counter(words_of(title) * _TITLE) for title, text in passages]
    lengths = np.array([max(sum(one.values()), 1) for one in counts] or [1], np.float32)
    average = float(lengths.mean())
    by_word: dict[str, list[tuple[int, int]]] = {}
    for at, count in enumerate(counts):
        for word, times in count.items():
            by_word.setdefault(word, []).append((at, times))
    starts, places, weights = [0], [], []
    for word in sorted(by_word):
        rarity = math.log(1 + (len(counts) - len(by_word[word]) + 0.5) / (len(by_word[word]) + 0.5))
        for at, times in by_word[word]:
            scale = _SOON * (1 - _LENGTH + _LENGTH * float(lengths[at]) / average)
            places.append(at)
            weights.append(rarity * times * (_SOON + 1) / (times + scale))
        starts.append(len(places))
    vocabulary = {word: at for at, word in enumerate(sorted(by_word))}
    arrays = np.array(starts, np.int32), np.array(places, np.int32), np.array(weights, np.float32)
    return Postings(vocabulary, *arrays, len(counts))
