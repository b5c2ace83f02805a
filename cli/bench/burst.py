"""1,000 webhooks at once, a tenth twice, a twentieth out of order: nothing lost, doubled, or past the boundary."""

from __future__ import annotations

import time
from typing import Any

from cli.bench.load import finish, running, write_at_pace

_WEBHOOKS = 1_000
_DUPLICATES = 0.10
_REORDERED = 0.05
_EVENTS_PER_TICKET = 2  # the desk tells of the ticket and of its first comment
_WAIT_SECONDS = 900.0


def run() -> dict[str, Any]:
    """Write as fast as the desk takes it, with the desk's deliveries doubled and reordered by a seeded share."""
    tickets = round(_WEBHOOKS / (1 + _DUPLICATES) / _EVENTS_PER_TICKET)
    with running(limited=False) as deployment:
        desk = deployment.desk
        # The plan's limits are what the latency benchmark is about; here the chain itself is under test.
        unlimited = {"requests_per_minute": None, "updates_per_minute": None, "exports_per_minute": None}
        desk.call("PUT", "/limits", unlimited)
        finish(deployment, write_at_pace(desk, 10, 5.0), seconds=120.0)
        before = len(desk.call("GET", "/deliveries?limit=100000")["deliveries"])
        disorder = {"duplicate_share": _DUPLICATES, "reorder_share": _REORDERED, "reorder_seconds": 2.0, "seed": 7}
        desk.call("PUT", "/delivery", disorder)
        began = time.monotonic()
        sent = write_at_pace(desk, tickets, per_second=1_000.0)
        outcome = finish(deployment, sent, seconds=_WAIT_SECONDS)
        seconds = time.monotonic() - began
        deliveries = desk.call("GET", "/deliveries?limit=100000")["deliveries"]
    row = {
        "webhooks": len(deliveries) - before,
        "tickets": len(sent),
        "duplicates": sum(1 for one in deliveries if one["kind"] == "duplicate"),
        "lost": len(outcome.lost),
        "noted_twice": len(outcome.noted_twice),
        "past_the_boundary": len(outcome.misplaced),
        "seconds": round(seconds, 1),
        "tickets_per_s": round(len(sent) / seconds, 1),
    }
    return {"rows": [row]}
