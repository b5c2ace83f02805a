"""The index of articles as files: one for each version, and a pointer that is moved last."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import pairwise

from shared.adapters.search.bridge import Bridge
from shared.adapters.search.encoder import SearchEncoder
from shared.adapters.search.index import Index, Known, build, read, written
from shared.adapters.search.ranking import Ranking
from shared.adapters.versions import Latest, Versions
from shared.domain.errors import StoredItemCorrupt
from shared.ports.delivery import Archive
from shared.ports.desk import Article
from shared.ports.knowledge import ArticleMatch, IndexedArticles

VERSIONS = Versions("knowledge/articles")


def load(archive: Archive, sha: str) -> Index:
    """One version.

    Raises:
        StoredItemCorrupt: it is missing or was changed.
    """
    return read(VERSIONS.content(archive, sha))


class SearchIndex:
    """`ArticleIndex`: builds the next version from the last, so that only what changed is embedded."""

    def __init__(self, archive: Archive, encoder: Callable[[], SearchEncoder] = SearchEncoder) -> None:
        self._archive = archive
        self._connect = encoder

    def rebuild_articles(self, articles: Iterable[Article]) -> IndexedArticles:
        """Index articles and swap the new index in at once."""
        encoder, sha = self._connect(), VERSIONS.current(self._archive)
        before = self._before(sha, encoder)
        index = build(articles, encoder, before.known if before else None)
        content = written(index)
        new = hashlib.sha256(content).hexdigest()
        if new != sha:
            VERSIONS.swap_in(self._archive, content, encoder=index.encoder)
        known = before.known if before else Known({})
        ids = {(entry.language, entry.id) for entry in index.entries}
        gone = {(entry.language, entry.id) for entry in before.entries} - ids if before else set()
        changed = _changed(index, known)
        return IndexedArticles(sha=new, articles=len(index.entries), changed=changed, removed=len(gone))

    def _before(self, sha: str, encoder: SearchEncoder) -> Index | None:
        """The last version, unless another encoder made it or it cannot be read: then everything is embedded anew."""
        if not sha:
            return None
        try:
            index = load(self._archive, sha)
        except StoredItemCorrupt:
            return None
        return index if index.encoder == encoder.sha256 else None


def _changed(index: Index, known: Known) -> int:
    titles = len(index.entries)
    fresh = 0
    for at, (start, end) in enumerate(pairwise([*index.starts, len(index.passages)])):
        names = [index.hashes[at], *index.hashes[titles + int(start) : titles + int(end)]]
        fresh += any(name not in known.by_hash for name in names)
    return fresh


class SearchArticles:
    """`Articles`: loads an index once, and looks for a newer one once a minute. One of another encoder is not read."""

    def __init__(
        self,
        archive: Archive,
        *,
        clock: Callable[[], datetime],
        encoder: Callable[[], SearchEncoder] = SearchEncoder,
    ) -> None:
        self._archive = archive
        self._connect = encoder
        self._encoder: SearchEncoder | None = None
        self._latest = Latest(VERSIONS, archive, self._ranking, clock=clock)

    def search_articles(self, text: str, *, language: str, limit: int = 3) -> list[ArticleMatch]:
        """Articles in a language, best first; none before the first index was built.

        Raises:
            StoreUnavailable: the index cannot be read.
            StoredItemCorrupt: the index is not what its name says.
        """
        ranking = self._latest.get()
        return ranking.rank(text, [language], limit) if ranking else []

    def _ranking(self, sha: str) -> Ranking | None:
        self._encoder = self._encoder or self._connect()
        index = load(self._archive, sha)
        if index.encoder != self._encoder.sha256:
            return None  # the next sync builds it anew; until then there are no articles rather than wrong ones
        return Ranking(index, self._encoder, Bridge())
