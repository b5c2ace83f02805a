"""Planted histories: what is planted stands out, what is quiet does not, and the oracle sees both."""

from __future__ import annotations

from datetime import timedelta

from cli.evaluation.caught import caught
from cli.evaluation.oracle import best_possible
from cli.evaluation.planted import Asking, Plan, plan

DAILY = {"refund": 6.0, "login": 4.0, "invoice": 3.0, "export": 2.0}


def made(seed, **planted):
    rows = {name: [{"body": f"{name} {n}"} for n in range(900)] for name in DAILY}
    return plan(Asking(rows, DAILY, sorted(DAILY)), seed, **planted)


def came(history: Plan, topic, start, end):
    return sum(history.about[one.id] == topic and start <= one.created_at < end for one in history.tickets)


def test_a_planted_topic_comes_several_times_as_often_while_it_lasts():
    history = made(1, spikes=1, drifts=0)
    (spike,) = history.spikes
    days = (spike.end - spike.start) / timedelta(days=1)
    assert came(history, spike.topic, spike.start, spike.end) > 2 * DAILY[spike.topic] * days


def test_the_same_seed_makes_the_same_history():
    assert made(3).tickets == made(3).tickets


def test_the_oracle_finds_a_loud_rise_and_says_whose_tickets_they_are():
    history = made(1, spikes=1, drifts=0)
    seen = caught(history, best_possible(history))
    assert seen.delays[0] is not None


def test_the_oracle_is_as_quiet_as_it_is_told_to_be():
    alarms = [len(best_possible(made(seed, spikes=0, drifts=0), false_a_week=0.1)) for seed in range(5)]
    assert sum(alarms) <= 12  # three are to be expected in thirty weeks


def test_an_alarm_about_something_else_is_a_false_one():
    history = made(1, spikes=1, drifts=0)
    (spike,) = history.spikes
    others = tuple(one.id for one in history.tickets if history.about[one.id] != spike.topic)[:20]
    seen = caught(history, [(spike.start + timedelta(hours=5), others, "others")])
    assert (seen.delays, seen.false) == ([None], ["others"])
