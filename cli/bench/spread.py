"""How evenly tickets are given out: 1,000 that all stay open, and a week of tickets that come and are solved."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from shared.domain.assignment import Load, Wanted, choose, week_of
from shared.domain.policy_parts import Agent, Routing

TICKETS = 1_000
_TEAM = 8
_MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
_ALL_DAY = {
    "time_zone": "UTC",
    "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    "from": "00:00",
    "to": "24:00",
}


def run() -> dict[str, Any]:
    """Give out tickets as route does, by the loads that there are at the moment."""
    return {"rows": [_row("all stay open", solved=False), _row("solved within two days", solved=True)]}


def _row(what: str, *, solved: bool) -> dict[str, Any]:
    random, routing = Random(7), Routing(fallback_queue="all")
    team = [_agent(f"agent{number}@example.com") for number in range(_TEAM)]
    given: Counter[str] = Counter()
    open_ones: list[tuple[datetime, str]] = []
    for number in range(TICKETS):
        now = _MONDAY + timedelta(days=7) * number / TICKETS
        open_ones = [(until, who) for until, who in open_ones if until > now]
        carried = Counter(who for _, who in open_ones)
        loads = {one.email: Load(tickets=carried[one.email], week=given[one.email]) for one in team}
        who = choose(Wanted(queue="all", language="en"), team, loads, routing, now=now).agent or ""
        given[who] += 1
        lasts = timedelta(hours=random.uniform(0.2, 48)) if solved else timedelta(days=99)
        open_ones.append((now + lasts, who))
    carried = Counter(who for _, who in open_ones)
    return {
        "tickets": TICKETS,
        "what": what,
        "agents": _TEAM,
        "week": week_of(_MONDAY, "UTC"),
        "given_least": min(given.values()),
        "given_most": max(given.values()),
        "spread_of_the_week": max(given.values()) - min(given.values()),
        "spread_of_open": max(carried.values()) - min(carried[one.email] for one in team),
    }


def _agent(email: str) -> Agent:
    shift = {"email": email, "name": email, "queues": ["all"], "shift": _ALL_DAY, "max_open": TICKETS}
    return Agent.model_validate(shift)
