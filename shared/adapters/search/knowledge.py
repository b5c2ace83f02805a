"""`Knowledge` by meaning and by words: what a search by words finds, judged again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from shared.adapters.search.answer_ranking import AnswerRanking
from shared.adapters.search.answer_vectors import VERSIONS, Vectors, load
from shared.adapters.search.bridge import Bridge
from shared.adapters.search.encoder import SearchEncoder
from shared.domain.errors import EngineUnavailable, StoredItemCorrupt
from shared.domain.resolution import Resolution
from shared.ports.delivery import Archive
from shared.ports.knowledge import Knowledge, Match

LOOK_AGAIN_AFTER = timedelta(seconds=60)
CANDIDATES = 40
"""Answers of those found by words that are judged by meaning: what lies behind has next to no word of the request."""


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
        self._clock = clock
        self._connect = encoder
        self._encoder: SearchEncoder | None = None
        self._looked_at: datetime | None = None
        self._sha = ""
        self._bridge: Bridge | None = None
        self._vectors: Vectors | None = None
        self._rankings: dict[str, tuple[frozenset[Resolution], AnswerRanking]] = {}

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
        self._refresh()
        if self._vectors is None or self._encoder is None:
            return None
        self._bridge = self._bridge or Bridge()
        known = self._rankings.get(language)
        if known is None or known[0] != held:
            ordered = sorted(held, key=lambda one: one.id)
            known = held, AnswerRanking(ordered, self._vectors, self._encoder, self._bridge)
            self._rankings[language] = known
        return known[1]

    def _refresh(self) -> None:
        now = self._clock()
        if self._looked_at is not None and now - self._looked_at < LOOK_AGAIN_AFTER:
            return
        sha = VERSIONS.current(self._archive)
        if sha != self._sha:
            self._vectors, self._rankings = self._load(sha) if sha else None, {}
            self._sha = sha
        self._looked_at = now  # last, so that a failure is tried again by the next search

    def _load(self, sha: str) -> Vectors | None:
        self._encoder = self._encoder or self._connect()
        vectors = load(self._archive, sha)
        return vectors if vectors.encoder == self._encoder.sha256 else None
