"""Trouble on order: the next requests that match are refused, delayed or left without an answer."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from itertools import count
from threading import Lock
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

ACTIONS = ("status", "timeout", "hangup", "delay")
LINE = "sandbox.line"
Refusal = Callable[[int, float | None], tuple[dict[str, str], Any]]
"""Headers and JSON body of an error in a vendor's words: by status, and by seconds to wait."""


@dataclass
class Fault:
    """What happens to the next `count` requests that match, or to a share of them.

    Attributes:
        share: of the requests that match, how many are met, 0 to 1; which ones is left to seeded dice.
        method: HTTP method, several divided by `|`, or "" for any.
        path: regular expression, searched in the path.
        action: answer `status`; say nothing for `seconds` and hang up (timeout); hang up; or delay.
        when: before the request is served, or after it was (what it wrote stays written).
    """

    path: str
    method: str = ""
    count: int = 1
    share: float = 1.0
    action: str = "status"
    status: int = 500
    retry_after: float | None = None
    seconds: float = 30.0
    when: str = "before"
    id: int = field(default=0)
    met: int = 0

    def __post_init__(self) -> None:
        if self.action not in ACTIONS or self.when not in ("before", "after"):
            raise ValueError("action is one of status, timeout, hangup, delay; when is before or after")
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"path: {error}") from None

    def fits(self, method: str, path: str) -> bool:
        """Whether this request is one of them."""
        return self.met < self.count and self._is_method(method) and re.search(self.path, path) is not None

    def _is_method(self, method: str) -> bool:
        return not self.method or method in self.method.split("|")


class Faults:
    """The faults that were ordered."""

    def __init__(self) -> None:
        self._ordered: list[Fault] = []
        self._ids = count(1)
        self._dice = random.Random(0)
        self._lock = Lock()

    def order(self, fault: Fault) -> Fault:
        """Order one."""
        with self._lock:
            fault.id = next(self._ids)
            self._ordered.append(fault)
        return fault

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._ordered.clear()

    def listing(self) -> list[dict[str, Any]]:
        """Every fault with how often it was met."""
        return [asdict(fault) for fault in self._ordered]

    def take(self, method: str, path: str) -> Fault | None:
        """The fault for this request, counted."""
        with self._lock:
            for fault in self._ordered:
                if fault.fits(method, path) and self._dice.random() < fault.share:
                    fault.met += 1
                    return fault
        return None


class FaultyLine:
    """Stands before a face and does what was ordered."""

    def __init__(self, app: ASGIApp, faults: Faults, refusal: Refusal) -> None:
        self._app = app
        self._faults = faults
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self._faults.take(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if fault is None:
            await self._app(scope, receive, send)
            return
        if fault.when == "after":
            await self._app(scope, receive, _nowhere)
        if fault.action == "status":
            await self._answer(fault, send)
        elif fault.action == "delay":
            await asyncio.sleep(fault.seconds)
            if fault.when == "before":
                await self._app(scope, receive, send)
        else:
            if fault.action == "timeout":
                await asyncio.sleep(fault.seconds)
            await _hang_up(scope)

    async def _answer(self, fault: Fault, send: Send) -> None:
        worded, told = self._refusal(fault.status, fault.retry_after)
        body = json.dumps(told).encode()
        headers = {"content-type": "application/json", "content-length": str(len(body)), **worded}
        coded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": fault.status, "headers": coded})
        await send({"type": "http.response.body", "body": body})


async def _nowhere(message: Message) -> None:
    """An answer that never arrives."""


def with_a_line(app: ASGIApp) -> ASGIApp:
    """Let faults reach the connection itself.

    ASGI knows no way to close it without a word, but uvicorn's `send` is a method of the object that holds it.
    Only the outermost application is given that method.
    """

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        scope[LINE] = getattr(getattr(send, "__self__", None), "transport", None)
        await app(scope, receive, send)

    return wrapped


async def _hang_up(scope: Scope) -> None:
    transport = scope.get(LINE)
    if transport is None:
        raise ConnectionAbortedError("told to hang up, but this server does not let go of its connections")
    transport.abort()
    await asyncio.sleep(0.05)  # until the server has noticed, or it would answer 500 for us
