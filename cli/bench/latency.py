"""Accepted webhook to note on the desk, warm, at five tickets a second; and to the alerts that go out at triage."""

from __future__ import annotations

from typing import Any

from cli.bench.alerting import measure
from cli.bench.load import finish, running, write_at_pace
from cli.demo.outcome import within

_WARM_UP = 20
_COUNT = 150
_PER_SECOND = 5.0


def run() -> dict[str, Any]:
    """Measure on a stack of its own, the sandbox granting Zendesk's High Volume limits."""
    with running() as deployment:
        finish(deployment, write_at_pace(deployment.desk, _WARM_UP, _PER_SECOND), seconds=120.0)
        alerts = measure(deployment)
        outcome = finish(deployment, write_at_pace(deployment.desk, _COUNT, _PER_SECOND), seconds=180.0)
    rows = [_row("any note", outcome.seconds), _row("a draft", outcome.draft_seconds)]
    return {
        "rows": rows,
        "per_second": _PER_SECOND,
        "lost": len(outcome.lost),
        "alerts by mail, one ticket at a time": alerts,
        "warm_up": f"{_WARM_UP} tickets, not counted",
    }


def _row(note: str, seconds: list[float]) -> dict[str, Any]:
    percentiles = {f"p{share}_s": within(seconds, share) for share in (50, 95, 99)}
    return {"note": note, "tickets": len(seconds), **percentiles}
