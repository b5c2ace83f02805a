"""A receiver of webhooks that answers what it is told and remembers what it got."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class Post:
    """One POST as it came in."""

    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Receiver:
    """What to answer (status, Retry-After, seconds to wait), then always 202."""

    url: str = ""
    posts: list[Post] = field(default_factory=list)
    script: list[tuple[int, str | None, float]] = field(default_factory=list)

    def will_answer(self, *statuses: int, retry_after: str | None = None, wait: float = 0) -> None:
        self.script.extend((status, retry_after, wait) for status in statuses)

    def types(self) -> list[str]:
        return [post.event["type"].removeprefix("zen:event-type:ticket.") for post in self.posts]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver on a free port."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            receiver.posts.append(Post({k.lower(): v for k, v in self.headers.items()}, self.rfile.read(length)))
            status, retry_after, wait = receiver.script.pop(0) if receiver.script else (202, None, 0)
            time.sleep(wait)
            self.send_response(status)
            if retry_after:
                self.send_header("Retry-After", retry_after)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                """The desk gave up on us, as it was meant to."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
