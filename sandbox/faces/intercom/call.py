"""One request to this face, and the desk that it is answered from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams

from sandbox.faces.intercom.answers import invalid, refusal
from sandbox.faces.intercom.shapes import Shapes
from sandbox.inbox.errors import NotThere
from sandbox.inbox.inbox import Inbox
from sandbox.inbox.records import Person, Ticket

Body = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """An admitted request.

    Attributes:
        user: whose token it is.
        root: the address that the face is mounted at, without a slash at its end.
    """

    inbox: Inbox
    user: Person
    root: str
    query: QueryParams
    path: dict[str, str]
    payload: Any

    @property
    def shapes(self) -> Shapes:
        """Intercom's JSON."""
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
            raise invalid("the body is not an object")
        return self.payload

    def ticket(self) -> Ticket:
        """The conversation in the path; what was deleted or filed as spam is not there."""
        return self.inbox.tickets.get(self.number())

    def admin(self) -> Person:
        """Who does it, as the body says; anybody with a seat can be named. Raises Refusal (400)."""
        return self.staff(self.object().get("admin_id"))

    def staff(self, id: Any) -> Person:
        """A teammate. Raises Refusal (400)."""
        try:
            person = self.inbox.people.get(int(id))
        except (NotThere, TypeError, ValueError):
            raise invalid("admin_id is not a teammate's") from None
        if not person.is_staff:
            raise invalid("admin_id is not a teammate's")
        return person

    def whole(self, name: str, default: int) -> int:
        """A number of the query. Raises Refusal (400)."""
        try:
            return int(self.query.get(name, str(default)))
        except ValueError:
            raise invalid(f"{name} is not a number") from None
