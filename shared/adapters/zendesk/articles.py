"""The help centre's articles as plain text."""

from __future__ import annotations

from collections.abc import Iterator

from shared.adapters.desk_text import plain_text
from shared.adapters.zendesk.oauth import ZendeskApi
from shared.adapters.zendesk.paging import Page, Text, Wire, pages
from shared.domain.record import Instant
from shared.ports.desk import Article

# The desk has no help centre.
_NONE = frozenset({404})


class _Article(Wire):
    id: str
    title: Text = ""
    body: Text = ""
    locale: Text = ""
    html_url: Text = ""
    draft: bool = False
    user_segment_id: str | None = None
    updated_at: Instant


class _Articles(Page):
    articles: list[_Article]


def read_articles(api: ZendeskApi) -> Iterator[Article]:
    """Articles that everybody may read: no drafts, and none for a part of the users, such as agents."""
    for page in pages(api, "/api/v2/help_center/articles", (), _Articles, expect=_NONE):
        for article in page.articles:
            if not article.draft and article.user_segment_id is None:
                yield Article(
                    id=article.id,
                    title=article.title,
                    body=plain_text(article.body, headings=True),
                    language=article.locale.split("-")[0].lower(),
                    link=article.html_url,
                    updated_at=article.updated_at,
                )
