"""What a minute's scan costs against the number of open tickets, 20 of them due.

`scanned`, `bytes` and `read_units` are counted from what the index's queries evaluated: ceil(bytes / 4096) x 0.5 for
each query, as DynamoDB charges an eventually consistent read. The emulator's own figure is not true, and its time for
a query grows with the index, which it sorts at each question; so `ms_p50` is told without the time in which we
waited for those queries, and that time beside it.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from cli.bench.table import ListeningDesk, MovingClock, emulator, fill, make_table, ticket_state
from functions.sla_scan.chores import FOLLOWED
from shared.ports.delivery import Alert

OPEN = (1_000, 10_000, 100_000)
DUE = 20
_ROUNDS = 7
_NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
_ROOT = Path(__file__).resolve().parents[2]


def run() -> dict[str, Any]:
    """Measure each size in a process of its own, against one emulator."""
    rows = []
    with emulator():
        for count in OPEN:
            name = f"bench-{count}"
            make_table(name)
            _fill(name, count)
            rows.append(_measured(name, count))
    entry = rows[-1]["bytes"] // max(rows[-1]["scanned"], 1)
    counted = {name: rows[-1][name] for name in ("due", "scanned", "bytes", "read_units")}
    return {
        "rows": rows,
        "by_the_model": {"open": 1_000_000, **counted},
        "why": "a query by key evaluates what it returns, however many entries the index has; "
        f"an entry has {entry} bytes, so that a million of them take {entry / 1000:.2f} GB",
        "beside": "four reads of single items a run, and for each due ticket two reads, a lease and one transaction",
    }


def playbook_policy() -> Any:
    """The shipped policy."""
    from cli.playbook import load_playbook

    return load_playbook(_ROOT / "playbook", today=_NOON.date()).policy


def _fill(name: str, count: int) -> None:
    """All but 20 tickets are due later, spread over the next hours."""
    policy = playbook_policy()
    for number in range(0, count, 1000):
        numbers = range(number, min(number + 1000, count))
        fill(name, (ticket_state(n, policy, opened=_opened(n), now=_NOON) for n in numbers))


def _opened(number: int) -> datetime:
    """The first 20 pass their stage at noon; plan `team` has four hours, and the first stage after two."""
    return _NOON - timedelta(hours=2) if number < DUE else _NOON - timedelta(seconds=number % 7000)


def _measured(name: str, count: int) -> dict[str, Any]:
    program = f"import cli.bench.scan as bench; bench.print_scan({name!r}, {count})"
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ, capture_output=True, text=True, check=True, cwd=_ROOT
    )
    row: dict[str, Any] = json.loads(done.stdout)
    return row


def print_scan(name: str, count: int) -> None:
    """Scan the table some times, its due tickets put back in between, and print the row."""
    import resource

    from functions.sla_scan.service import sla_scan
    from shared.adapters.boto import client

    ledger = Ledger()
    ledger.listen(client("dynamodb"))
    clock, policy = MovingClock(_NOON), playbook_policy()
    ports = ports_on(name, policy, clock, ListeningDesk(_NOON - timedelta(hours=2), clock))
    sla_scan(lease="warm-up", ports=ports, time_left=lambda: True)
    milliseconds, waited, fired = [], [], []
    for turn in range(_ROUNDS):
        fill(name, (ticket_state(n, policy, opened=_opened(n), now=_NOON) for n in range(DUE)))
        ledger.forget()
        began = perf_counter()
        found = sla_scan(lease=f"turn-{turn}", ports=ports, time_left=lambda: True)
        milliseconds.append((perf_counter() - began) * 1000 - ledger.waited_ms)
        waited.append(ledger.waited_ms)
        fired.append(found.fired)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    row = {
        "open": count,
        "due": min(fired),
        "scanned": ledger.scanned,
        "bytes": ledger.bytes,
        "read_units": ledger.read_units,
        "ms_p50": round(median(milliseconds), 1),
        "ms_waiting": round(median(waited), 1),
        "rss_mb": round(peak / (1e6 if sys.platform == "darwin" else 1e3)),
    }
    print(json.dumps(row))


def ports_on(name: str, policy: Any, clock: MovingClock, desk: ListeningDesk) -> Any:
    """The scan's world: the stores as they are deployed, a desk that listens, alerts that go nowhere."""
    from functions.sla_scan.run import Ports
    from shared.adapters.dynamodb.facts import DynamoFactLog
    from shared.adapters.dynamodb.held_alerts import DynamoHeldAlerts
    from shared.adapters.dynamodb.loads import DynamoLoadBook
    from shared.adapters.dynamodb.marks import DynamoMarkStore
    from shared.adapters.dynamodb.policies import DynamoPolicyStore
    from shared.adapters.dynamodb.tickets import DynamoTicketStore

    policies = DynamoPolicyStore.connect(name)
    sha = policies.publish(policy)
    marks = DynamoMarkStore.connect(name)
    # The clocks were made by this policy; going through all of them is not what is measured.
    marks.put(FOLLOWED, f"{sha} done")
    return Ports(
        desk=lambda _: desk,  # type: ignore[arg-type,return-value]  # only what a scan asks of a desk
        tickets=DynamoTicketStore.connect(name),
        policies=policies,
        loads=DynamoLoadBook.connect(name),
        facts=DynamoFactLog.connect(name),
        marks=marks,
        alerts=Outbox(),
        held=DynamoHeldAlerts.connect(name),
        clock=clock,
    )


class Outbox:
    """Alerts that are kept and go nowhere."""

    def __init__(self) -> None:
        self.sent: list[Alert] = []

    def send(self, alert: Alert) -> None:
        """Keep it."""
        self.sent.append(alert)


class Ledger:
    """What the queries of a client evaluated, and how long they were waited for."""

    def __init__(self) -> None:
        self._began = 0.0
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.scanned, self.bytes, self.read_units, self.waited_ms = 0, 0, 0.0, 0.0

    def listen(self, dynamodb: Any) -> None:
        """Hear of every query of a client."""
        dynamodb.meta.events.register("before-call.dynamodb.Query", self._asked)
        dynamodb.meta.events.register("after-call.dynamodb.Query", self._answered)

    def _asked(self, **_: Any) -> None:
        self._began = perf_counter()

    def _answered(self, parsed: dict[str, Any], **_: Any) -> None:
        size = sum(_size(item) for item in parsed["Items"])
        self.waited_ms += (perf_counter() - self._began) * 1000
        self.scanned += parsed["ScannedCount"]
        self.bytes += size
        # An answer without items is charged like one of 4 KB.
        self.read_units += max(1, math.ceil(size / 4096)) * 0.5


def _size(item: dict[str, dict[str, str]]) -> int:
    """An entry of an index of keys: names and values in UTF-8."""
    return sum(len(name.encode()) + len(next(iter(value.values())).encode()) for name, value in item.items())
