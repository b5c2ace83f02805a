"""Which articles answer a question, and whether any does.

Four views are added: the question beside titles and passages, what an answer would sound like beside both (`bridge`),
and the words that are shared. Weights and the threshold were chosen on the odd half of `kb_questions.jsonl`
by recall and by "nothing fits" together; `firstline evaluate knowledge --compare` tells each view by itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from shared.adapters.search.bridge import Bridge
from shared.adapters.search.encoder import SearchEncoder
from shared.adapters.search.index import Index, of_articles, turned
from shared.ports.knowledge import ArticleMatch

MOST_WORDS = 30.0  # BM25 above this proves no more

Array = np.ndarray[Any, Any]


class Weights(NamedTuple):
    """How much each view counts, and where "fits" begins: a logistic curve through `level`."""

    titles: float = 0.25
    passages: float = 0.25
    expected_titles: float = 0.5
    expected_passages: float = 0.75
    words: float = 0.01
    level: float = 0.475
    steepness: float = 8.0


CHOSEN = Weights()


class Views(NamedTuple):
    """What each view says of every article of the index."""

    titles: Array
    passages: Array
    expected_titles: Array
    expected_passages: Array
    words: Array

    def total(self, weights: Weights) -> Array:
        """The views added up."""
        total: Array = sum(weight * view for weight, view in zip(weights, self, strict=False))  # type: ignore[assignment]
        return total


class Ranking:
    """Searches one index."""

    def __init__(self, index: Index, encoder: SearchEncoder, bridge: Bridge) -> None:
        # Not the index itself: its embeddings as they were stored are of use to the next one only.
        self._entries, self._starts, self._words = index.entries, index.starts, index.words
        self._encoder = encoder
        self._bridge = bridge
        self._turned = turned(index, bridge)
        self._languages = np.array([entry.language for entry in index.entries])

    def views(self, text: str) -> Views:
        """Every view of a question."""
        expected = self._bridge.expected(self._encoder.question(text))
        # One pass over each matrix for both products: reading it from memory is what a search takes its time for.
        titles = self._turned.titles @ np.stack([expected.question, expected.title], axis=1)
        passages = self._turned.passages @ np.stack([expected.question, expected.passage], axis=1)
        by_article = of_articles(passages, self._starts)
        return Views(
            titles[:, 0],
            by_article[:, 0],
            titles[:, 1],
            by_article[:, 1],
            np.minimum(of_articles(self._words.scores(text), self._starts), MOST_WORDS),
        )

    def rank(self, text: str, languages: Iterable[str], limit: int, weights: Weights = CHOSEN) -> list[ArticleMatch]:
        """Articles in some languages, best first."""
        allowed = np.flatnonzero(np.isin(self._languages, list(languages)))
        if not len(allowed):
            return []
        total = self.views(text).total(weights)
        best = allowed[np.argsort(-total[allowed], kind="stable")[:limit]]
        return [self._match(int(at), float(total[at]), weights) for at in best]

    def _match(self, at: int, total: float, weights: Weights) -> ArticleMatch:
        entry = self._entries[at]
        fit = 1 / (1 + math.exp(-weights.steepness * (total - weights.level)))
        return ArticleMatch(id=entry.id, title=entry.title, language=entry.language, link=entry.link, fit=round(fit, 4))
