"""The help centre's articles as plain text."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from shared.adapters.desk_text import article_text
from shared.adapters.zendesk.oauth import ZendeskApi
from shared.adapters.zendesk.paging import Page, Text, Wire, pages
from shared.domain.record import Instant
from shared.ports.desk import Article

# The desk has no help centre.
_NONE = frozenset({404})
_TRANSLATED = (("include", "translations"),)


class _Content(Wire):
    """An article in one language; the article itself is one of them."""

    title: Text = ""
    body: Text = ""
    locale: Text = ""
    html_url: Text = ""
    draft: bool = False
    outdated: bool = False
    updated_at: Instant


class _Article(_Content):
    id: str
    user_segment_id: str | None = None
    user_segment_ids: list[str | int] | None = None
    translations: list[_Content] = Field(default_factory=list)


class _Articles(Page):
    articles: list[_Article]


def read_articles(api: ZendeskApi) -> Iterator[Article]:
    """Articles that everybody may read, in each language: no drafts, and none for some of the users, such as agents."""
    for page in pages(api, "/api/v2/help_center/articles", _TRANSLATED, _Articles, expect=_NONE):
        for article in page.articles:
            if article.user_segment_id is None and not article.user_segment_ids:
                yield from _told(article)


def _told(article: _Article) -> Iterator[Article]:
    contents = {article.locale.lower(): article, **{one.locale.lower(): one for one in article.translations}}
    own = article.locale.lower()
    for locale, content in contents.items():
        # A translation is marked as outdated when the original has changed: it may say what no longer holds.
        if not content.draft and (locale == own or not content.outdated):
            yield Article(
                id=article.id if locale == own else f"{article.id}-{locale}",
                title=content.title,
                body=article_text(content.body),
                language=locale.split("-")[0],
                link=content.html_url or article.html_url,
                updated_at=content.updated_at,
            )
