"""One request to this face, and the desk that it is answered from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.datastructures import URL, QueryParams

from sandbox.faces.helpscout.answers import invalid, moved, refusal
from sandbox.faces.helpscout.paging import PAGE_SIZE, page_of
from sandbox.faces.helpscout.shapes import Shapes
from sandbox.inbox.errors import NotThere
from sandbox.inbox.inbox import Inbox
from sandbox.inbox.records import Person, Ticket

MERGED = "merged"
"""Documents of this kind say into which conversation (`into`) another was merged; the key is its id."""

Body = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What to answer; a body of None is an empty answer."""

    body: Body | None
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


NOTHING = Answer(None, 204)


@dataclass(frozen=True)
class Call:
    """An admitted request.

    Attributes:
        user: whose token it is.
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
        """Help Scout's JSON, with addresses that lead back here."""
        return Shapes(self.inbox, self.root)

    def number(self, name: str = "id") -> int:
        """A number in the path. Raises Refusal (404)."""
        try:
            return int(self.path[name])
        except ValueError:
            raise refusal(404) from None

    def object(self) -> Body:
        """The body. Raises Refusal (400)."""
        if not isinstance(self.payload, dict):
            raise invalid("", "must be an object")
        return self.payload

    def page(self, name: str, rows: list[Body], size: int = PAGE_SIZE) -> Body:
        """A page of rows."""
        return page_of(name, rows, self.url, self.query, size)

    def ticket(self, *, follow: bool = False) -> Ticket:
        """The conversation in the path; deleted ones are not there, spam is.

        Args:
            follow: say where a merged conversation went (301), as the one call does that reads it; others do not.
        """
        number = self.number()
        try:
            into = self.inbox.documents.get(MERGED, str(number))["into"]
        except NotThere:
            ticket = self.inbox.tickets.get(number, even_gone=True)
            if ticket.gone == "deleted":
                raise
            return ticket
        raise moved(f"{self.root}/v2/conversations/{into}") if follow else refusal(404)
