"""Our share of a desk's limits, on a table that counts as DynamoDB does."""

from __future__ import annotations

from collections import Counter, deque
from threading import Lock
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.adapters.dynamodb.budget import BLOCK, PATIENCE, SHARE, DynamoBudget, Window
from shared.adapters.dynamodb.keys import Key
from shared.domain.errors import DeskRateLimited


class Counting:
    """The one request that a budget makes of the table."""

    def __init__(self) -> None:
        self.used: Counter[Key] = Counter()
        self.writes = 0
        self._lock = Lock()

    def add_within(self, key: Key, attribute: str, amount: int, most: int, attributes: Any) -> bool:
        with self._lock:
            self.writes += 1
            if self.used[key] + amount > most:
                return False
            self.used[key] += amount
            return True


class Watch:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def budget(table: Counting, watch: Watch, **limits: float) -> DynamoBudget:
    return DynamoBudget(table, "acme", limits, clock=watch, sleep=watch.sleep)


@settings(max_examples=30, deadline=None)
@given(
    per_minute=st.sampled_from([10, 20, 50, 200, 400]),
    pauses=st.lists(st.floats(0, 20), min_size=30, max_size=120),
)
def test_no_minute_whatsoever_sees_more_than_our_share(per_minute: int, pauses: list[float]):
    table, watch = Counting(), Watch()
    processes = [budget(table, watch, requests=per_minute) for _ in range(4)]
    sent: deque[float] = deque()
    for turn, pause in enumerate(pauses):
        watch.now += pause
        for process in processes:
            try:
                process.take(1)
            except DeskRateLimited:
                continue
            sent.append(watch.now)
            lately = [at for at in sent if at > watch.now - 60]
            assert len(lately) <= max(per_minute * SHARE, 1), turn


def test_a_block_is_taken_at_once_and_used_up_before_the_next():
    table, watch = Counting(), Watch()
    ours = budget(table, watch, requests=400)
    for _ in range(BLOCK):
        ours.take(1)
    assert table.writes == 1
    ours.take(1)
    assert table.writes == 2


def test_who_finds_it_used_up_waits_for_the_next_window_and_then_gives_back():
    table, watch = Counting(), Watch()
    window = Window.of(400)
    first, second = budget(table, watch, requests=400), budget(table, watch, requests=400)
    for _ in range(window.most):
        first.take(1)
    before = watch.now
    second.take(1)
    assert 0 < watch.now - before <= PATIENCE


def test_a_limit_of_few_is_counted_by_the_minute_and_says_when_to_come_back():
    table, watch = Counting(), Watch()
    ours = budget(table, watch, exports=10)
    for _ in range(Window.of(10).most):
        ours.take(1, "exports")
    with pytest.raises(DeskRateLimited) as limited:
        ours.take(1, "exports")
    assert limited.value.retry_after is not None
    assert PATIENCE < limited.value.retry_after <= 120


def test_a_lane_counts_beside_all_requests():
    table, watch = Counting(), Watch()
    ours = budget(table, watch, requests=400, updates=100)
    ours.take(1, "updates")
    ours.take(1)
    assert {key.pk for key in table.used} == {"RATE#acme#updates", "RATE#acme#requests"}


def test_a_request_may_count_several_units():
    table, watch = Counting(), Watch()
    ours = budget(table, watch, requests=400)
    ours.take(2)
    ours.take(2)
    assert sum(table.used.values()) == BLOCK


def test_what_the_set_up_could_not_tell_is_free():
    table, watch = Counting(), Watch()
    budget(table, watch).take(1, "updates")
    budget(table, watch, requests=0).take(1)
    assert table.writes == 0


def test_a_request_larger_than_a_window_is_let_through_all_the_same():
    table, watch = Counting(), Watch()
    budget(table, watch, requests=2).take(9)
