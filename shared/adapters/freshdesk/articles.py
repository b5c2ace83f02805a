"""The help centre's articles as plain text: categories, their folders, the folders' articles."""

from __future__ import annotations

from collections.abc import Iterator

from shared.adapters.desk_text import article_text
from shared.adapters.desk_wire import Text, Wire
from shared.adapters.freshdesk.api import FreshdeskApi, Id, error_code
from shared.domain.errors import DeskUnavailable
from shared.domain.record import Instant
from shared.ports.desk import Article

_EVERYBODY, _PUBLISHED = 1, 2
_NO_HELP_CENTRE = "require_feature"
_DEEPEST = 5
_VIEW = "an agent who may view solutions"


class _Category(Wire):
    id: Id


class _Folder(Wire):
    id: Id
    visibility: int = 0
    sub_folders_count: int = 0


class _Article(Wire):
    id: Id
    title: Text = ""
    description: Text = ""
    status: int
    updated_at: Instant | None = None
    created_at: Instant


def read_articles(api: FreshdeskApi, *, base_url: str, language: str) -> Iterator[Article]:
    """Articles that everybody may read: published, in a folder that all can see.

    Args:
        language: the account's first one, in which lists are told.
    """
    first = api.get("/solutions/categories", (("per_page", 1),), expect=frozenset({403}), needs=_VIEW)
    if first.status == 403:
        if error_code(first.body) == _NO_HELP_CENTRE:
            return
        raise first.refusal(error_code(first.body), needs=_VIEW)
    for page in api.pages("/solutions/categories", _Category, needs=_VIEW):
        for category in page:
            for folder in _folders(api, f"/solutions/categories/{category.id}/folders"):
                for articles in api.pages(f"/solutions/folders/{folder.id}/articles", _Article, needs=_VIEW):
                    yield from (_told(one, base_url, language) for one in articles if one.status == _PUBLISHED)


def _folders(api: FreshdeskApi, path: str, depth: int = 1) -> Iterator[_Folder]:
    """Folders that everybody sees, those within folders too."""
    if depth > _DEEPEST:
        raise DeskUnavailable(f"GET {path}: folders lie more than {_DEEPEST} deep")
    for page in api.pages(path, _Folder, needs=_VIEW):
        for folder in page:
            if folder.visibility == _EVERYBODY:
                yield folder
            if folder.sub_folders_count:
                yield from _folders(api, f"/solutions/folders/{folder.id}/subfolders", depth + 1)


def _told(article: _Article, base_url: str, language: str) -> Article:
    return Article(
        id=article.id,
        title=article.title,
        body=article_text(article.description),
        language=language,
        link=f"{base_url}/support/solutions/articles/{article.id}",
        updated_at=article.updated_at or article.created_at,
    )
