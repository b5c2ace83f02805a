"""The face itself: routes, and what happens around every request."""

from __future__ import annotations

import hmac
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

from sandbox.delivery.journal import Parcel
from sandbox.delivery.rules import Rules, Sending
from sandbox.faces.intercom import reading, writing
from sandbox.faces.intercom.answers import invalid, refusal, worded
from sandbox.faces.intercom.call import Body, Call
from sandbox.faces.intercom.events import FACE, KIND, SUBSCRIPTION, TICKED, Announcer, new_delivery_id, subscribe
from sandbox.faces.intercom.limits import PER_WINDOW, RateLimits, allowance, headers
from sandbox.faces.intercom.patience import Patience
from sandbox.faces.intercom.shapes import APP
from sandbox.faces.refusal import Refusal
from sandbox.inbox.errors import Invalid, NotThere
from sandbox.inbox.inbox import Inbox
from sandbox.inbox.records import Change, Person
from sandbox.inbox.seeds import INTEGRATION_EMAIL
from sandbox.settings import Settings

Handler = Callable[[Call], Body]
TOKEN = "sandbox-access-token"
VERSION = "2.16"

ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/me", reading.me),
    ("GET", "/admins", reading.admins),
    ("GET", "/teams", reading.teams),
    ("GET", "/conversations/attributes", reading.attributes),
    ("POST", "/conversations/attributes", writing.create_attribute),
    ("DELETE", "/conversations/attributes/{id}", writing.archive_attribute),
    ("GET", "/conversations/deleted", reading.deleted),
    ("POST", "/conversations/search", reading.search),
    ("GET", "/conversations/{id}", reading.conversation),
    ("PUT", "/conversations/{id}", writing.update),
    ("POST", "/conversations/{id}/reply", writing.reply),
    ("POST", "/conversations/{id}/parts", writing.manage),
    ("POST", "/conversations/{id}/tags", writing.add_tag),
    ("DELETE", "/conversations/{id}/tags/{tag}", writing.remove_tag),
    ("POST", "/tags", writing.create_tag),
    ("GET", "/contacts/{id}", reading.contact),
    ("GET", "/contacts/{id}/companies", reading.contact_companies),
    ("GET", "/articles", reading.articles),
)


class IntercomFace:
    """Intercom's API over one inbox. See `Face` for what each part is for."""

    name = FACE

    def __init__(self, inbox: Inbox, settings: Settings) -> None:
        self.inbox = inbox
        self.limits = RateLimits(allowance(settings.limits))
        self.rules: Rules = Patience(settings)
        self.served: Counter[str] = Counter()
        self._settings = settings
        self._announcer = Announcer(inbox, settings.client_secret)

    def login(self) -> dict[str, Any]:
        """What a private app's pages in the Developer Hub show, and the teammate that was made for us."""
        secrets = {"access_token": TOKEN, "client_secret": self._settings.client_secret}
        return {**secrets, "admin_email": INTEGRATION_EMAIL}

    def by_hand(self, url: str, topics: tuple[str, ...], root: str) -> None:
        """Fill in and save the Developer Hub's page on webhooks, which no API does. Raises ValueError."""
        subscribe(self.inbox, url, topics or TICKED, root)

    def refusal(self, status: int, retry_after: float | None) -> tuple[dict[str, str], Any]:
        """An error in Intercom's words; how long to wait it says by when its window ends."""
        if retry_after is None:
            return {}, worded(status)
        now = self.inbox.clock().timestamp()
        return headers(self.limits.told()["calls_per_window"] or PER_WINDOW, 0, now + retry_after), worded(status)

    def parcels(self, change: Change) -> Iterator[Parcel]:
        """Intercom's notifications of a change."""
        return self._announcer.parcels(change)

    def seal(self, parcel: Parcel) -> Sending:
        """A signed request."""
        return self._announcer.seal(parcel)

    def webhooks(self) -> list[str]:
        """The app's one subscription, if it was saved."""
        return [SUBSCRIPTION] if self.inbox.documents.all(KIND) else []

    def new_delivery_id(self) -> str:
        """An id such as notifications have."""
        return new_delivery_id()

    def expire_tokens(self) -> None:
        """Access tokens do not end."""

    def lag(self, seconds: float) -> None:
        """The search tells what changed at once."""

    def reset(self) -> None:
        """Limits as at the start, nothing served."""
        self.limits.restore()
        self.served.clear()

    def app(self) -> ASGIApp:
        """The face as an application."""
        # Where the real desk shows a conversation to an agent; links in alerts lead there.
        routes = [Route(f"/a/inbox/{APP}/inbox/conversation/{{id:int}}", _to_the_page)]
        # The same of an article of the help centre, for everybody.
        routes.append(Route("/help/articles/{id:int}", _to_the_article))
        routes += [
            Route(path, self._endpoint(method, path, handler), methods=[method]) for method, path, handler in ROUTES
        ]
        routes.append(Route("/{rest:path}", self._nothing, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]))
        return Starlette(routes=routes)

    async def _nothing(self, request: Request) -> Response:
        return self._done(request.method, "(unknown)", JSONResponse(worded(404), 404))

    def _endpoint(self, method: str, path: str, handler: Handler) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            raw = await request.body()
            return self._done(method, path, await run_in_threadpool(self._serve, handler, request, raw))

        return endpoint

    def _serve(self, handler: Handler, request: Request, raw: bytes) -> Response:
        told: dict[str, str] = {"Intercom-Version": VERSION}
        try:
            user = self._admitted(request)
            told |= self.limits.take(self.inbox.clock().timestamp())
            answer = handler(self._call(request, user, raw))
        except Refusal as error:
            return _refused(error, told)
        except NotThere:
            return _refused(refusal(404), told)
        except Invalid as error:
            return _refused(invalid(error.message), told)
        return JSONResponse(answer, headers=told)

    def _admitted(self, request: Request) -> Person:
        """The teammate behind a request. Raises Refusal: no such token, or a version that this face does not speak."""
        way, _, token = request.headers.get("authorization", "").partition(" ")
        if way.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), TOKEN.encode()):
            raise refusal(401)
        if request.headers.get("intercom-version") != VERSION:
            message = "Requested resource is not available in current API version."
            raise refusal(400, "intercom_version_invalid", message)
        return self.inbox.people.get(self.inbox.integration_user_id)

    def _call(self, request: Request, user: Person, raw: bytes) -> Call:
        root = f"{request.url.scheme}://{request.url.netloc}{request.scope.get('root_path', '')}"
        return Call(
            inbox=self.inbox, user=user, root=root, query=request.query_params, path=dict(request.path_params),
            payload=_parsed(raw) if raw else None,
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
        raise invalid("the body is not JSON") from None


def _refused(error: Refusal, told: dict[str, str]) -> Response:
    return JSONResponse(error.body, error.status, {**told, **error.headers})
