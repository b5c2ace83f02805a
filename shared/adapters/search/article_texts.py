"""The texts of articles, as the last sync of the help centre left them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from shared.domain.errors import StoredItemCorrupt
from shared.domain.record import Instant
from shared.domain.wording import SourceText
from shared.ports.delivery import Archive

LOOK_AGAIN_AFTER = timedelta(minutes=10)


class _Article(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str
    title: str
    body: str
    link: str = ""
    updated_at: Instant | None = None


_ARTICLES = TypeAdapter(list[_Article])


def path_of(desk: str) -> str:
    """Where the articles of a desk lie."""
    return f"knowledge/articles-{desk}.json"


class StoredArticleTexts:
    """`ArticleTexts`: reads a desk's articles when one of them is asked for, and keeps them for ten minutes."""

    def __init__(self, archive: Archive, *, clock: Callable[[], datetime]) -> None:
        self._archive = archive
        self._clock = clock
        self._held: dict[str, tuple[datetime, dict[str, _Article]]] = {}

    def texts_of(self, ids: Iterable[str]) -> list[SourceText]:
        """The articles of these ids (`desk/id`) that are known.

        Raises:
            StoreUnavailable: they cannot be read.
            StoredItemCorrupt: what lies there are no articles.
        """
        found = []
        for name in ids:
            desk, _, id = name.partition("/")
            one = self._of(desk).get(id)
            if one is not None:
                found.append(
                    SourceText(
                        id=name,
                        title=one.title,
                        text=one.body,
                        approved=False,
                        link=one.link,
                        changed_at=one.updated_at,
                    )
                )
        return found

    def _of(self, desk: str) -> dict[str, _Article]:
        now = self._clock()
        kept = self._held.get(desk)
        if kept is not None and now - kept[0] < LOOK_AGAIN_AFTER:
            return kept[1]
        content = self._archive.get(path_of(desk))
        try:
            articles = {one.id: one for one in _ARTICLES.validate_json(content)} if content else {}
        except (ValidationError, json.JSONDecodeError) as error:
            raise StoredItemCorrupt(f"{path_of(desk)} holds no articles") from error
        self._held[desk] = (now, articles)
        return articles
