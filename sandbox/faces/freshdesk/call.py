"""One request to this face, and the desk that it is answered from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.datastructures import URL, QueryParams

from sandbox.faces.freshdesk.answers import invalid, missing, unknown
from sandbox.faces.freshdesk.shapes import Shapes
from sandbox.inbox.inbox import Inbox
from sandbox.inbox.records import Person, Ticket

Body = dict[str, Any]
PAGING = frozenset({"page", "per_page"})
LAST_PAGE, LARGEST_PAGE = 300, 100


@dataclass(frozen=True)
class Answer:
    """What to answer; a body of None is an empty answer."""

    body: Body | list[Body] | None
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Call:
    """An admitted request.

    Attributes:
        user: whose key it is.
        root: the address that the face is mounted at, without a slash at its end.
    """

    inbox: Inbox
    user: Person
    url: URL
    root: str
    query: QueryParams
    path: dict[str, str]
    payload: Any

    @property
    def shapes(self) -> Shapes:
        """Freshdesk's JSON."""
        return Shapes(self.inbox, self.root)

    def number(self, name: str = "id") -> int:
        """A number in the path. Raises Refusal (404)."""
        try:
            return int(self.path[name])
        except ValueError:
            raise missing() from None

    def object(self, *names: str) -> Body:
        """The body, which may have these fields and no others. Raises Refusal (400)."""
        if not isinstance(self.payload, dict):
            raise invalid("", "Request parameters is not a valid JSON", "invalid_json")
        for name in self.payload:
            if name not in names:
                raise unknown(name)
        return self.payload

    def page(self, rows: list[Body]) -> Answer:
        """A page of rows; the header `link` says whether another one follows. Raises Refusal (400)."""
        number, size = self._whole("page", 1, LAST_PAGE), self._whole("per_page", 30, LARGEST_PAGE)
        found = rows[(number - 1) * size : number * size]
        if number * size >= len(rows):
            return Answer(found)
        following = self.url.include_query_params(page=number + 1)
        return Answer(found, headers=(("link", f'<{following}>; rel="next"'),))

    def _whole(self, name: str, default: int, most: int) -> int:
        text = self.query.get(name, str(default))
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise invalid(name, f"It should be a Positive Integer less than or equal to {most}")
        return int(text)

    def asked(self, *names: str) -> None:
        """Refuse what nobody may ask. Raises Refusal (400)."""
        for name in self.query:
            if name not in names and name not in PAGING:
                raise unknown(name)

    def ticket(self) -> Ticket:
        """The ticket in the path, deleted ones and spam too; an archived one is elsewhere. Raises Refusal (404)."""
        ticket = self.inbox.tickets.get(self.number(), even_gone=True)
        if is_archived(ticket):
            raise missing()
        return ticket


def is_archived(ticket: Ticket) -> bool:
    """The inbox takes nothing more on what it closed for good: on this desk such a ticket is archived."""
    return ticket.status == "closed" and not ticket.gone
