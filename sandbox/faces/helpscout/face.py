"""The face itself: routes, and what happens around every request."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.delivery.journal import Parcel
from sandbox.delivery.rules import Rules, Sending
from sandbox.faces.helpscout import reading, setup, writing
from sandbox.faces.helpscout.access import DOCS_KEY, Access, has_docs_key
from sandbox.faces.helpscout.answers import full, invalid, not_authenticated, refusal, waiting, worded
from sandbox.faces.helpscout.by_hand import make_fields
from sandbox.faces.helpscout.call import Answer, Body, Call
from sandbox.faces.helpscout.events import FACE, Announcer, new_delivery_id
from sandbox.faces.helpscout.limits import RateLimits, allowance
from sandbox.faces.helpscout.patience import KIND, Patience
from sandbox.faces.refusal import Refusal
from sandbox.inbox.errors import Invalid, NotThere
from sandbox.inbox.inbox import Inbox
from sandbox.inbox.records import Change, Person
from sandbox.settings import Settings

Handler = Callable[[Call], Body | Answer]
API, DOCS = "/v2", "/docs/v1"

ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", API + "/conversations", reading.conversations),
    ("GET", API + "/conversations/{id}", reading.conversation),
    ("PATCH", API + "/conversations/{id}", writing.operate),
    ("GET", API + "/conversations/{id}/threads", reading.threads),
    ("PATCH", API + "/conversations/{id}/threads/{thread}", writing.operate_on_thread),
    ("POST", API + "/conversations/{id}/reply", writing.reply),
    ("POST", API + "/conversations/{id}/notes", writing.note),
    ("PUT", API + "/conversations/{id}/tags", writing.tags),
    ("PUT", API + "/conversations/{id}/fields", writing.fields),
    ("GET", API + "/customers/{id}", reading.customer),
    ("GET", API + "/users", reading.users),
    ("GET", API + "/users/me", reading.me),
    ("GET", API + "/mailboxes", reading.mailboxes),
    ("GET", API + "/mailboxes/{id}/fields", reading.mailbox_fields),
    ("GET", API + "/webhooks", setup.webhooks),
    ("POST", API + "/webhooks", setup.create_webhook),
    ("GET", API + "/webhooks/{id}", setup.webhook),
    ("PUT", API + "/webhooks/{id}", setup.update_webhook),
    ("DELETE", API + "/webhooks/{id}", setup.delete_webhook),
    ("GET", DOCS + "/collections", reading.collections),
    ("GET", DOCS + "/collections/{collection}/articles", reading.articles),
    ("GET", DOCS + "/articles/{article}", reading.article),
)


class HelpScoutFace:
    """Help Scout's API over one inbox. See `Face` for what each part is for."""

    name = FACE

    def __init__(self, inbox: Inbox, settings: Settings) -> None:
        self.inbox = inbox
        self.access = Access(inbox, settings)
        self.limits = RateLimits(allowance(settings.limits))
        self.rules: Rules = Patience(inbox, settings)
        self.served: Counter[str] = Counter()
        self._settings = settings
        self._announcer = Announcer(inbox)

    def login(self) -> dict[str, Any]:
        """An app that may use client credentials, and the help centre's key. Its address follows from the mount."""
        return {
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret,
            "docs_key": DOCS_KEY,
            "docs_language": "en",
        }

    def refusal(self, status: int, retry_after: float | None) -> tuple[dict[str, str], Any]:
        """An error in Help Scout's words."""
        return waiting(retry_after), worded(status)

    def parcels(self, change: Change) -> Iterator[Parcel]:
        """Help Scout's events of a change."""
        return self._announcer.parcels(change)

    def seal(self, parcel: Parcel) -> Sending:
        """A signed request."""
        return self._announcer.seal(parcel)

    def webhooks(self) -> list[str]:
        """Their ids."""
        return [str(hook["id"]) for hook in self.inbox.documents.all(KIND)]

    def new_delivery_id(self) -> str:
        """For the journal alone."""
        return new_delivery_id()

    def expire_tokens(self) -> None:
        """Every access token."""
        self.access.expire_all()

    def lag(self, seconds: float) -> None:
        """Lists tell what changed at once."""

    def reset(self) -> None:
        """Limits as at the start, nothing served."""
        self.limits.restore()
        self.served.clear()

    def app(self) -> ASGIApp:
        """The face as an application."""
        routes = [
            Route(API + "/oauth2/token", self._token, methods=["POST"]),
            # Where the real desk shows a conversation to an agent; links in alerts lead there.
            Route("/conversation/{id:int}/{number:int}", _to_the_page),
            # The same of an article of the help centre, for everybody.
            Route("/article/{id:int}-{slug}", _to_the_article),
        ]
        routes += [
            Route(path, self._endpoint(method, path, handler), methods=[method]) for method, path, handler in ROUTES
        ]
        routes.append(Route("/{rest:path}", self._nothing, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]))
        return Starlette(routes=routes)

    async def _token(self, request: Request) -> Response:
        raw = await request.body()
        is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        try:
            wish = dict(parse_qsl(raw.decode(errors="replace"))) if is_form else _parsed(raw)
            answer = await run_in_threadpool(self.access.grant, wish if isinstance(wish, dict) else {})
        except Refusal as error:
            return self._done("POST", API + "/oauth2/token", _refused(error))
        await run_in_threadpool(make_fields, self.inbox)
        return self._done("POST", API + "/oauth2/token", JSONResponse(answer))

    async def _nothing(self, request: Request) -> Response:
        return self._done(request.method, "(unknown)", JSONResponse(worded(404), 404))

    def _endpoint(self, method: str, path: str, handler: Handler) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            raw = await request.body()
            return self._done(method, path, await run_in_threadpool(self._serve, handler, path, request, raw))

        return endpoint

    def _serve(self, handler: Handler, path: str, request: Request, raw: bytes) -> Response:
        headers: dict[str, str] = {}
        try:
            user = self._admitted(path, request.headers.get("authorization"))
            if not path.startswith(DOCS):
                headers = self.limits.take(self.inbox.clock().timestamp(), write=request.method != "GET")
            answer = handler(self._call(request, user, raw))
        except Refusal as error:
            return _refused(error, headers)
        except NotThere:
            return _refused(refusal(404), headers)
        except Invalid as error:
            # The inbox takes nothing more on what it closed for good: here the conversation is locked by its age.
            locked = error.message == "Status: closed prevents ticket update"
            return _refused(full() if locked else invalid(error.name, error.message), headers)
        if not isinstance(answer, Answer):
            answer = Answer(answer)
        headers |= dict(answer.headers)
        if answer.body is None:
            return Response(status_code=answer.status, headers=headers)
        return JSONResponse(answer.body, answer.status, headers, media_type="application/hal+json")

    def _admitted(self, path: str, authorization: str | None) -> Person:
        if not path.startswith(DOCS):
            return self.access.admit(authorization)
        if not has_docs_key(authorization):
            raise not_authenticated()
        return self.inbox.people.get(self.inbox.integration_user_id)

    def _call(self, request: Request, user: Person, raw: bytes) -> Call:
        mounted = request.scope.get("root_path", "")
        root = f"{request.url.scheme}://{request.url.netloc}{mounted}"
        return Call(
            inbox=self.inbox, user=user, url=request.url, root=root, query=request.query_params,
            path=dict(request.path_params), payload=_parsed(raw) if raw else None,
        )  # fmt: skip

    def _done(self, method: str, path: str, response: Response) -> Response:
        self.served[f"{method} {path} {response.status_code}"] += 1
        return response


def _to_the_page(request: Request) -> Response:
    return RedirectResponse(f"/tickets/{request.path_params['id']}")


def _to_the_article(request: Request) -> Response:
    return RedirectResponse(f"/help/{request.path_params['id']}")


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise invalid("", "could not be parsed as JSON") from None


def _refused(error: Refusal, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(error.body, error.status, {**(headers or {}), **error.headers})
