"""Which articles answer a question, and whether any does.

Five views are added: the question beside titles and passages, the topics that it is about beside the topics that an
article's title and passages come near to (`bridge`), and the words that are shared. The topics count only as far as the
question is about one of them: a company sells things that no list of topics has. Weights were chosen on the odd half
of `kb_questions.jsonl`, on public questions of known intent and on the playbook's own answers together, so that both
kinds of company gain; whether anything fits is a logistic regression on the same.
`firstline evaluate knowledge --compare` tells each view by itself.
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
    """How much each view counts in the order of articles."""

    titles: float = 0.1
    passages: float = 0.25
    title_topics: float = 0.6
    passage_topics: float = 1.8
    words: float = 0.01


class Fit(NamedTuple):
    """How surely the first article answers: a logistic curve over its total. More is asked where a topic is known."""

    total: float = 14.2
    known: float = -10.2
    level: float = -1.57


CHOSEN, FIT = Weights(), Fit()


class Views(NamedTuple):
    """What each view says of every article of the index.

    Attributes:
        known: how surely the question is about a topic at all; the topics' views are already weighed by it.
    """

    titles: Array
    passages: Array
    title_topics: Array
    passage_topics: Array
    words: Array
    known: float

    def total(self, weights: Weights) -> Array:
        """The views added up."""
        views: tuple[Array, ...] = self[:5]
        total: Array = sum(weight * view for weight, view in zip(weights, views, strict=True))  # type: ignore[assignment]
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
        compared, starts = self._turned, self._starts
        return Views(
            compared.titles @ expected.question,
            of_articles(compared.passages @ expected.question, starts),
            expected.known * (compared.title_topics @ expected.topics),
            expected.known * (compared.passage_topics @ expected.topics),
            np.minimum(of_articles(self._words.scores(text), starts), MOST_WORDS),
            expected.known,
        )

    def rank(self, text: str, languages: Iterable[str], limit: int, weights: Weights = CHOSEN) -> list[ArticleMatch]:
        """Articles in some languages, best first."""
        allowed = np.flatnonzero(np.isin(self._languages, list(languages)))
        if not len(allowed):
            return []
        views = self.views(text)
        total = views.total(weights)
        best = allowed[np.argsort(-total[allowed], kind="stable")[:limit]]
        return [self._match(int(at), float(total[at]), views.known) for at in best]

    def _match(self, at: int, total: float, known: float) -> ArticleMatch:
        entry = self._entries[at]
        fit = 1 / (1 + math.exp(-(FIT.total * total + FIT.known * known + FIT.level)))
        return ArticleMatch(id=entry.id, title=entry.title, language=entry.language, link=entry.link, fit=round(fit, 4))
