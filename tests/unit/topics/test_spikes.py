"""Spikes: exact for small counts, blind to drifts and to one customer's many mails, kept together and told once."""

from __future__ import annotations

import math
import zlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.scan import REACH, Event, at_least, crowded, rare_enough
from shared.domain.season import Season, Watch
from shared.domain.spikes import added, spike_of
from shared.domain.topic_week import event_of
from tests.unit.topics.asking import START, asked, steadily


def events(requests):
    return sorted((event_of(one) for one in requests), key=lambda one: one.at)


def in_no_order(held):
    return sorted(held, key=lambda one: zlib.crc32(one.ticket.encode()))


def watch_at(now, everything, *, since=START):
    return Watch(Season([one.at for one in everything if one.at < now], "UTC"), start=max(since, now - REACH), now=now)


def hourly(held, *, start, hours):
    """The spikes of a topic whose requests are all as like each other as can be, looked at each hour."""
    spikes = ()
    for hour in range(hours):
        now = start + timedelta(hours=hour)
        watch = watch_at(now, held)
        near = in_no_order(one for one in held if watch.start <= one.at < now)
        crowd = crowded(near, watch)
        if crowd and crowd.chance <= rare_enough(len(near) / 3):
            spikes = added(spikes, [spike_of(crowd, "refund", "refund", now)])
    return spikes


QUIET = events(steadily("refund", 2, 28))
DAY_21 = START + timedelta(days=21)


def burst(count, *, customer=""):
    moments = [DAY_21 + timedelta(hours=8, minutes=12 * place) for place in range(count)]
    return [event_of(asked(1000 + n, "refund", at, customer=customer)) for n, at in enumerate(moments)]


def with_burst(count, **how):
    return sorted([*QUIET, *burst(count, **how)], key=lambda one: one.at)


def test_a_topic_at_many_times_its_rate_is_found_within_hours_and_once():
    (spike,) = hourly(with_burst(14), start=DAY_21, hours=40)
    assert spike.detected_at <= DAY_21 + timedelta(hours=11)
    assert spike.observed >= 6
    assert spike.expected < 3
    assert spike.since >= DAY_21 - timedelta(days=2)


def test_a_quiet_topic_is_no_spike():
    assert hourly(QUIET, start=DAY_21, hours=48) == ()


def test_one_customers_many_mails_are_no_spike():
    assert hourly(with_burst(14, customer="c1"), start=DAY_21, hours=40) == ()


def test_a_slow_drift_is_no_spike():
    by_week = [
        asked(n, "refund", START + timedelta(days=n_day, hours=8 + place))
        for n_day in range(35)
        for place, n in enumerate(range(n_day * 10, n_day * 10 + 2 + n_day // 7))
    ]
    assert hourly(events(by_week), start=DAY_21, hours=14 * 24) == ()


def test_nothing_is_said_before_there_is_a_past():
    now = DAY_21 + timedelta(hours=12)
    watch = Watch(Season([], "UTC"), start=DAY_21, now=now)
    assert crowded(in_no_order(burst(14)), watch) is None


def test_what_came_in_a_spike_of_before_makes_no_new_one():
    assert len(hourly(with_burst(14), start=DAY_21, hours=132)) == 1


def test_of_two_crowds_with_the_same_tickets_one_is_told():
    now = DAY_21 + timedelta(hours=12)
    crowd = crowded(in_no_order(one for one in with_burst(14) if one.at < now), watch_at(now, with_burst(14)))
    first = spike_of(crowd, "refund", "refund", now)
    assert len(added((first,), [spike_of(crowd, "another", "another", now)])) == 1


def test_a_whole_category_adds_no_tickets_of_other_kinds_to_a_spike():
    now = DAY_21 + timedelta(hours=12)
    crowd = crowded(in_no_order(one for one in with_burst(14) if one.at < now), watch_at(now, with_burst(14)))
    first = spike_of(crowd, "refund", "refund", now)
    broad = spike_of(crowd, "category:billing", "all of billing", now)
    wider = broad.model_copy(update={"tickets": (*broad.tickets, "zendesk/other"), "chance": 0.0})
    (spike,) = added((first,), [wider])
    assert spike.tickets == first.tickets


def test_a_spike_knows_the_tickets_of_its_figure_from_those_of_every_look():
    (spike,) = hourly(with_burst(14), start=DAY_21, hours=40)
    assert len(spike.counted) == spike.observed
    assert set(spike.counted) <= set(spike.tickets)


def test_the_tail_is_the_binomials():
    exact = sum(math.comb(20, k) * 0.1**k * 0.9 ** (20 - k) for k in range(6, 21))
    assert at_least(6, 20, 0.1) == pytest.approx(exact)


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0, 1))
def test_a_larger_count_is_never_more_likely(count, among, share):
    assert 0 <= at_least(count + 1, among, share) <= at_least(count, among, share) + 1e-12 <= 1 + 1e-12


@given(st.integers(2, 60), st.floats(0.01, 0.99))
def test_some_count_comes_for_certain(among, share):
    assert at_least(0, among, share) == 1.0
    assert at_least(1, among, share) == pytest.approx(1 - (1 - share) ** among)


@given(st.floats(1, 1e6), st.floats(0.1, 5))
def test_twice_the_requests_share_the_same_budget(requests, budget):
    assert rare_enough(2 * requests, false_alarms=budget) <= rare_enough(requests, false_alarms=budget) < 1


def test_a_day_of_a_clock_change_has_its_own_hours():
    season = Season([START + timedelta(hours=hour) for hour in range(24 * 28)], "Europe/Berlin")
    night = START.replace(month=3, day=29, hour=0)
    assert sum(season.share(night + timedelta(hours=n)) for n in range(24)) == pytest.approx(1 / 7, rel=0.1)


def test_events_tell_no_words():
    assert set(Event._fields) == {"at", "ticket", "customer"}
