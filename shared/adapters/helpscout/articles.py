"""The help centre's articles as plain text. It is an API of its own, with a key of its own."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from pydantic import Field

from shared.adapters.desk_http import Answer, DeskHttp, Query
from shared.adapters.desk_text import article_text
from shared.adapters.desk_wire import Text
from shared.adapters.helpscout.api import LAST_PAGE, Hal
from shared.domain.errors import DeskUnavailable
from shared.domain.record import Instant
from shared.ports.desk import Article

_PAGE_SIZE = 100
_KEY = "a Docs API key (Your profile > Authentication > API keys)"


class _Item(Hal):
    id: str = Field(pattern=r"^[A-Za-z0-9]{1,64}$")
    visibility: Text = "public"
    status: Text = "published"


class _List(Hal):
    pages: int = 1
    items: list[_Item] = Field(default_factory=list)


class _Collections(Hal):
    collections: _List


class _Articles(Hal):
    articles: _List


class _Article(Hal):
    id: str
    name: Text = ""
    text: Text = ""
    status: Text = ""
    public_url: Text = ""
    updated_at: Instant | None = None
    created_at: Instant


class _OneArticle(Hal):
    article: _Article


class HelpCentre:
    """The account's Docs sites.

    Args:
        language: what they are written in; the desk does not say.
    """

    def __init__(self, http: DeskHttp, *, key: str, language: str) -> None:
        self._http = http
        self._language = language
        # The key is the user's name, and any password will do.
        self._headers = {"Authorization": f"Basic {base64.b64encode(f'{key}:X'.encode()).decode()}"}

    def articles(self) -> Iterator[Article]:
        """Articles that everybody may read: published, in a public collection. One request for each."""
        for collection in self._items("/v1/collections", (("visibility", "public"),)):
            if collection.visibility != "public":
                continue
            for item in self._items(f"/v1/collections/{collection.id}/articles", (("status", "published"),)):
                article = self._get(f"/v1/articles/{item.id}").read(_OneArticle).article
                if article.status == "published":
                    yield self._told(article)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _told(self, article: _Article) -> Article:
        return Article(
            id=article.id,
            title=article.name,
            body=article_text(article.text),
            language=self._language,
            link=article.public_url,
            updated_at=article.updated_at or article.created_at,
        )

    def _items(self, path: str, query: Query) -> Iterator[_Item]:
        for number in range(1, LAST_PAGE + 1):
            answer = self._get(path, (*query, ("page", number), ("pageSize", _PAGE_SIZE)))
            is_collections = path.endswith("/collections")
            told = answer.read(_Collections).collections if is_collections else answer.read(_Articles).articles
            yield from told.items
            if number >= told.pages:
                return
        raise DeskUnavailable(f"GET {path}: more than {LAST_PAGE} pages")

    def _get(self, path: str, query: Query = ()) -> Answer:
        return self._http.send("GET", path, query=query, headers=self._headers, needs=_KEY)
