"""The face itself: routes, and what happens around every request."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.delivery import rules as delivery
from sandbox.delivery.journal import Parcel
from sandbox.faces.freshdesk import reading, setup, writing
from sandbox.faces.freshdesk.access import API_KEY, admitted
from sandbox.faces.freshdesk.answers import Refusal, invalid, missing, waiting, worded
from sandbox.faces.freshdesk.call import Answer, Body, Call
from sandbox.faces.freshdesk.events import FACE, KIND, Rules, new_delivery_id
from sandbox.faces.freshdesk.limits import LISTS, UPDATES, RateLimits, allowance
from sandbox.faces.freshdesk.patience import Patience
from sandbox.inbox.errors import Invalid, NotThere
from sandbox.inbox.inbox import Inbox
from sandbox.inbox.records import Change
from sandbox.settings import Settings

Handler = Callable[[Call], Body | list[Body] | Answer]
API = "/api/v2"
TICKETS, TICKET = API + "/tickets", API + "/tickets/{id}"
RULES = API + "/automations/{type}/rules"

ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", TICKETS, reading.tickets),
    ("GET", API + "/tickets/archived/{id}", reading.archived_ticket),
    ("GET", API + "/tickets/archived/{id}/conversations", reading.archived_conversations),
    ("GET", TICKET, reading.ticket),
    ("PUT", TICKET, writing.update),
    ("GET", TICKET + "/conversations", reading.conversations),
    ("GET", TICKET + "/satisfaction_ratings", reading.ratings),
    ("POST", TICKET + "/notes", writing.note),
    ("POST", TICKET + "/reply", writing.reply),
    ("GET", API + "/contacts/{id}", reading.contact),
    ("GET", API + "/companies/{id}", reading.company),
    ("GET", API + "/agents/me", reading.me),
    ("GET", API + "/agents", reading.agents),
    ("GET", API + "/groups", reading.groups),
    ("GET", API + "/ticket_fields", reading.ticket_fields),
    ("GET", API + "/settings/helpdesk", reading.settings),
    ("GET", API + "/solutions/categories", reading.categories),
    ("GET", API + "/solutions/categories/{id}/folders", reading.folders),
    ("GET", API + "/solutions/folders/{id}/articles", reading.articles),
    ("GET", API + "/admin/ticket_fields", setup.fields),
    ("POST", API + "/admin/ticket_fields", setup.create_field),
    ("DELETE", API + "/admin/ticket_fields/{id}", setup.delete_field),
    ("GET", RULES, setup.rules),
    ("POST", RULES, setup.create_rule),
    ("DELETE", RULES + "/{id}", setup.delete_rule),
)
_LANES = {("GET", TICKETS): LISTS, ("PUT", TICKET): UPDATES}


class FreshdeskFace:
    """Freshdesk's API over one inbox. See `Face` for what each part is for."""

    name = FACE

    def __init__(self, inbox: Inbox, settings: Settings) -> None:
        self.inbox = inbox
        self.limits = RateLimits(allowance(settings.limits))
        self.rules: delivery.Rules = Patience(settings)
        self.served: Counter[str] = Counter()
        self._automations = Rules(inbox)

    def login(self) -> dict[str, Any]:
        """An administrator's API key."""
        return {"api_key": API_KEY}

    def refusal(self, status: int, retry_after: float | None) -> tuple[dict[str, str], Any]:
        """An error in Freshdesk's words."""
        return waiting(retry_after), worded(status)

    def parcels(self, change: Change) -> Iterator[Parcel]:
        """The webhooks of the rules that a change sets off."""
        return self._automations.parcels(change)

    def seal(self, parcel: Parcel) -> delivery.Sending:
        """A request with the rule's own headers. It counts against the account's limit."""
        self.limits.charge(self.inbox.clock().timestamp())
        return self._automations.seal(parcel)

    def webhooks(self) -> list[str]:
        """The rules' ids."""
        return [str(rule["id"]) for rule in self.inbox.documents.all(KIND)]

    def new_delivery_id(self) -> str:
        """For the journal alone."""
        return new_delivery_id()

    def expire_tokens(self) -> None:
        """Keys do not end."""

    def lag(self, seconds: float) -> None:
        """Lists tell what changed at once."""

    def reset(self) -> None:
        """Limits as at the start, nothing served."""
        self.limits.restore()
        self.served.clear()

    def app(self) -> ASGIApp:
        """The face as an application."""
        # Where the real desk shows a ticket to an agent; links in alerts lead there.
        routes = [Route("/a/tickets/{id:int}", _to_the_page)]
        # The same of an article of the help centre, for everybody.
        routes.append(Route("/support/solutions/articles/{id:int}", _to_the_article))
        routes += [
            Route(path, self._endpoint(method, path, handler), methods=[method]) for method, path, handler in ROUTES
        ]
        routes.append(Route("/{rest:path}", self._nothing, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]))
        return Starlette(routes=routes)

    async def _nothing(self, request: Request) -> Response:
        return self._done(request.method, "(unknown)", Response(status_code=404))

    def _endpoint(self, method: str, path: str, handler: Handler) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            raw = await request.body()
            return self._done(method, path, await run_in_threadpool(self._serve, handler, path, request, raw))

        return endpoint

    def _serve(self, handler: Handler, path: str, request: Request, raw: bytes) -> Response:
        headers = {"X-Freshdesk-Api-Version": "latest=v2; requested=v2"}
        try:
            user = admitted(self.inbox, request.headers.get("authorization"))
            lane = _LANES.get((request.method, path), "")
            headers |= self.limits.take(self.inbox.clock().timestamp(), credits=_credits(request, path), lane=lane)
            mounted = request.scope.get("root_path", "")
            call = Call(
                inbox=self.inbox, user=user, url=request.url, query=request.query_params,
                root=f"{request.url.scheme}://{request.url.netloc}{mounted}",
                path=dict(request.path_params), payload=_parsed(raw) if raw else None,
            )  # fmt: skip
            answer = handler(call)
        except Refusal as error:
            return _refused(error, headers)
        except NotThere:
            return _refused(missing(), headers)
        except Invalid as error:
            return _refused(invalid(error.name, error.message), headers)
        if not isinstance(answer, Answer):
            answer = Answer(answer)
        headers |= dict(answer.headers)
        if answer.body is None:
            return Response(status_code=answer.status, headers=headers)
        return JSONResponse(answer.body, answer.status, headers)

    def _done(self, method: str, path: str, response: Response) -> Response:
        self.served[f"{method} {path} {response.status_code}"] += 1
        return response


def _credits(request: Request, path: str) -> int:
    """One, and for everything included one more, in lists two."""
    included = len(list(filter(None, request.query_params.get("include", "").split(","))))
    return 1 + included * (2 if path == TICKETS else 1)


def _to_the_page(request: Request) -> Response:
    return RedirectResponse(f"/tickets/{request.path_params['id']}")


def _to_the_article(request: Request) -> Response:
    return RedirectResponse(f"/help/{request.path_params['id']}")


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise invalid("", "Request parameters is not a valid JSON", "invalid_json") from None


def _refused(error: Refusal, headers: dict[str, str]) -> Response:
    told = {**headers, **error.headers}
    if error.body is None:
        return Response(status_code=error.status, headers=told)
    return JSONResponse(error.body, error.status, told)
