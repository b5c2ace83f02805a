"""What the demo's customers asked before Firstline came: answered, solved, and with promises in the answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from cli.demo.story import read_lines
from cli.local.sandbox import Sandbox

_ALL = 1_000  # webhooks that are kept back: nobody listened then
_ANSWERED_AFTER = timedelta(minutes=40)


def tell_earlier(desk: Sandbox, customers: dict[str, int]) -> None:
    """Put the earlier tickets on the desk without telling anybody of them."""
    desk.call("PUT", "/delivery", {"drop_next": _ALL})
    try:
        for row in read_lines("earlier.jsonl"):
            _tell(desk, row, customers)
    finally:
        desk.call("PUT", "/delivery", {"drop_next": 0})


def _tell(desk: Sandbox, row: dict[str, Any], customers: dict[str, int]) -> None:
    asked = datetime.now(UTC) - timedelta(days=row["days_ago"])
    message = {"subject": row["subject"], "body": row["body"], "created_at": asked.isoformat()}
    ticket = desk.call("POST", "/tickets", {**message, "customer": customers[row["customer"]], "channel": "email"})
    answered = {"created_at": (asked + _ANSWERED_AFTER).isoformat(), "agent": row["agent"], "body": row["answer"]}
    id = ticket["ticket"]["id"]
    desk.call("POST", f"/tickets/{id}/agent-reply", answered)
    desk.call("POST", f"/tickets/{id}/solve", {"agent": row["agent"]})
