"""Our share of a desk's limits, on a table that counts as DynamoDB does."""

from __future__ import annotations

from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.adapters.dynamodb.budget import PATIENCE, SHARE, DynamoBudget
from shared.adapters.dynamodb.keys import Key
from shared.adapters.dynamodb.table import Only
from shared.domain.errors import DeskRateLimited
from tests.fakes.counting import Counting


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


def test_a_take_is_one_write_and_a_bucket_one_read():
    table, watch = Counting(), Watch()
    ours = budget(table, watch, requests=400)
    for _ in range(5):
        ours.take(1)
    assert (table.reads, table.writes) == (1, 5)
    watch.now += 5
    ours.take(1)
    assert (table.reads, table.writes) == (2, 6)


def test_all_of_it_may_be_used_at_once_and_then_nothing_for_a_minute():
    table, watch = Counting(), Watch()
    ours, theirs = budget(table, watch, requests=400), budget(table, watch, requests=400)
    for _ in range(160):
        ours.take(1)
        theirs.take(1)
    with pytest.raises(DeskRateLimited) as limited:
        ours.take(1)
    assert limited.value.retry_after is not None
    assert 55 < limited.value.retry_after < 75
    watch.now += limited.value.retry_after
    ours.take(1)


def test_who_finds_it_used_up_shortly_before_there_is_room_waits_for_it():
    table, watch = Counting(), Watch()
    ours = budget(table, watch, exports=10)
    for _ in range(8):
        ours.take(1, "exports")
    watch.now += 69
    before = watch.now
    ours.take(1, "exports")
    assert 0 < watch.now - before <= PATIENCE


def test_who_is_always_beaten_to_it_comes_back_soon():
    class Busy(Counting):
        def change(self, key: Key, expression: str, only: Only) -> bool:
            return False

    with pytest.raises(DeskRateLimited) as limited:
        budget(Busy(), Watch(), requests=400).take(1)
    assert limited.value.retry_after is not None
    assert limited.value.retry_after <= 2


def test_a_lane_counts_beside_all_requests():
    table, watch = Counting(), Watch()
    ours = budget(table, watch, requests=400, updates=100)
    ours.take(1, "updates")
    ours.take(1)
    assert table.used().keys() == {"RATE#acme#updates", "RATE#acme#requests"}


def test_a_request_may_count_several_units():
    table, watch = Counting(), Watch()
    ours = budget(table, watch, requests=400)
    ours.take(2)
    ours.take(2)
    assert table.used() == {"RATE#acme#requests": 4}


def test_what_the_set_up_could_not_tell_is_free():
    table, watch = Counting(), Watch()
    budget(table, watch).take(1, "updates")
    budget(table, watch, requests=0).take(1)
    assert table.writes == 0


def test_a_request_larger_than_the_limit_is_let_through_all_the_same():
    table, watch = Counting(), Watch()
    budget(table, watch, requests=2).take(9)
