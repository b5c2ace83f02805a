"""The budget on a real table, under eight processes that all want more than there is."""

from __future__ import annotations

import time
from bisect import bisect_right
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import pytest

from shared.adapters.dynamodb.budget import SHARE, DynamoBudget, Window
from shared.domain.errors import DeskRateLimited
from tests.emulator import Emulator

pytestmark = [pytest.mark.integration, pytest.mark.slow]
_PROCESSES, _SECONDS, _LIMIT = 8, 12.0, 400


def test_eight_who_want_more_never_pass_the_limit_together(emulator: Emulator) -> None:
    name = emulator.table_name()
    until = time.time() + _SECONDS

    def want(_: int) -> tuple[list[float], list[float]]:
        from shared.adapters.dynamodb.table import Table

        ours = DynamoBudget(Table(emulator.client("dynamodb"), name), "acme", {"requests": _LIMIT})
        taken, took = [], []
        while time.time() < until:
            began = time.perf_counter()
            try:
                ours.take(1)
            except DeskRateLimited:
                continue
            took.append(time.perf_counter() - began)
            taken.append(time.time())
        return taken, took

    emulator.client("dynamodb")
    with ThreadPoolExecutor(_PROCESSES) as pool:
        told = list(pool.map(want, range(_PROCESSES)))
    taken = sorted(at for times, _ in told for at in times)
    took = sorted(seconds for _, all_of_it in told for seconds in all_of_it if seconds < 1)
    window = Window.of(_LIMIT)
    most = max(bisect_right(taken, at + window.seconds) - place for place, at in enumerate(taken))
    print(f"{len(taken)} taken in {_SECONDS:g} s by {_PROCESSES}; most in any {window.seconds} s: {most}")
    print(f"a take: median {median(took) * 1000:.2f} ms, p95 {took[int(len(took) * 0.95)] * 1000:.1f} ms, waits apart")
    # Any stretch as long as a window touches two of them.
    assert most <= 2 * window.most
    assert len(taken) <= _LIMIT * SHARE * (_SECONDS + 2 * window.seconds) / 60 + window.most
