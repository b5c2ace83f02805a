"""Zendesk's cursor paging: follow the cursor, never an address out of an answer, it would be given our token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from shared.adapters.desk_http import Query
from shared.adapters.desk_wire import Text as Text
from shared.adapters.desk_wire import Wire as Wire
from shared.adapters.zendesk.oauth import ZendeskApi
from shared.domain.errors import DeskUnavailable

PAGE_SIZE = 100
# Zendesk caps a ticket's comments at 5,000; whatever is longer than this does not end.
LAST_PAGE = 200


class _Meta(Wire):
    has_more: bool = False
    after_cursor: str | None = None


class Page(Wire):
    """One page of a list."""

    meta: _Meta = _Meta()


AnyPage = TypeVar("AnyPage", bound=Page)


def pages(
    api: ZendeskApi, path: str, query: Query, model: type[AnyPage], *, expect: frozenset[int] = frozenset()
) -> Iterator[AnyPage]:
    """Every page of a list, asked for as they are needed; none where the desk answers an expected status."""
    after: str | None = None
    for _ in range(LAST_PAGE):
        cursor = [("page[after]", after)] if after else []
        answer = api.get(path, [*query, ("page[size]", PAGE_SIZE), *cursor], expect=expect)
        if answer.status in expect:
            return
        page = answer.read(model)
        yield page
        if not page.meta.has_more or not page.meta.after_cursor:
            return
        after = page.meta.after_cursor
    raise DeskUnavailable(f"GET {path}: more than {LAST_PAGE} pages")
