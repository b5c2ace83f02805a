"""500 tickets due, two scans at once on one table, one of them killed halfway: what was recorded in the end."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

from cli.bench.scan import Outbox, playbook_policy, ports_on
from cli.bench.table import DESK, ListeningDesk, MovingClock, emulator, fill, make_table, ticket_state
from shared.domain.facts import FactKind
from shared.domain.ticket import TicketKey

TICKETS = 500
_KILLED_AT = TICKETS // 2
_NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
_MOST_RUNS = 5


class _Killed(BaseException):
    """The process ended here: no `except Exception` hears of it."""


class _KilledHalfway:
    """A store under whose n-th record of a stage the process ends."""

    def __init__(self, tickets: Any) -> None:
        self._tickets = tickets
        self._left = _KILLED_AT

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tickets, name)

    def put_stages(self, *given: Any) -> Any:
        """Record, or end."""
        self._left -= 1
        if self._left < 0:
            raise _Killed
        return self._tickets.put_stages(*given)


def run() -> dict[str, Any]:
    """Let the two meet, then scan on alone each minute as the schedule does, and count."""
    from functions.sla_scan.service import Ports, sla_scan

    name, policy, clock = "bench-twice", playbook_policy(), MovingClock(_NOON)
    opened = _NOON - timedelta(hours=9)  # plan `team`: every stage of the first response has passed
    with emulator():
        make_table(name)
        before = opened + timedelta(minutes=1)
        fill(name, (ticket_state(number, policy, opened=opened, now=before) for number in range(TICKETS)))
        outbox = Outbox()
        ports: Ports = replace(ports_on(name, policy, clock, ListeningDesk(opened, clock)), alerts=outbox)
        start = Barrier(2)

        def scan(lease: str, given: Ports) -> int | None:
            start.wait()
            try:
                return sla_scan(lease=lease, ports=given, time_left=lambda: True).fired
            except _Killed:
                return None

        dying = replace(ports, tickets=_KilledHalfway(ports.tickets))
        with ThreadPoolExecutor(2) as pool:
            killed, lived = pool.map(scan, ("dies", "lives"), (dying, ports))
        alone = 0
        for _ in range(_MOST_RUNS):
            clock.forward(timedelta(minutes=1))
            alone += sla_scan(lease="alone", ports=ports, time_left=lambda: True).fired
        return {"rows": [_row(ports, opened, killed, lived, alone)], "alerts": len(outbox.sent)}


def _row(ports: Any, opened: datetime, killed: int | None, lived: int | None, alone: int) -> dict[str, Any]:
    per_ticket = [
        Counter((mark.target, mark.stage) for mark in ports.tickets.stages(TicketKey(desk=DESK, id=str(number))))
        for number in range(TICKETS)
    ]
    wanted = set().union(*per_ticket)
    breaches = Counter(
        fact.key for fact in ports.facts.between(opened.date(), _NOON.date()) if fact.kind is FactKind.SLA_BREACH
    )
    return {
        "due": TICKETS,
        "one_was_killed": killed is None,
        "by_the_other": lived,
        "by_the_next_runs": alone,
        "stages_each": len(wanted),
        "missed": sum(len(wanted - marks.keys()) for marks in per_ticket),
        "recorded_twice": sum(count - 1 for marks in per_ticket for count in marks.values()),
        "breach_facts": sum(breaches.values()),
    }
