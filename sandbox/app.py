"""The desk as a web application: faces, control API, page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.control.routes import control_routes
from sandbox.desk import Desk
from sandbox.faults import FaultyLine
from sandbox.page.routes import page_routes
from sandbox.settings import Settings

LOCAL = ("127.0.0.1", "localhost", "[::1]", "testserver")


def create_app(settings: Settings | None = None) -> Starlette:
    """Make the application of one desk; its `state.desk` is the desk."""
    desk = Desk(settings or Settings())

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        desk.start()
        yield
        desk.stop()

    app = Starlette(
        routes=[
            *(
                Mount(f"/{name}", app=FaultyLine(face.app(), desk.faults, face.refusal))
                for name, face in desk.faces.items()
            ),
            Mount("/_sandbox", routes=control_routes(desk)),
            *page_routes(desk),
        ],
        middleware=[Middleware(OnlyHere)],
        lifespan=running,
    )
    app.state.desk = desk
    return app


class OnlyHere:
    """Turns away other sites' pages: only this machine's names, and no form from elsewhere."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _is_ours(scope):
            await PlainTextResponse("This desk is only for this machine.", 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_ours(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    host = headers.get(b"host", b"").decode("latin-1")
    origin = headers.get(b"origin", b"").decode("latin-1")
    if host.rpartition(":")[0] not in LOCAL and host not in LOCAL:
        return False
    return (origin in ("", "null") and scope["method"] == "GET") or not origin or urlsplit(origin).netloc == host
