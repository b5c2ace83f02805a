"""20,000 random ticket lives, by our clocks and by stepping minute by minute: do they ever differ?"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from time import perf_counter
from typing import Any

from cli.bench.lives import Life, Told, any_life, live, settings
from cli.bench.slow_clock import OpenMinutes, SlowClock, judge
from shared.domain.ticket_state import Clock

LIVES = 20_000
_SEED = 20_261_125


def run() -> dict[str, Any]:
    """Compare them all, and show the first that differs."""
    began = perf_counter()
    clocks, found = compare(LIVES, seed=_SEED)
    row = {"lives": LIVES, "clocks": clocks, "differences": len(found), "seconds": round(perf_counter() - began, 1)}
    return {"rows": [row], "first": found[:3], "seed": _SEED}


def compare(lives: int, *, seed: int) -> tuple[int, list[str]]:
    """How many clocks were compared, and what was different, in words."""
    random = Random(seed)
    policies, minutes = settings(random), OpenMinutes()
    clocks, found = 0, []
    for number in range(lives):
        life = any_life(random, len(policies))
        told = live(life, policies)
        expected, scans = judge(life, policies, minutes)
        clocks += len(expected)
        found += [f"life {number} of seed {seed}: {fault}" for fault in _differences(life, told, expected, scans)]
    return clocks, found


def _differences(life: Life, told: Told, expected: list[SlowClock], scans: list[int]) -> list[str]:
    faults = []
    known = set(told.clocks)
    for slow in expected:
        begins = _moment(life, slow.start)
        ours = told.clocks.get((slow.target, begins))
        if ours is None:
            faults.append(f"{slow.target} from {begins} is missing")
            continue
        known.discard((slow.target, begins))
        faults += [f"{slow.target} from {begins}: {fault}" for fault in _apart(life, ours, slow, scans)]
    faults += [f"{target} from {begins} should not be" for target, begins in known]
    if len(life.policies) == 1:
        missed = {(slow.target, _moment(life, slow.due)) for slow in expected if _missed(slow, scans) and slow.due}
        if missed != set(told.breaches):
            faults.append(f"missed {sorted(missed)}, told {sorted(set(told.breaches))}")
    return faults


def _apart(life: Life, ours: Clock, slow: SlowClock, scans: list[int]) -> list[str]:
    """How our clock differs from the oracle's."""
    stop = _moment(life, slow.stop) if slow.stop is not None else None
    due = _moment(life, slow.due) if slow.due is not None else None
    faults = [] if ours.stopped_at == stop else [f"stopped at {ours.stopped_at}, not {stop}"]
    late = due is not None and stop is not None and stop > due
    if stop is not None and (ours.due_at < stop) != late:
        faults.append(f"due {ours.due_at}, not {due}, stopped {stop}")
    reached = due is not None and (stop is None or late)
    if reached and ours.due_at != due:
        faults.append(f"due {ours.due_at}, not {due}")
    if due is None and stop is None and ours.paused_at is None and ours.due_at < _moment(life, 45 * 1440):
        faults.append(f"due {ours.due_at}, and the oracle finds no deadline")
    if len(life.policies) == 1:
        passed = {name for name, minute in slow.stages.items() if _scanned(slow, minute, scans)}
        if passed != set(ours.fired):
            faults.append(f"recorded {sorted(ours.fired)}, not {sorted(passed)}")
        if len(ours.fired) != len(set(ours.fired)):
            faults.append(f"recorded a stage twice: {ours.fired}")
    return faults


def _scanned(slow: SlowClock, minute: int, scans: list[int]) -> bool:
    return any(minute <= scan and (slow.stop is None or scan < slow.stop) for scan in scans if scan >= slow.start)


def _missed(slow: SlowClock, scans: list[int]) -> bool:
    if slow.due is None:
        return False
    return any(slow.due < stop for stop in slow.stops) or _scanned(slow, slow.due, scans)


def _moment(life: Life, minute: int) -> datetime:
    return life.beginning + timedelta(minutes=minute)
