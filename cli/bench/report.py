"""The weekly report over many tickets: time and memory of reading facts, counting, and rendering.

Facts are parsed from JSON one by one, as the store hands them over. Each size runs in a process of its own. Lambda
allows 15 minutes; the function has 3,008 MB.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
SIZES = ((10_000, 1), (10_000, 9), (100_000, 1))
"""Tickets a week, and weeks: the one reported and those before it that are compared with."""

_MONDAY = datetime(2026, 11, 15, 23, tzinfo=UTC)  # of week 47, in Berlin
_WEEK = "2026-W47"
_RULES = ("unhappy_customer", "service_failure", "long_standing_complaint")


def run() -> dict[str, Any]:
    """Measure each size."""
    rows = [_measured(tickets, weeks) for tickets, weeks in SIZES]
    most = max(row["rss_mb"] for row in rows)
    return {
        "rows": rows,
        "limits": "900 s and 3,008 MB",
        "inside": bool(most < 3008 and all(row["seconds"] < 900 for row in rows)),
    }


def _measured(tickets: int, weeks: int) -> dict[str, Any]:
    program = f"import cli.bench.report as bench; bench.print_report({tickets}, {weeks})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=_ROOT)
    row: dict[str, Any] = json.loads(done.stdout)
    return row


def print_report(tickets: int, weeks: int) -> None:
    """Make the report of one size and print its row."""
    import resource

    from cli.bench.scan import playbook_policy
    from shared.adapters.report_page.page import MjmlReportPage
    from shared.domain.facts import Fact
    from shared.domain.report_numbers import count_week, queue_names
    from shared.domain.week import Week

    policy = playbook_policy()
    began = perf_counter()
    facts = [Fact.model_validate_json(line) for line in stored(tickets, weeks)]
    parsed = perf_counter()
    cut_off = _MONDAY + timedelta(days=7, hours=8)
    report = count_week(facts, Week(name=_WEEK), policy=policy, cut_off=cut_off)
    counted = perf_counter()
    rendered = MjmlReportPage().render(report, queue_names(policy))
    done = perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    row = {
        "tickets": report.total.tickets,
        "weeks": weeks,
        "facts": len(facts),
        "read_s": round(parsed - began, 1),
        "count_s": round(counted - parsed, 1),
        "render_s": round(done - counted, 1),
        "seconds": round(done - began, 1),
        "rss_mb": round(peak / (1e6 if sys.platform == "darwin" else 1e3)),
        "html_kb": round(len(rendered.html.encode()) / 1000),
    }
    print(json.dumps(row))


def stored(tickets: int, weeks: int) -> Iterator[str]:
    """Facts as JSON, five or six for each ticket: opened, triaged, noted, answered, resolved, some rated or late."""
    chance = random.Random(4)
    for week in range(weeks):
        start = _MONDAY - timedelta(weeks=week)
        for number in range(tickets):
            yield from _ticket(f"{week}-{number}", start + timedelta(seconds=chance.random() * 6.9 * 86400), chance)


def _ticket(id: str, opened: datetime, chance: random.Random) -> Iterator[str]:
    category = chance.choice(("billing", "technical", "feature_request", "complaint", "other"))
    since, agent = {"opened_at": opened.isoformat()}, f"agent{chance.randrange(200)}"
    answered = opened + timedelta(minutes=chance.expovariate(1 / 120))
    bounded = chance.random() < 0.4
    yield _fact(id, "opened", opened, channel="email", plan="team", customer=f"c{chance.randrange(50_000)}")
    cause = "bounded" if bounded else ""
    yield _fact(id, "triaged", opened, category=category, queue="front_desk", cause=cause, agent=agent)
    if bounded:
        yield _fact(id, "briefed", opened, cause="bounded", rules=chance.choice(_RULES))
    else:
        yield _fact(id, "drafted", opened, resolution=f"answer-{chance.randrange(60)}")
    yield _fact(id, "first_response", answered, used_draft=chance.choice(("yes", "edited", "no")), agent=agent, **since)
    yield _fact(id, "resolved", answered + timedelta(hours=2), **since)
    if chance.random() < 0.2:
        yield _fact(id, "rated", answered + timedelta(hours=3), rating=chance.choice(("good", "good", "bad")))
    if chance.random() < 0.1:
        yield _fact(id, "sla_breach", opened + timedelta(minutes=30), target="first_response", queue="front_desk")


def _fact(id: str, kind: str, at: datetime, **detail: str) -> str:
    key, moment = {"desk": "zendesk", "id": id}, at.isoformat()
    return json.dumps({"kind": kind, "key": key, "at": moment, "recorded_at": moment, "detail": detail})
