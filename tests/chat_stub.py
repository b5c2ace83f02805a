"""A server that speaks OpenAI's chat completions on this machine, and goes wrong in every way that it is told to."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

JSON = "application/json"


@dataclass(frozen=True)
class Reply:
    """What the server sends back.

    Attributes:
        wait: seconds before anything is sent.
        drip: seconds between the bytes.
        cut: how many bytes of the body are left out; the connection is then closed.
        hang_up: close the connection without a word.
    """

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    drip: float = 0.0
    cut: int = 0
    hang_up: bool = False


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)

    def message(self, role: str) -> str:
        """What was said in a role."""
        return "\n".join(one["content"] for one in self.json["messages"] if one["role"] == role)


Answerer = Callable[[Asked], Reply]


def opinion(label: str, evidence: str = "", sureness: str = "sure") -> dict[str, str]:
    return {"label": label, "sureness": sureness, "evidence": evidence}


def reading(
    quote: str,
    category: str = "billing",
    urgency: str = "standard",
    sentiment: str = "neutral",
    failure: str = "none",
    steering: str = "",
    sureness: str = "sure",
) -> dict[str, Any]:
    """An honest answer, whose every claim quotes the same words."""
    calm = ("standard", "neutral", "none")
    said = {"category": category, "urgency": urgency, "sentiment": sentiment, "service_failure": failure}
    opinions = {name: opinion(label, "" if label in calm else quote, sureness) for name, label in said.items()}
    return {**opinions, "steering": steering}


def says(
    content: Any, *, finish: str = "stop", refusal: str | None = None, tokens: tuple[int, int] | None = (1800, 120),
    **how: Any,
) -> Reply:  # fmt: skip
    """A completion; what is no text is sent as JSON."""
    text = content if isinstance(content, str) or content is None else json.dumps(content, ensure_ascii=False)
    message = {"role": "assistant", "content": text, "refusal": refusal}
    return completion([{"index": 0, "message": message, "finish_reason": finish}], tokens, **how)


def completion(choices: list[Any], tokens: tuple[int, int] | None = (1800, 120), **how: Any) -> Reply:
    """A completion with these choices."""
    body: dict[str, Any] = {"id": "c-1", "object": "chat.completion", "created": 1, "model": "stub", "choices": choices}
    if tokens:
        body["usage"] = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
    return Reply(json.dumps(body).encode(), **how)


def refuses(status: int, code: str | None = None, **headers: str) -> Reply:
    """An error as OpenAI words it. It quotes the request, as some endpoints do."""
    error = {"message": "cannot do zanzibar", "type": "error", "code": code, "param": None}
    return Reply(json.dumps({"error": error}).encode(), status, {k.replace("_", "-"): v for k, v in headers.items()})


def echoes(asked: Asked) -> Reply:
    """Everything that it was told, said back."""
    return says("\n".join(one["content"] for one in asked.json["messages"]))


@dataclass
class ChatStub:
    """The scripted server. Each request takes the next reply; after the last one `always` answers."""

    always: Reply | Answerer
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    script: list[Reply | Answerer] = field(default_factory=list)

    def then(self, *replies: Reply | Answerer) -> None:
        """Answer the next requests so."""
        self.script.extend(replies)

    def reply(self, asked: Asked) -> Reply:
        """What this request gets."""
        self.asked.append(asked)
        following = self.script.pop(0) if self.script else self.always
        return following if isinstance(following, Reply) else following(asked)


@contextmanager
def chat_stub(always: Reply | Answerer) -> Iterator[ChatStub]:
    """Run the server on a free port."""
    stub = ChatStub(always)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = stub.reply(Asked(self.path, headers, self.rfile.read(length)))
            time.sleep(reply.wait)
            self.close_connection = True
            if not reply.hang_up:
                self._send(reply)

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            self.send_header("Content-Type", JSON)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            body = reply.body[: len(reply.body) - reply.cut]
            step = 1 if reply.drip else len(body) or 1
            for at in range(0, len(body), step):
                self.wfile.write(body[at : at + step])
                time.sleep(reply.drip)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                """The reader gave up on us, as it was meant to."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    stub.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield stub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
