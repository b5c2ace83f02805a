"""Six hours without a scan, 5,000 tickets due: verdicts and one alert a run, and the desk told at its own pace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

from cli.bench.scan import ports_on
from cli.bench.table import ListeningDesk, MovingClock, emulator, fill, make_table, ticket_state
from shared.domain.facts import FactKind

TICKETS = 5_000
_RUN_SECONDS = 35.0  # what a run of 55 seconds has before it leaves the rest to the next
_MOST_RUNS = 12
_WATCHED_MINUTES = 5  # of the hour and more in which the desk is told
_NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def run() -> dict[str, Any]:
    """Scan once a minute until nothing is left to record, then watch the desk for some minutes."""
    from cli.bench.scan import playbook_policy
    from functions.sla_scan.service import sla_scan

    name, policy = "bench-catchup", playbook_policy()
    opened = _NOON - timedelta(hours=9)  # plan `team`: due five hours ago
    clock = MovingClock(_NOON)
    with emulator():
        make_table(name)
        before = opened + timedelta(minutes=1)
        fill(name, (ticket_state(number, policy, opened=opened, now=before) for number in range(TICKETS)))
        desk = ListeningDesk(opened, clock)
        ports = ports_on(name, policy, clock, desk)
        rows = []
        for number in range(1, _MOST_RUNS + 1):
            began = perf_counter()
            left = lambda: perf_counter() - began < _RUN_SECONDS  # noqa: B023, E731  # used within this turn only
            found = sla_scan(lease=f"run-{number}", ports=ports, time_left=left)
            rows.append(
                {
                    "run": number,
                    "recorded": found.fired,
                    "digests": found.digests,
                    "shown": found.shown,
                    "seconds": round(perf_counter() - began, 1),
                    "complete": found.complete,
                }
            )
            clock.forward(timedelta(minutes=1))
            if found.complete and found.fired == 0 and number >= _WATCHED_MINUTES:
                break
        facts = ports.facts.between(opened.date(), _NOON.date())
        breached = {fact.key for fact in facts if fact.kind is FactKind.SLA_BREACH}
    recording = [row for row in rows if row["recorded"]]
    return {
        "rows": rows,
        "tickets": TICKETS,
        "runs_until_recorded": len(recording),
        "breaches_recorded": len(breached),
        "alerts": len(ports.alerts.sent),
        "desk_writes_in_a_minute_at_most": max(desk.writes.values(), default=0),
        "desk_writes_per_minute_allowed": policy.sla.desk_writes_per_minute,
        "minutes_until_the_desk_knows_all": round(TICKETS / policy.sla.desk_writes_per_minute),
    }
