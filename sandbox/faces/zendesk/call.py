"""One request to this face, and the desk that it is answered from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.datastructures import URL, QueryParams

from sandbox.faces.zendesk.answers import bad_attribute, bad_request, not_found
from sandbox.faces.zendesk.paging import page_of
from sandbox.faces.zendesk.shapes import Shapes
from sandbox.inbox.inbox import Inbox
from sandbox.inbox.records import Person

Body = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What to answer; a body of None is an empty answer."""

    body: Body | None
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Call:
    """An admitted request.

    Attributes:
        user: whose token it is.
        root: the address of the API, without a slash at its end.
    """

    inbox: Inbox
    user: Person
    url: URL
    root: str
    query: QueryParams
    path: dict[str, str]
    payload: Any
    raw: bytes
    headers: dict[str, str]
    export_lag: float

    @property
    def shapes(self) -> Shapes:
        """Zendesk's JSON, with addresses that lead back here."""
        return Shapes(self.inbox, self.root)

    def number(self, name: str = "id") -> int:
        """A number in the path. Raises Refusal (404)."""
        try:
            return int(self.path[name])
        except ValueError:
            raise not_found() from None

    def number_asked(self, name: str, default: int | None = None) -> int:
        """A number in the query. Raises Refusal (400)."""
        try:
            return int(self.query.get(name, default))  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise bad_request("InvalidParameter", f"{name} must be a number") from None

    def object(self, name: str) -> Body:
        """The body's root object. Raises Refusal (400)."""
        found = self.payload.get(name) if isinstance(self.payload, dict) else None
        if not isinstance(found, dict):
            raise bad_attribute(name)
        return found

    def page(self, name: str, rows: list[Body]) -> Body:
        """A page of rows."""
        return page_of(name, rows, self.url, self.query)

    def includes(self) -> set[str]:
        """What is to be side-loaded."""
        return {word.strip() for word in self.query.get("include", "").split(",") if word.strip()}

    def side_loads(self, user_ids: set[int | None], group_ids: set[int | None], companies: set[int | None]) -> Body:
        """The side-loads that were asked for."""
        wanted, people, shapes = self.includes(), self.inbox.people, self.shapes
        loads: Body = {}
        if "users" in wanted:
            loads["users"] = [shapes.user(person) for person in people.many({i for i in user_ids if i})]
        if "groups" in wanted:
            loads["groups"] = [shapes.group(people.group(i)) for i in sorted(i for i in group_ids if i)]
        if "organizations" in wanted:
            found = (people.organization(i) for i in sorted(i for i in companies if i))
            loads["organizations"] = [shapes.organization(one) for one in found]
        return loads
