"""Cursor and offset paging, over lists that were read as a whole."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import URL, QueryParams

from sandbox.faces.zendesk.answers import bad_request

LARGEST = 100
LAST_PAGE = 100


def page_of(name: str, rows: list[dict[str, Any]], url: URL, query: QueryParams) -> dict[str, Any]:
    """One page of rows with Zendesk's words around it: cursors if asked with page[size] and the like, else pages."""
    if any(key.startswith("page[") for key in query):
        return _by_cursor(name, rows, url, query)
    return _by_offset(name, rows, url, query)


def _by_cursor(name: str, rows: list[dict[str, Any]], url: URL, query: QueryParams) -> dict[str, Any]:
    size = _number(query.get("page[size]", str(LARGEST)), "page[size]")
    if not 1 <= size <= LARGEST:
        raise bad_request("InvalidPaginationParameter", f"page[size] must be from 1 to {LARGEST}")
    ids = [row["id"] for row in rows]
    start, end = 0, len(rows)
    if after := query.get("page[after]"):
        start = _place(ids, after) + 1
        end = min(start + size, end)
    elif before := query.get("page[before]"):
        end = _place(ids, before)
        start = max(0, end - size)
    else:
        end = min(size, end)
    page = rows[start:end]
    last, first = (_cursor(page[-1]["id"]), _cursor(page[0]["id"])) if page else (None, None)
    meta = {"has_more": end < len(rows), "after_cursor": last, "before_cursor": first}
    links = {
        "next": _link(url, query, size, "page[after]", last) if end < len(rows) else None,
        "prev": _link(url, query, size, "page[before]", first) if start > 0 else None,
    }
    return {name: page, "meta": meta, "links": links}


def _by_offset(name: str, rows: list[dict[str, Any]], url: URL, query: QueryParams) -> dict[str, Any]:
    number = _number(query.get("page", "1"), "page")
    size = min(LARGEST, max(1, _number(query.get("per_page", str(LARGEST)), "per_page")))
    if number < 1 or number > LAST_PAGE:
        raise bad_request("InvalidPaginationDepth", "Offset pagination is limited to 100 pages; use cursor pagination")
    end = number * size

    def link(page: int) -> str:
        kept = [(key, value) for key, value in query.multi_items() if key != "page"]
        return f"{url.replace(query='')}?{urlencode([*kept, ('page', page)])}"

    return {
        name: rows[end - size : end],
        "count": len(rows),
        "next_page": link(number + 1) if end < len(rows) else None,
        "previous_page": link(number - 1) if number > 1 else None,
    }


def _link(url: URL, query: QueryParams, size: int, key: str, cursor: str | None) -> str:
    kept = [(name, value) for name, value in query.multi_items() if not name.startswith("page[")]
    return f"{url.replace(query='')}?{urlencode([*kept, (key, cursor), ('page[size]', size)])}"


def _cursor(row_id: Any) -> str:
    return base64.urlsafe_b64encode(f"o:{row_id}".encode()).decode()


def _place(ids: list[Any], cursor: str) -> int:
    try:
        wanted = base64.urlsafe_b64decode(cursor).decode().removeprefix("o:")
        return [str(row_id) for row_id in ids].index(wanted)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise bad_request("InvalidPaginationParameter", "The cursor is not valid") from None


def _number(text: str, name: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise bad_request("InvalidPaginationParameter", f"{name} must be a number") from None
