"""Spikes: exact for small counts, blind to drifts and to one customer's many mails, told once."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.spikes import Event, Season, at_least, discoveries, look
from shared.domain.topic_week import event_of
from tests.unit.topics.asking import START, asked, steadily


def events(requests):
    return sorted((event_of(one) for one in requests), key=lambda one: one.at)


def hourly(topics, *, start, hours, known=()):
    everything = [one.at for held in topics.values() for one in held]
    spikes = tuple(known)
    for hour in range(hours):
        now = start + timedelta(hours=hour)
        season = Season([at for at in everything if at < now], "UTC")
        spikes = look(topics, spikes, season=season, since=START, now=now)
    return spikes


QUIET = events(steadily("refund", 2, 28))
DAY_21 = START + timedelta(days=21)


def burst(count, *, customer=""):
    moments = [DAY_21 + timedelta(hours=8, minutes=12 * place) for place in range(count)]
    return [event_of(asked(1000 + n, "refund", at, customer=customer)) for n, at in enumerate(moments)]


def test_a_topic_at_many_times_its_rate_is_found_within_hours_and_once():
    topics = {"refund": sorted([*QUIET, *burst(14)], key=lambda one: one.at)}
    (spike,) = hourly(topics, start=DAY_21, hours=40)
    assert spike.detected_at <= DAY_21 + timedelta(hours=11)
    assert spike.observed >= 6
    assert spike.expected < 3
    assert spike.since >= DAY_21 - timedelta(days=1)


def test_a_quiet_topic_is_no_spike():
    assert hourly({"refund": QUIET}, start=DAY_21, hours=48) == ()


def test_one_customers_many_mails_are_no_spike():
    topics = {"refund": sorted([*QUIET, *burst(14, customer="c1")], key=lambda one: one.at)}
    assert hourly(topics, start=DAY_21, hours=40) == ()


def test_a_slow_drift_is_no_spike():
    by_week = [
        asked(n, "refund", START + timedelta(days=n_day, hours=8 + place))
        for n_day in range(35)
        for place, n in enumerate(range(n_day * 10, n_day * 10 + 2 + n_day // 7))
    ]
    assert hourly({"refund": events(by_week)}, start=DAY_21, hours=14 * 24) == ()


def test_nothing_is_said_before_there_is_a_past():
    topics = {"refund": sorted([*burst(14)], key=lambda one: one.at)}
    season = Season([], "UTC")
    assert look(topics, (), season=season, since=DAY_21, now=DAY_21 + timedelta(hours=12)) == ()


def test_a_spike_of_before_is_no_past_to_go_by():
    topics = {"refund": sorted([*QUIET, *burst(14)], key=lambda one: one.at)}
    first = hourly(topics, start=DAY_21, hours=40)
    later = hourly(topics, start=DAY_21 + timedelta(hours=60), hours=72, known=first)
    assert [one.detected_at for one in later] == [one.detected_at for one in first]


def test_the_tail_is_poissons_where_the_mean_is_known_well():
    mean = 2.0
    poisson = 1 - sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(6))
    assert at_least(6, mean, 1e9) == pytest.approx(poisson, rel=1e-4)


def test_a_mean_that_is_known_badly_makes_a_count_less_surprising():
    assert at_least(8, 2.0, 3.0) > at_least(8, 2.0, 300.0)


@given(st.integers(1, 40), st.floats(0.01, 30), st.floats(0.5, 500), st.floats(1, 2))
def test_a_larger_count_is_never_more_likely(count, mean, known, spread):
    assert 0 <= at_least(count + 1, mean, known, spread=spread) <= at_least(count, mean, known, spread=spread) <= 1


@given(st.dictionaries(st.text(min_size=1, max_size=4), st.floats(0, 1), max_size=12), st.integers(12, 400))
def test_discoveries_are_the_least_likely_ones(chances, among):
    held = discoveries(chances, among=among)
    rest = [chance for name, chance in chances.items() if name not in held]
    assert all(chances[name] <= one for name in held for one in rest)


def test_a_day_of_a_clock_change_has_its_own_hours():
    season = Season([START + timedelta(hours=hour) for hour in range(24 * 28)], "Europe/Berlin")
    night = START.replace(month=3, day=29, hour=0)
    assert sum(season.share(night + timedelta(hours=n)) for n in range(24)) == pytest.approx(1 / 7, rel=0.1)


def test_events_tell_no_words():
    assert set(Event.model_fields) == {"at", "ticket", "customer"}
