"""`Knowledge` by meaning and by words: what a search by words finds, judged again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from shared.adapters.search.answer_ranking import AnswerRanking
from shared.adapters.search.answer_vectors import VERSIONS, Vectors, load
from shared.adapters.search.bridge import Bridge
from shared.adapters.search.encoder import SearchEncoder
from shared.adapters.versions import Latest
from shared.domain.errors import EngineUnavailable, StoredItemCorrupt
from shared.domain.resolution import Resolution
from shared.ports.delivery import Archive
from shared.ports.knowledge import Knowledge, Match

CANDIDATES = 40
"""Answers of those found by words that are judged by meaning: what lies behind has next to no word of the request."""


class _Loaded(NamedTuple):
    """A version of the embeddings, and what was made of it, by language: the answers held and their ranking."""

    vectors: Vectors
    rankings: dict[str, tuple[frozenset[Resolution], AnswerRanking]]


class SearchKnowledge:
    """Finds approved answers. Where the encoder or the embeddings cannot be used, the search by words stands alone.

    Args:
        words: finds the answers of a language by their words.
    """

    def __init__(
        self,
        words: Knowledge,
        archive: Archive,
        *,
        clock: Callable[[], datetime],
        encoder: Callable[[], SearchEncoder] = SearchEncoder,
    ) -> None:
        self._words = words
        self._archive = archive
        self._connect = encoder
        self._encoder: SearchEncoder | None = None
        self._bridge: Bridge | None = None
        self._latest = Latest(VERSIONS, archive, self._loaded, clock=clock)

    def search(self, text: str, *, language: str, limit: int = 5) -> list[Match]:
        """Resolutions in a language, best fit first; none before the first index was built.

        Raises:
            StoreUnavailable: the index cannot be read.
            StoredItemCorrupt: the words' index is not what its name says.
        """
        found = self._words.search(text, language=language, limit=max(CANDIDATES, limit))
        if not found:
            return []
        try:
            ranking = self._ranking(language, frozenset(match.resolution for match in found))
        except (StoredItemCorrupt, EngineUnavailable, KeyError):
            ranking = None  # words alone, which is how it was searched before there were embeddings
        return (ranking.rank(text, found) if ranking else found)[:limit]

    def _ranking(self, language: str, held: frozenset[Resolution]) -> AnswerRanking | None:
        latest = self._latest.get()
        if latest is None or self._encoder is None:
            return None
        self._bridge = self._bridge or Bridge()
        known = latest.rankings.get(language)
        if known is None or known[0] != held:
            ordered = sorted(held, key=lambda one: one.id)
            known = held, AnswerRanking(ordered, latest.vectors, self._encoder, self._bridge)
            latest.rankings[language] = known
        return known[1]

    def _loaded(self, sha: str) -> _Loaded | None:
        self._encoder = self._encoder or self._connect()
        vectors = load(self._archive, sha)
        return _Loaded(vectors, {}) if vectors.encoder == self._encoder.sha256 else None
