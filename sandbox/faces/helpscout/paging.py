"""HAL lists, by page number."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import URL, QueryParams

from sandbox.faces.helpscout.answers import invalid

PAGE_SIZE = 25
Row = dict[str, Any]


def page_of(name: str, rows: list[Row], url: URL, query: QueryParams, size: int = PAGE_SIZE) -> Row:
    """One page of rows; `_embedded` is left out where there are none, as on the real desk."""
    try:
        number = int(query.get("page", "1"))
    except ValueError:
        raise invalid("page", "must be a number") from None
    if number < 1:
        raise invalid("page", "must be greater than or equal to 1")
    found = rows[(number - 1) * size : number * size]
    total = max(1, -(-len(rows) // size))

    def link(page: int) -> dict[str, str]:
        kept = [(key, value) for key, value in query.multi_items() if key != "page"]
        return {"href": f"{url.replace(query='')}?{urlencode([*kept, ('page', page)])}"}

    links = {"self": link(number), "first": link(1), "last": link(total)}
    if number < total:
        links["next"] = link(number + 1)
    body: Row = {"_embedded": {name: found}} if found else {}
    page = {"size": size, "totalElements": len(rows), "totalPages": total, "number": number}
    return {**body, "_links": links, "page": page}
