"""A vendor's API played from a script: answers by method and path, every request kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import urllib3

from tests.fakes.zendesk import Reply, Request

Answer = Reply | Exception | Callable[[Request], Reply]


class Scripted:
    """A transport that answers from `script`: one answer for ever, or a list of which the last one stays.

    A vendor's own fake derives from it.

    Attributes:
        mount: the path that comes before all others.
    """

    mount: str

    def __init__(self) -> None:
        self.script: dict[str, Answer | list[Answer]] = {}
        self.requests: list[Request] = []

    def check(self, sent: Request) -> None:
        """Held for every request of every test."""

    def request(
        self, method: str, url: str, *, body: bytes | None, headers: Mapping[str, str], redirect: bool, retries: bool
    ) -> urllib3.BaseHTTPResponse:
        assert not redirect
        assert not retries
        parts = urlsplit(url)
        path = parts.path.removeprefix(self.mount)
        sent = Request(method, path, parse_qs(parts.query), None if body is None else json.loads(body), dict(headers))
        self.requests.append(sent)
        self.check(sent)
        answer = self._next(sent.line)
        reply = answer(sent) if callable(answer) else answer
        if isinstance(reply, Exception):
            raise reply
        data = b"" if reply.body is None else json.dumps(reply.body).encode()
        return urllib3.HTTPResponse(body=BytesIO(data), headers=dict(reply.headers), status=reply.status)

    def clear(self) -> None:
        """Nothing is open."""

    def _next(self, line: str) -> Answer:
        if line not in self.script:
            raise AssertionError(f"the script has no answer to {line}")
        answer: Any = self.script[line]
        if not isinstance(answer, list):
            return answer
        return answer.pop(0) if len(answer) > 1 else answer[0]

    @property
    def lines(self) -> list[str]:
        """Requests in order."""
        return [request.line for request in self.requests]
