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
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.delivery.journal import Parcel
from sandbox.delivery.rules import Rules, Sending
from sandbox.faces.refusal import Refusal
from sandbox.faces.zendesk import exports, reading, setup, slas, writing
from sandbox.faces.zendesk.access import Access
from sandbox.faces.zendesk.answers import FAULTS, bad_request, conflict, invalid, not_found
from sandbox.faces.zendesk.call import Answer, Body, Call
from sandbox.faces.zendesk.events import KIND, Announcer, new_invocation_id
from sandbox.faces.zendesk.limits import RateLimits, Use
from sandbox.faces.zendesk.patience import Patience
from sandbox.inbox.errors import Invalid, NotThere, Stale
from sandbox.inbox.inbox import Inbox
from sandbox.inbox.records import Change
from sandbox.settings import Settings

Handler = Callable[[Call], Body | Answer]
API = "/api/v2"

ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/tickets", reading.tickets),
    ("POST", "/tickets", writing.create),
    ("GET", "/tickets/show_many", reading.tickets),
    ("GET", "/tickets/{id}", reading.ticket),
    ("PUT", "/tickets/{id}", writing.update),
    ("DELETE", "/tickets/{id}", writing.delete),
    ("GET", "/tickets/{id}/comments", reading.comments),
    ("GET", "/tickets/{id}/audits", reading.audits),
    ("GET", "/tickets/{id}/metrics", reading.metrics),
    ("GET", "/tickets/{id}/tags", writing.tags),
    ("PUT", "/tickets/{id}/tags", writing.add_tags),
    ("POST", "/tickets/{id}/tags", writing.set_tags),
    ("DELETE", "/tickets/{id}/tags", writing.remove_tags),
    ("GET", "/users", reading.users),
    ("GET", "/users/me", reading.me),
    ("GET", "/users/show_many", reading.users_show_many),
    ("GET", "/users/{id}", reading.user),
    ("GET", "/users/{id}/tickets/requested", reading.requested),
    ("GET", "/user_fields", setup.user_fields),
    ("GET", "/groups", reading.groups),
    ("GET", "/group_memberships", reading.memberships),
    ("GET", "/organizations", reading.organizations),
    ("GET", "/organizations/{id}", reading.organization),
    ("GET", "/search", reading.search),
    ("GET", "/satisfaction_ratings", reading.ratings),
    ("GET", "/incremental/tickets/cursor", exports.tickets),
    ("GET", "/help_center/articles", reading.articles),
    ("GET", "/help_center/incremental/articles", reading.articles),
    ("GET", "/help_center/articles/{id}", reading.article),
    ("GET", "/help_center/{locale}/articles", reading.articles),
    ("GET", "/ticket_fields", setup.ticket_fields),
    ("POST", "/ticket_fields", setup.create_ticket_field),
    ("GET", "/ticket_fields/{id}", setup.ticket_field),
    ("DELETE", "/ticket_fields/{id}", setup.delete_ticket_field),
    ("GET", "/views", setup.views),
    ("POST", "/views", setup.create_view),
    ("GET", "/views/{id}", setup.view),
    ("DELETE", "/views/{id}", setup.delete_view),
    ("GET", "/slas/policies", slas.policies),
    ("POST", "/slas/policies", slas.create_policy),
    ("GET", "/webhooks", setup.webhooks),
    ("POST", "/webhooks", setup.create_webhook),
    ("GET", "/webhooks/{id}", setup.webhook),
    ("PUT", "/webhooks/{id}", setup.update_webhook),
    ("PATCH", "/webhooks/{id}", setup.update_webhook),
    ("DELETE", "/webhooks/{id}", setup.delete_webhook),
    ("GET", "/webhooks/{id}/signing_secret", setup.signing_secret),
    ("POST", "/webhooks/{id}/signing_secret", setup.reset_signing_secret),
)
TICKET_UPDATES = {
    writing.update, writing.delete, writing.add_tags, writing.set_tags, writing.remove_tags,
}  # fmt: skip


class ZendeskFace:
    """Zendesk's API over one inbox. See `Face` for what each part is for."""

    name = "zendesk"

    def __init__(self, inbox: Inbox, settings: Settings) -> None:
        self.inbox = inbox
        self.export_lag = settings.export_lag
        self.access = Access(inbox, settings)
        self.limits = RateLimits(settings.limits)
        self.rules: Rules = Patience(settings)
        self.served: Counter[str] = Counter()
        self._settings = settings
        self._announcer = Announcer(inbox)

    def login(self) -> dict[str, Any]:
        """An OAuth client that may use client credentials."""
        return {"client_id": self._settings.client_id, "client_secret": self._settings.client_secret}

    def refusal(self, status: int, retry_after: float | None) -> tuple[dict[str, str], Any]:
        """An error in Zendesk's words."""
        headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
        return headers, FAULTS.get(status, {"error": "InternalError"})

    def parcels(self, change: Change) -> Iterator[Parcel]:
        """Zendesk's events of a change."""
        return self._announcer.parcels(change)

    def seal(self, parcel: Parcel) -> Sending:
        """A signed request."""
        return self._announcer.seal(parcel)

    def webhooks(self) -> list[str]:
        """Their ids."""
        return [str(hook["id"]) for hook in self.inbox.documents.all(KIND)]

    def new_delivery_id(self) -> str:
        """An invocation id."""
        return new_invocation_id()

    def expire_tokens(self) -> None:
        """Every access token."""
        self.access.expire_all()

    def lag(self, seconds: float) -> None:
        """How far the incremental export stays behind."""
        self.export_lag = seconds

    def reset(self) -> None:
        """Limits and lag as at the start, nothing served."""
        self.limits.restore()
        self.export_lag = self._settings.export_lag
        self.served.clear()

    def app(self) -> ASGIApp:
        """The face as an application; paths may end in .json."""
        routes = [
            Route("/oauth/tokens", self._token, methods=["POST"]),
            # Where the real desk shows a ticket to an agent; links in alerts lead there.
            Route("/agent/tickets/{id:int}", lambda request: RedirectResponse(f"/tickets/{request.path_params['id']}")),
            # The same of an article of the help centre, for everybody.
            Route("/hc/en-us/articles/{id:int}", _to_the_article),
        ]
        routes += [
            Route(API + path, self._endpoint(method, path, handler), methods=[method])
            for method, path, handler in ROUTES
        ]
        routes.append(Route("/{rest:path}", self._nothing, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]))
        return _without_suffix(Starlette(routes=routes))

    async def _token(self, request: Request) -> Response:
        raw = await request.body()
        try:
            answer = self.access.grant(_parsed(raw))
        except Refusal as refusal:
            return self._done("POST", "/oauth/tokens", _refused(refusal))
        return self._done("POST", "/oauth/tokens", JSONResponse(answer))

    async def _nothing(self, request: Request) -> Response:
        body = {"error": {"title": "Invalid", "message": "No such path or method in this desk"}}
        return self._done(request.method, "(unknown)", JSONResponse(body, 404))

    def _endpoint(self, method: str, path: str, handler: Handler) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            raw = await request.body()
            return self._done(method, API + path, await run_in_threadpool(self._serve, handler, method, request, raw))

        return endpoint

    def _serve(self, handler: Handler, method: str, request: Request, raw: bytes) -> Response:
        headers: dict[str, str] = {}
        try:
            resource = request.url.path.partition(API + "/")[2].split("/")[0]
            user = self.access.admit(request.headers.get("authorization"), write=method != "GET", resource=resource)
            headers = self.limits.take(self.inbox.clock().timestamp(), _use(handler, user.id, request))
            answer = handler(self._call(request, user, raw))
        except Refusal as refusal:
            return _refused(refusal, headers)
        except NotThere:
            return _refused(not_found(), headers)
        except Stale:
            return _refused(conflict(), headers)
        except Invalid as error:
            return _refused(invalid(error.name, error.message), headers)
        if not isinstance(answer, Answer):
            answer = Answer(answer)
        headers |= dict(answer.headers)
        if answer.body is None:
            return Response(status_code=answer.status, headers=headers)
        return JSONResponse(answer.body, answer.status, headers)

    def _call(self, request: Request, user: Any, raw: bytes) -> Call:
        mounted = request.scope.get("root_path", "")
        root = f"{request.url.scheme}://{request.url.netloc}{mounted}{API}"
        return Call(
            inbox=self.inbox, user=user, url=request.url, root=root, query=request.query_params,
            path=dict(request.path_params), payload=_parsed(raw) if raw else None, raw=raw,
            headers=dict(request.headers), export_lag=self.export_lag,
        )  # fmt: skip

    def _done(self, method: str, path: str, response: Response) -> Response:
        self.served[f"{method} {path} {response.status_code}"] += 1
        return response


def _use(handler: Handler, user_id: int, request: Request) -> Use:
    ticket_id = request.path_params.get("id", "")
    if handler in TICKET_UPDATES and ticket_id.isdigit():
        return Use(update_of=(user_id, int(ticket_id)))
    return Use(export=handler is exports.tickets)


def _to_the_article(request: Request) -> Response:
    return RedirectResponse(f"/help/{request.path_params['id']}")


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise bad_request("InvalidJSON", "The request body could not be parsed as JSON") from None


def _refused(refusal: Refusal, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(refusal.body, refusal.status, {**(headers or {}), **refusal.headers})


def _without_suffix(app: ASGIApp) -> ASGIApp:
    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "path": scope["path"].removesuffix(".json")}
        await app(scope, receive, send)

    return wrapped
