"""Whether requests like one that just came are crowded into the last hours: an exact test, whatever their number.

Around a new request lie the others of three weeks, the nearest first, however a topic is drawn around them. If nothing
is out of the usual, whether a neighbour came lately has nothing to do with how near it lies: of `size` neighbours each
came within the window with the window's share of the season, and how many did is binomial. Several sizes and windows
are tried and the least likely counts (the space-time permutation scan statistic; Kulldorff et al., PLoS Medicine 2(3),
2005). The threshold is an alarm budget shared by the requests of a week, and `firstline evaluate spikes --quiet`
measures what it comes to.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.season import Watch

WINDOWS = (6, 12, 24, 48)
"""Hours that are looked at together."""

SIZES = (12, 20, 32, 50, 80, 130)
"""Neighbours that are looked at together."""

REACH = timedelta(days=21)
"""How far back requests are compared; longer, and a slow drift looks like a spike."""

NEIGHBOURS = 200
"""How many of the nearest requests are asked for."""

FALSE_ALARMS = 1.0
"""False alarms a week that are accepted, all topics together."""

SMALLEST = 6
"""Customers below which nothing is called a spike."""

_TIMES = 2.2  # as many as expected, at least
_GUARD = timedelta(hours=12)  # a spike that begins slowly must not raise what is expected
_LEAST_PAST = timedelta(days=7)
_RECENT = timedelta(days=7)
_RECENT_LEVEL = 0.01
_TRIED = 0.2  # measured: with this chance for each request of a week, about one false alarm a week
_FEWEST = 50.0  # requests a week below which the threshold rises no more
_HALF_A_TICKET = 0.5  # nothing seen is not never
_LEAST_MASS = 0.05


class Event(NamedTuple):
    """A ticket: when, which, whose."""

    at: datetime
    ticket: str
    customer: str = ""


class Crowd(NamedTuple):
    """Requests that came close together.

    Attributes:
        chance: the probability of so many or more, were nothing different.
        expected: tickets that would be usual.
        events: what came, each customer once, in order of time.
    """

    chance: float
    expected: float
    events: tuple[Event, ...]


def rare_enough(requests_a_week: float, *, false_alarms: float = FALSE_ALARMS) -> float:
    """The chance up to which a crowd is called a spike: each request is looked at once, so they share the budget."""
    return _TRIED * false_alarms / max(requests_a_week, _FEWEST)


def crowded(
    near: Sequence[Event], watch: Watch, *, windows: Sequence[int] = WINDOWS, sizes: Sequence[int] = SIZES
) -> Crowd | None:
    """The least likely crowd around a request; None where none stands out.

    Args:
        near: the request itself, then others, the nearest first; none from before the watch or after it.
        watch: of at least a week and two days, else there is no past to compare with.
        sizes: of neighbourhoods; all of `near` is one more.
    """
    if watch.now - watch.start < _LEAST_PAST + timedelta(hours=max(windows)) or len(near) < SMALLEST:
        return None
    found = [crowd for window in windows for crowd in _of_window(near, watch, timedelta(hours=window), sizes)]
    return min(found, key=lambda crowd: crowd.chance, default=None)


class _Shares(NamedTuple):
    """What a window would usually hold: of all that is compared, of the last week, and against the past."""

    whole: float
    lately: float
    of_past: float


def _of_window(near: Sequence[Event], watch: Watch, window: timedelta, sizes: Sequence[int]) -> list[Crowd]:
    start = watch.now - window
    quiet, recent = start - _GUARD, start - _GUARD - _RECENT
    shares = _shares(watch, start, max(recent, watch.start))
    inside: dict[str, Event] = {}
    found, past, lately, left = [], 0, 0, [*sizes[::-1]]
    for place, one in enumerate(near, 1):
        if one.at >= start:
            inside.setdefault(one.customer or one.ticket, one)  # each customer counts once: ten mails are no spike
        elif one.at < quiet:
            past += 1
            lately += one.at >= recent
        reached = bool(left) and len(inside) + past >= left[-1]
        if reached:
            left.pop()
        if reached or place == len(near):
            crowd = _crowd(list(inside.values()), past, lately, shares)
            found += [crowd] if crowd else []
        if sizes and not left:
            break
    return found


def _shares(watch: Watch, start: datetime, recent: datetime) -> _Shares:
    mass = watch.mass(start, watch.now)
    past = max(watch.mass(watch.start, start - _GUARD), _LEAST_MASS)
    lately = max(watch.mass(recent, start - _GUARD), _LEAST_MASS)
    return _Shares(mass / (mass + past), mass / (mass + lately), mass / past)


def _crowd(inside: list[Event], past: int, lately: int, shares: _Shares) -> Crowd | None:
    came, expected = len(inside), (past + _HALF_A_TICKET) * shares.of_past
    if came < SMALLEST or came < _TIMES * expected:
        return None
    if at_least(came - 1, came + lately - 1, shares.lately) > _RECENT_LEVEL:
        return None  # it has been so for a week: a drift
    # The request in the middle came just now by choice and is no evidence.
    chance = at_least(came - 1, came + past - 1, shares.whole)
    return Crowd(chance, expected, tuple(sorted(inside, key=lambda one: (one.at, one.ticket))))


def at_least(count: int, among: int, share: float) -> float:
    """The chance of `count` or more of `among`, each with the same share: the binomial's upper tail."""
    if count <= 0 or share >= 1:
        return 1.0
    if count > among or share <= 0:
        return 0.0
    log = math.lgamma(among + 1) - math.lgamma(count + 1) - math.lgamma(among - count + 1)
    term = math.exp(log + count * math.log(share) + (among - count) * math.log1p(-share))
    total, odds = 0.0, share / (1 - share)
    for more in range(count, among + 1):
        total += term
        term *= (among - more) / (more + 1) * odds
    return min(1.0, total)
