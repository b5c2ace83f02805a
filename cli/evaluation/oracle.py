"""What any test could find: one that knows every ticket's topic and every topic's true rate.

A sum of log likelihood ratios that is kept from falling below nothing (CUSUM, Page 1954) finds a rise of a known size
soonest for a given rate of false alarms (Moustakides 1986). What it misses, no test finds that has to learn rates and
topics from the same tickets.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from cli.evaluation.planted import DAYS, START, TIMES, Plan, usual_rate

_HOUR = timedelta(hours=1)
_WEEKS = 104  # of quiet time to set the threshold by
_TRIES = 12

Floats = np.ndarray[Any, np.dtype[np.float64]]


def best_possible(made: Plan, *, false_a_week: float = 1.0) -> list[tuple[datetime, tuple[str, ...], str]]:
    """Alarms as moment, tickets and topic, at so many false ones a week over all topics together."""
    topics = list(made.daily)
    means = _means(made, topics, DAYS * 24)
    counts = _counts(made, topics, DAYS * 24)
    alarms = _alarms(counts, means, _threshold(made, topics, false_a_week))
    return [(START + _HOUR * (hour + 1), _newest(made, topics[at], hour + 1), topics[at]) for hour, at in alarms]


def _means(made: Plan, topics: Iterable[str], hours: int) -> Floats:
    week = np.array([usual_rate(1.0, START + _HOUR * hour) for hour in range(7 * 24)])
    return np.outer(np.resize(week, hours), [made.daily[name] for name in topics])


def _counts(made: Plan, topics: list[str], hours: int) -> Floats:
    counts, column = np.zeros((hours, len(topics))), {name: at for at, name in enumerate(topics)}
    for ticket in made.tickets:
        assert ticket.created_at is not None  # planted tickets are dated
        counts[int((ticket.created_at - START) / _HOUR), column[made.about[ticket.id]]] += 1
    return counts


def _threshold(made: Plan, topics: list[str], false_a_week: float) -> float:
    """By trying on quiet weeks made at the true rates."""
    means = _means(made, topics, _WEEKS * 7 * 24)
    quiet = np.random.default_rng(0).poisson(means).astype(float)
    low, high = 1.0, 30.0
    for _ in range(_TRIES):
        middle = (low + high) / 2
        too_many = len(_alarms(quiet, means, middle)) > false_a_week * _WEEKS
        low, high = (middle, high) if too_many else (low, middle)
    return high


def _alarms(counts: Floats, means: Floats, threshold: float) -> list[tuple[int, int]]:
    found, evidence = [], np.zeros(counts.shape[1])
    gains = counts * math.log(TIMES) - (TIMES - 1) * means
    for hour, gain in enumerate(gains):
        evidence = np.maximum(evidence + gain, 0.0)
        for at in np.flatnonzero(evidence > threshold):
            found.append((hour, int(at)))
            evidence[at] = 0.0
    return found


def _newest(made: Plan, topic: str, hours: int) -> tuple[str, ...]:
    until = START + _HOUR * hours
    since = until - timedelta(days=2)
    return tuple(
        one.id
        for one in made.tickets
        if made.about[one.id] == topic and one.created_at is not None and since <= one.created_at < until
    )
