"""The help centre's articles as plain text, in every language that they are published in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, ValidationError

from shared.adapters.desk_text import article_text
from shared.adapters.desk_wire import Text, Wire
from shared.adapters.intercom.api import ARTICLES, Id, IntercomApi, Moment, Object, Paged
from shared.domain.record import Instant
from shared.ports.desk import Article

_PAGE_SIZE = 50
_EVERYBODY = frozenset({"", "everyone"})


class _Content(Wire):
    title: Text = ""
    body: Text = ""
    state: Text = ""
    url: Text = ""
    updated_at: Moment = None


class _Article(_Content):
    id: Id
    default_locale: Text = "en"
    help_center_audience: Text = ""
    created_at: Instant
    translated_content: Annotated[dict[str, Any], Object] = Field(default_factory=dict)


class _Articles(Paged):
    data: list[_Article] = Field(default_factory=list)


def read_articles(api: IntercomApi) -> Iterator[Article]:
    """Articles that everybody may read: published, on a page of their own, for no audience in particular."""
    for page in api.pages("/articles", _Articles, (("per_page", _PAGE_SIZE),), needs=ARTICLES):
        for article in page.data:
            if article.help_center_audience in _EVERYBODY:
                yield from _told(article)


def _told(article: _Article) -> Iterator[Article]:
    contents: dict[str, _Content] = {article.default_locale: article}
    for locale, content in article.translated_content.items():
        if isinstance(content, dict) and locale not in contents:
            try:
                contents[locale] = _Content.model_validate(content)
            except (ValidationError, OverflowError):
                continue  # one translation that cannot be read does not cost the others
    for locale, content in contents.items():
        if content.state == "published" and content.url.startswith("http"):
            yield Article(
                id=article.id if content is article else f"{article.id}-{locale}",
                title=content.title,
                body=article_text(content.body),
                language=locale.split("-")[0].lower(),
                link=content.url,
                updated_at=content.updated_at or article.updated_at or article.created_at,
            )
