"""Figures from the literature, and changes that are none."""

from __future__ import annotations

import pytest

from shared.domain.noise import Change, count_change, proportion, share_change, spread, times_change


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # The last three: Newcombe 1998, Statistics in Medicine 17:857, table I, method 3.
    [(8, 10, 0.4902, 0.9433), (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)],
)
def test_the_interval_of_a_share_is_wilsons(hits, n, low, high):
    found = proportion(hits, n)
    assert (found.low, found.high) == (pytest.approx(low, abs=2e-4), pytest.approx(high, abs=2e-4))


def test_a_share_of_nothing_is_unknown():
    assert proportion(0, 0).share is None


@pytest.mark.parametrize(
    ("now", "before", "change"),
    # Newcombe 1998, Statistics in Medicine 17:873: 56/70 against 48/80 is 0.0524 to 0.3339, 5/56 against 0/29 is
    # -0.0381 to 0.1926.
    [
        ((56, 70), (48, 80), Change.UP),
        ((48, 80), (56, 70), Change.DOWN),
        ((5, 56), (0, 29), Change.NOISE),
        ((1, 1), (0, 1), Change.NOISE),
        ((3, 3), (0, 0), Change.UNKNOWN),
        ((0, 0), (3, 3), Change.UNKNOWN),
    ],
)
def test_a_share_moved_only_if_the_interval_of_the_difference_leaves_zero_out(now, before, change):
    assert share_change(proportion(*now), proportion(*before)) is change


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [
        (0, 0, Change.NOISE),
        (5, 0, Change.NOISE),  # 2 * 1/32 = 0.0625
        (6, 0, Change.UP),  # 2 * 1/64 = 0.031
        (0, 6, Change.DOWN),
        (110, 100, Change.NOISE),
        (150, 100, Change.UP),
        (10_100, 10_000, Change.NOISE),
        (10_400, 10_000, Change.UP),
        (7, None, Change.UNKNOWN),
    ],
)
def test_a_count_moved_only_if_chance_would_rarely_split_it_so(now, before, change):
    assert count_change(now, before) is change


def test_the_approximation_for_large_counts_continues_the_exact_one():
    verdicts = [count_change(500 + more, 500 - more) for more in range(60)]  # 1,000 events, exactly
    larger = [count_change(500 + more, 501 - more) for more in range(60)]  # 1,001, approximately
    assert abs(verdicts.index(Change.UP) - larger.index(Change.UP)) <= 1


def test_the_ninetieth_percentile_is_a_value_that_occurred():
    found = spread([float(minutes) for minutes in range(1, 11)])
    assert (found.n, found.average, found.median, found.p90) == (10, 5.5, 5.5, 9.0)
    assert spread([7.0]).p90 == 7.0
    assert spread([]).median is None


@pytest.mark.parametrize(
    ("now", "other", "change"),
    [
        (range(30, 60), range(30), Change.UP),
        (range(30), range(30, 60), Change.DOWN),
        ([*range(30), 100_000], range(30), Change.NOISE),  # one night makes an average and no difference
        ([5.0] * 20, [5.0] * 20, Change.NOISE),
        (range(100, 109), range(30), Change.UNKNOWN),
    ],
)
def test_times_differ_only_if_most_of_them_do(now, other, change):
    assert times_change(now, other) is change


def test_the_rank_sum_draws_its_line_where_the_tables_do():
    # Ten against ten: by the tables of Mann and Whitney a smaller U of at most 23 is beyond chance (5 %, two-sided).
    ten = [float(place) for place in range(10)]
    inside = [-0.5, 0.5, 1.5, *[20.0 + more for more in range(7)]]  # the smaller U is 100 - (0 + 1 + 2 + 70) = 27
    assert times_change(inside, ten) is Change.NOISE
    beyond = [0.5, 1.5, *[20.0 + more for more in range(8)]]  # 100 - (1 + 2 + 80) = 17
    assert times_change(beyond, ten) is Change.UP
