"""The budget on a real table, under eight processes that all want more than there is."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import pytest

from shared.adapters.dynamodb.budget import SHARE, DynamoBudget
from shared.domain.errors import DeskRateLimited
from tests.emulator import Emulator

pytestmark = [pytest.mark.integration, pytest.mark.slow]
_PROCESSES, _SECONDS, _LIMIT = 8, 20.0, 400


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
    print(f"{len(taken)} taken in {taken[-1] - taken[0]:.1f} s by {_PROCESSES}, of {_LIMIT * SHARE:g} in a minute")
    print(f"a take: median {median(took) * 1000:.2f} ms, p95 {took[int(len(took) * 0.95)] * 1000:.1f} ms, waits apart")
    assert len(taken) == _LIMIT * SHARE
