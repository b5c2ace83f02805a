"""A desk's account played from a script: answers by method and path, every request kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import urllib3


@dataclass(frozen=True)
class Reply:
    """An answer: JSON unless bytes are given, nothing where there is no body."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """What was sent."""

    method: str
    path: str
    query: dict[str, list[str]]
    body: Any
    headers: Mapping[str, str]

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"


Answer = Reply | Exception | Callable[[Request], "Reply"]


class ScriptedTransport:
    """A transport that answers from `script`: one answer for ever, or a list of which the last one stays.

    Args:
        mount: what addresses begin with.
        holds: looks at every request before it is answered.
    """

    def __init__(self, mount: str, holds: Callable[[Request], None]) -> None:
        self.script: dict[str, Answer | list[Answer]] = {}
        self.requests: list[Request] = []
        self.closed = False
        self._mount = mount
        self._holds = holds

    def request(
        self, method: str, url: str, *, body: bytes | None, headers: Mapping[str, str], redirect: bool, retries: bool
    ) -> urllib3.BaseHTTPResponse:
        assert not redirect
        assert not retries
        parts = urlsplit(url)
        path = parts.path.removeprefix(self._mount)
        sent = Request(method, path, parse_qs(parts.query), None if body is None else json.loads(body), dict(headers))
        self.requests.append(sent)
        self._holds(sent)
        answer = self._next(sent.line)
        reply = answer(sent) if callable(answer) else answer
        if isinstance(reply, Exception):
            raise reply
        return urllib3.HTTPResponse(
            body=BytesIO(_encoded(reply.body)), headers=dict(reply.headers), status=reply.status
        )

    def clear(self) -> None:
        """Close what is open."""
        self.closed = True

    def _next(self, line: str) -> Answer:
        if line not in self.script:
            raise AssertionError(f"the script has no answer to {line}")
        answer = self.script[line]
        if not isinstance(answer, list):
            return answer
        return answer.pop(0) if len(answer) > 1 else answer[0]

    @property
    def lines(self) -> list[str]:
        """Requests in order."""
        return [request.line for request in self.requests]


def _encoded(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    return b"" if body is None else json.dumps(body).encode()
