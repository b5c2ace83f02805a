"""How well a request fits each approved answer of one language.

Each answer is a profile of weighted terms from its intents, its title and, more lightly, its wording. A request is
read in windows of one and two sentences, because the question is often one sentence among ten. How much of a
window's weight an answer covers is its overlap; the fit grows with the overlap and with the lead over the
runner-up, on a scale that was set by leaving out one intent at a time (`firstline evaluate knowledge`).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from shared.domain.resolution import Resolution
from shared.domain.text import bounded, canonical, sentences
from shared.domain.words import content_words, grams, stems
from shared.ports.knowledge import Match

LONGEST_TEXT = 20_000
"""Characters that are read of one request; of a longer one its head and tail."""

_KINDS: tuple[Callable[[list[str]], set[str]], ...] = (stems, grams)
_NO_WORDING = re.compile(r"https?://\S+|\{[a-z_]+\}")
_SENTENCES_READ_AS_ONE = 12
_WINDOWS_COMPARED = 4

_WORDING_WEIGHT = 0.6  # a term of the answer's wording, against 1 for one of an intent
_SATURATION = 1.2  # how soon a term's repetition stops counting
_UNKNOWN_WEIGHT = 0.3  # a term that no answer has counts this much against all of them
_SHORT_WINDOW = (10.0, 80.0)  # weight added to every window, by kind: a window of one word proves little
_OVERLAP_COUNTS, _LEAD_COUNTS, _LEVEL = 14.5, 3.3, -4.1  # logistic regression on left-out intents


@dataclass(frozen=True)
class _Window:
    """The terms of a stretch of text, by kind."""

    terms: tuple[set[str], ...]


class Matcher:
    """Ranks the answers of one language for a text."""

    def __init__(self, resolutions: Iterable[Resolution], language: str) -> None:
        self._language = language
        self._resolutions = tuple(one for one in resolutions if one.language == language)
        self._tables = tuple(self._table(kind) for kind in range(len(_KINDS)))
        self._unknown = self._rarity(0) * _UNKNOWN_WEIGHT
        self._for = [[self._terms(text) for text in (*one.intents, one.title)] for one in self._resolutions]
        self._against = [[self._terms(text) for text in one.not_for] for one in self._resolutions]

    def rank(self, text: str, limit: int = 5) -> list[Match]:
        """The answers that fit best with their fit, best first; equal ones by id."""
        windows = self._windows(text)
        if not windows or not self._resolutions:
            return []
        by_window = [self._overlaps(window) for window in windows]
        overlaps = [max(column) for column in zip(*by_window, strict=True)]
        best = sorted(range(len(overlaps)), key=lambda at: (-overlaps[at], self._resolutions[at].id))[: max(limit, 2)]
        matches = []
        for index in best:
            told = sorted(range(len(windows)), key=[-overlap[index] for overlap in by_window].__getitem__)
            telling = [windows[at] for at in told[:_WINDOWS_COMPARED]]
            beaten_by = overlaps[best[0] if index != best[0] else best[1]] if len(best) > 1 else 0.0
            matches.append(self._match(index, _fit(overlaps[index], beaten_by), telling))
        return matches[:limit]

    def _match(self, index: int, fit: float, windows: list[_Window]) -> Match:
        against = self._nearest(self._against[index], windows)
        near = self._nearest(self._for[index], windows)
        # On the fit's own scale: a rival as near as the nearest intent is as good as the answer itself.
        rival = min(1.0, fit * against / near) if near else fit if against else 0.0
        return Match(resolution=self._resolutions[index], fit=fit, rival=rival)

    def _terms(self, text: str) -> _Window:
        words = content_words(text, self._language)
        return _Window(tuple(kind(words) for kind in _KINDS))

    def _windows(self, text: str) -> list[_Window]:
        """One and two sentences at a time; a short text also as a whole."""
        read = [self._terms(sentence) for sentence in sentences(bounded(canonical(text), LONGEST_TEXT))]
        said = [one for one in read if one.terms[0]]
        pairs = [_joined(pair) for pair in pairwise(said)]
        whole = [_joined(said)] if 2 < len(said) <= _SENTENCES_READ_AS_ONE else []
        return [*said, *pairs, *whole]

    def _table(self, kind: int) -> dict[str, tuple[float, dict[int, float]]]:
        """For each term its rarity, and its weight in each answer that has it."""
        counts: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        for index, resolution in enumerate(self._resolutions):
            for text in (*resolution.intents, resolution.title):
                for term in self._terms(text).terms[kind]:
                    counts[term][index] += 1.0
            paragraphs = _NO_WORDING.sub(" ", resolution.full_wording).split("\n")
            wording = Counter(term for text in paragraphs for term in self._terms(text).terms[kind])
            for term, times in wording.items():
                counts[term][index] += _WORDING_WEIGHT * min(times, 2)
        return {term: self._weighted(by_answer) for term, by_answer in counts.items()}

    def _weighted(self, counts: dict[int, float]) -> tuple[float, dict[int, float]]:
        rarity = self._rarity(len(counts))
        return rarity, {index: rarity * count / (count + _SATURATION) for index, count in counts.items()}

    def _rarity(self, answers: int) -> float:
        """Inverse document frequency as in BM25."""
        return math.log(1 + (len(self._resolutions) - answers + 0.5) / (answers + 0.5))

    def _overlaps(self, window: _Window) -> list[float]:
        """For each answer, which share of the window's weight it covers, averaged over the kinds of term."""
        overlaps = [0.0] * len(self._resolutions)
        for table, terms, floor in zip(self._tables, window.terms, _SHORT_WINDOW, strict=True):
            found = [table[term] for term in terms if term in table]
            weight = floor + sum(rarity for rarity, _ in found) + self._unknown * (len(terms) - len(found))
            for _, answers in found:
                for index, share in answers.items():
                    overlaps[index] += share / weight / len(_KINDS)
        return overlaps

    def _nearest(self, known: list[_Window], windows: list[_Window]) -> float:
        """Cosine between the text's windows and the nearest of some known sentences, 0 to 1."""
        return max((self._cosine(one, window) for one in known for window in windows), default=0.0)

    def _cosine(self, one: _Window, other: _Window) -> float:
        total = 0.0
        for table, left, right in zip(self._tables, one.terms, other.terms, strict=True):
            shared = left & right
            if shared:
                weight = _squared(table, left, self._unknown) * _squared(table, right, self._unknown)
                total += _squared(table, shared, self._unknown) / math.sqrt(weight)
        return total / len(_KINDS)


def _joined(windows: Iterable[_Window]) -> _Window:
    return _Window(tuple(set().union(*kinds) for kinds in zip(*(one.terms for one in windows), strict=True)))


def _squared(table: dict[str, tuple[float, dict[int, float]]], terms: set[str], unknown: float) -> float:
    return sum((table[term][0] if term in table else unknown) ** 2 for term in terms)


def _fit(overlap: float, best_other: float) -> float:
    """0 to 1. An answer that another one beats has a negative lead, however much it overlaps."""
    if overlap <= 0.0:
        return 0.0
    lead = max(-1.0, (overlap - best_other) / overlap)
    return 1 / (1 + math.exp(-(_OVERLAP_COUNTS * overlap + _LEAD_COUNTS * lead + _LEVEL)))
