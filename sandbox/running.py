"""A desk that runs for as long as a `with` block."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

import urllib3
import uvicorn

from sandbox.app import create_app
from sandbox.desk import Desk
from sandbox.faults import with_a_line
from sandbox.settings import Settings

HOST = "127.0.0.1"


@dataclass(frozen=True)
class RunningSandbox:
    """Where a running desk is.

    Attributes:
        url: the page. Each face lies below it, at its desk's name.
        desk: the desk itself, for what HTTP does not show.
    """

    url: str
    desk: Desk

    @property
    def zendesk(self) -> str:
        """What a Zendesk connector takes as its base URL."""
        return f"{self.url}/zendesk"

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Call the control API and give its JSON. Raises RuntimeError when it refuses."""
        encoded = None if body is None else json.dumps(body).encode()
        with urllib3.PoolManager(retries=False, timeout=60) as http:
            response = http.request(method, f"{self.url}/_sandbox{path}", body=encoded)
            if response.status >= 400:
                raise RuntimeError(f"{method} {path}: {response.status} {response.data.decode()}")
            answer: dict[str, Any] = response.json()
            return answer


def listen(port: int = 0) -> socket.socket:
    """A listening socket on this machine only; port 0 takes a free one."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    listener.listen(256)
    return listener


def server_for(settings: Settings) -> tuple[uvicorn.Server, Desk]:
    """A server that is not running yet."""
    app = create_app(settings)
    config = uvicorn.Config(
        with_a_line(app), http="h11", ws="none", loop="asyncio", lifespan="on", log_level="warning", access_log=False,
        timeout_graceful_shutdown=2, timeout_keep_alive=30,
    )  # fmt: skip
    return uvicorn.Server(config), app.state.desk


@contextmanager
def running_sandbox(settings: Settings | None = None) -> Iterator[RunningSandbox]:
    """Run a desk in a thread on a free port of this machine."""
    listener = listen()
    server, desk = server_for(settings or Settings())
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="sandbox", daemon=True)
    thread.start()
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        yield RunningSandbox(url, desk)
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        listener.close()
