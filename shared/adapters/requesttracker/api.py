"""Request Tracker's REST2 as our own user, and the words for what it has no ids for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import Field

from shared.adapters.desk_http import Answer, DeskHttp, Query
from shared.adapters.desk_wire import Text, Wire
from shared.domain.errors import DeskUnavailable, TicketGone

PER_PAGE = 100
"""The most that a list answers at a time."""
READ = "the rights SeeQueue, ShowTicket and ShowTicketComments on every queue that is triaged"
_MISSING = frozenset({404})


class Named(Wire):
    """A user or a queue beside what names it: `id` is its name unless more was asked for."""

    id: Text = ""
    name: Text = Field(default="", alias="Name")
    real_name: Text = Field(default="", alias="RealName")
    email: Text = Field(default="", alias="EmailAddress")


class CustomField(Wire):
    """A custom field with what stands in it. A file in one is no value of ours."""

    name: Text = ""
    values: list[Any] = Field(default_factory=list)


class Page(Wire):
    """A page of a list; what it lists derives from this."""

    items: list[Any] = Field(default_factory=list)
    pages: int | None = None


Listed = TypeVar("Listed", bound=Page)


class Api:
    """Sends requests with the token in them."""

    def __init__(self, http: DeskHttp, token: str) -> None:
        self._http = http
        self._headers = {"Authorization": f"token {token}"}

    def get(self, path: str, query: Query = (), *, expect: frozenset[int] = frozenset(), needs: str = READ) -> Answer:
        """Read. Raises what `DeskHttp.send` raises."""
        return self._http.send("GET", path, query=query, headers=self._headers, expect=expect, needs=needs)

    def write(
        self, method: str, path: str, body: Mapping[str, Any], *, stamp: str = "", expect: frozenset[int] = frozenset()
    ) -> Answer:
        """Write; with a stamp only while the record stands under it (412 where it does not)."""
        headers = self._headers | ({"If-Match": f'"{stamp}"'} if stamp else {})
        needs = "the rights ModifyTicket, CommentOnTicket, ReassignTicket and ModifyCustomField"
        return self._http.send(method, path, body=body, headers=headers, expect=expect, needs=needs)

    def ticket(self, ticket_id: str) -> Answer:
        """A ticket; its ETag is the number of the newest transaction on it.

        Raises:
            TicketGone: it never existed, or was merged into another.
        """
        query = (("fields[Owner]", "EmailAddress"), ("fields[Queue]", "Name"))
        answer = self.get(f"/ticket/{ticket_id}", query, expect=_MISSING)
        if answer.status in _MISSING or str(answer.body.get("id")) != ticket_id:
            raise TicketGone(f"the desk has no ticket {ticket_id}")
        if not stamp_of(answer):
            raise DeskUnavailable(f"ticket {ticket_id}: the desk tells no ETag, without which nothing can be written")
        return answer

    def pages(
        self, path: str, query: Sequence[tuple[str, str | int]], model: type[Listed], *, nothing_hidden: bool = False
    ) -> Iterator[Listed]:
        """A list, a page at a time, as many on each as the desk allows.

        Where it does not tell how many pages there are, because it may leave out rows that we may not see, an empty
        one is the last.

        Args:
            nothing_hidden: every row is one that we may see, so that a page that is not full is the last.
        """
        number, last = 1, False
        while not last:
            told = self.get(path, (*query, ("per_page", PER_PAGE), ("page", number))).read(model)
            yield told
            least = PER_PAGE if nothing_hidden else 1
            last = len(told.items) < least if told.pages is None else number >= told.pages
            number += 1

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def stamp_of(answer: Answer) -> str:
    """The stamp of a ticket as it was just read."""
    return answer.headers.get("etag", "").removeprefix("W/").strip('"')


def one_of(field: str, values: Sequence[str]) -> tuple[str, str]:
    """The part of a list's query that lets only these through."""
    return "query", json.dumps([{"field": field, "operator": "IN", "value": list(values)}])
