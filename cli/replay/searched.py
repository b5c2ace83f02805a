"""The search that the product uses, over articles from a file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from shared.adapters.lexical.articles import ArticleText
from shared.adapters.search.bridge import Bridge
from shared.adapters.search.encoder import SearchEncoder
from shared.adapters.search.index import build
from shared.adapters.search.ranking import Ranking
from shared.domain.gaps import Nearest
from shared.ports.desk import Article

_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)


class SearchedArticles:
    """`ArticleFinder` by meaning and words. The same question is searched once.

    Raises:
        EngineUnavailable: the search's artifact is missing or damaged.
    """

    def __init__(self, articles: Iterable[ArticleText]) -> None:
        encoder = SearchEncoder()
        told = [
            Article(id=a.id, title=a.title, body=a.body, language=a.language, link=a.link, updated_at=_NO_DATE)
            for a in articles
        ]
        self._ranking = Ranking(build(told, encoder), encoder, Bridge())
        self._found: dict[tuple[str, str], Nearest | None] = {}

    def nearest(self, question: str, *, language: str) -> Nearest | None:
        """The nearest article in a language; None where there is none in it."""
        asked = question, language
        if asked not in self._found:
            matches = self._ranking.rank(question, [language], 1)
            self._found[asked] = matches[0].as_nearest() if matches else None
        return self._found[asked]
