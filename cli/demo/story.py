"""The demo's story: who writes what, and how each request reaches the desk."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cli.local.sandbox import Sandbox

FOLDER = Path(__file__).resolve().parents[2] / "demo"
_PACE_SECONDS = 0.2  # five requests a second
_CHAT_ENDED = timedelta(seconds=30)  # a desk files a chat when it is over


@dataclass(frozen=True)
class Sent:
    """A request that became a ticket.

    Attributes:
        expected: what a reader of the request would say; shown, never used to decide.
    """

    request: str
    ticket: str
    channel: str
    expected: dict[str, Any]


def read_lines(name: str) -> list[dict[str, Any]]:
    """A file of the demo's folder, a JSON document a line."""
    with (FOLDER / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def register_customers(desk: Sandbox) -> dict[str, int]:
    """Make the customers known on the desk; answers their ids by key."""
    ids = {}
    for customer in read_lines("customers.jsonl"):
        body = {name: customer[name] for name in ("name", "email", "plan", "mrr", "signed_up", "seats", "renewal_date")}
        made = desk.call("POST", "/customers", {**body, "organization": customer["company"]})
        ids[customer["key"]] = made["customer"]["id"]
    return ids


def send(desk: Sandbox, requests: Iterable[dict[str, Any]], customers: dict[str, int]) -> Iterator[Sent]:
    """Let the customers write, five a second, each request in its own way; yields those that are tickets."""
    for request in requests:
        began = time.monotonic()
        how = _DELIVER.get(request["deliver"], write)
        sent = how(desk, request, customers)
        if sent is not None:
            yield sent
        time.sleep(max(0.0, _PACE_SECONDS - (time.monotonic() - began)))


def write(desk: Sandbox, request: dict[str, Any], customers: dict[str, int]) -> Sent:
    """A customer writes one request."""
    body = {
        "customer": customers[request["customer"]],
        "subject": request["subject"],
        "body": request["body"],
        "channel": request["channel"],
    }
    if request["channel"] == "chat":
        body["created_at"] = (datetime.now(UTC) - _CHAT_ENDED).isoformat()
    if "minutes_ago" in request:
        body["created_at"] = (datetime.now(UTC) - timedelta(minutes=request["minutes_ago"])).isoformat()
    ticket = desk.call("POST", "/tickets", body)["ticket"]
    return Sent(request["id"], str(ticket["id"]), request["channel"], request.get("expect", {}))


def _write_twice(desk: Sandbox, request: dict[str, Any], customers: dict[str, int]) -> Sent:
    """The desk delivers every event of this ticket a second time, as desks do."""
    sent = write(desk, request, customers)
    for delivery in desk.call("GET", f"/deliveries?ticket_id={sent.ticket}")["deliveries"]:
        desk.call("POST", f"/deliveries/{delivery['id']}/again", {"new_invocation": False})
    return sent


def _forge(desk: Sandbox, request: dict[str, Any], customers: dict[str, int]) -> None:
    """A stranger posts to the webhook what the desk has posted before, without knowing the secret."""
    desk.call("POST", f"/deliveries/{_newest(desk)}/forge", {})


def _break(desk: Sandbox, request: dict[str, Any], customers: dict[str, int]) -> None:
    """A genuine webhook whose body was cut off on its way."""
    delivery = desk.call("GET", f"/deliveries/{_newest(desk)}")["delivery"]
    half = delivery["body"][: len(delivery["body"]) // 2]
    desk.call(
        "POST", "/deliveries/raw", {"body": half, "signature": "good", "desk": desk.name, "type": delivery["type"]}
    )


def _newest(desk: Sandbox) -> int:
    """The number of the newest webhook that the desk sent by itself."""
    return int(desk.call("GET", "/deliveries?kind=event&limit=1")["deliveries"][0]["id"])


_DELIVER: dict[str, Callable[[Sandbox, dict[str, Any], dict[str, int]], Sent | None]] = {
    "duplicate": _write_twice,
    "forged": _forge,
    "broken": _break,
}
