"""Reading requests of the control API, and its way of saying no."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.desk import Desk
from sandbox.faces.face import Face
from sandbox.inbox.errors import InboxError, NotThere
from sandbox.inbox.records import Group, NewMessage, Person
from sandbox.inbox.times import epoch


@dataclass(frozen=True)
class Asked:
    """A request to the control API."""

    desk: Desk
    path: dict[str, Any]
    query: QueryParams
    body: dict[str, Any]
    base_url: str

    @property
    def face(self) -> Face:
        """The face named by `desk` in the body or the query, else the first. Raises ValueError."""
        faces = self.desk.faces
        name = self.body.get("desk") or self.query.get("desk") or next(iter(faces))
        if name not in faces:
            raise ValueError(f"desk is one of {', '.join(faces)}")
        return faces[name]

    @property
    def ticket_id(self) -> int:
        """The ticket in the path."""
        return int(self.path["id"])

    def need(self, name: str) -> Any:
        """A value that has to be there. Raises ValueError."""
        if self.body.get(name) in (None, ""):
            raise ValueError(f"{name} is missing")
        return self.body[name]

    def time(self, name: str = "created_at") -> float | None:
        """A time, if it was given."""
        text = self.body.get(name)
        return None if text is None else epoch(text)

    def agent(self, default: int | None = None) -> Person:
        """The member of staff who does this."""
        people = self.desk.inbox.people
        person = people.find(self.body.get("agent") or default or self.need("agent"))
        if not person.is_staff:
            raise ValueError(f"{person.email} does not work here")
        return person

    def group(self, which: int | str) -> Group:
        """A group by id or name."""
        return self.desk.inbox.people.find_group(which)

    def message(self, author_id: int, **more: Any) -> NewMessage:
        """The message in the body; an empty one is allowed, customers send them."""
        attachments = tuple(dict(file) for file in self.body.get("attachments") or ())
        return NewMessage(
            author_id, str(self.body.get("body") or ""), self.body.get("html"), attachments=attachments, **more
        )


Handler = Callable[[Asked], dict[str, Any]]


def endpoint(desk: Desk, handler: Handler) -> Callable[[Request], Any]:
    """The handler as an endpoint: JSON in, JSON out, 400 and 404 with the reason."""

    async def answer(request: Request) -> Response:
        raw = await request.body()
        return await run_in_threadpool(_serve, desk, handler, request, raw)

    return answer


def _serve(desk: Desk, handler: Handler, request: Request, raw: bytes) -> Response:
    try:
        body = json.loads(raw) if raw else {}
        if not isinstance(body, dict):
            raise ValueError("the body must be a JSON object")
        base_url = f"{request.url.scheme}://{request.url.netloc}"
        return JSONResponse(handler(Asked(desk, request.path_params, request.query_params, body, base_url)))
    except NotThere as error:
        return JSONResponse({"error": f"{error} is not there"}, 404)
    except (InboxError, ValueError, TypeError) as error:
        return JSONResponse({"error": str(error)}, 400)
