"""How a usual week spreads over its hours, and how much of it lies between two moments."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_HOUR = timedelta(hours=1)
_WEEKEND = 0.6  # of a working day's tickets, until one was seen
_LEANS = 50  # tickets by which a shape leans on that of all days


class Season:
    """How a usual week spreads over its hours, from all tickets, by the company's clock.

    Hours are known by the shape of their kind of day (Monday to Friday, weekend) and by the weight of their weekday:
    168 numbers of their own would need years.
    """

    def __init__(self, times: Iterable[datetime], time_zone: str) -> None:
        self._zone = ZoneInfo(time_zone)
        local = [at.astimezone(self._zone) for at in times]
        days, hours = _day_weights(local), _hour_shapes(local)
        whole = sum(days)
        self._shares = [days[day] / whole * hours[day > 4][hour] for day in range(7) for hour in range(24)]
        self._known: dict[datetime, float] = {}

    def share(self, hour: datetime) -> float:
        """The share of a usual week that falls into the hour that begins at a moment."""
        found = self._known.get(hour)
        if found is None:
            local = hour.astimezone(self._zone)
            found = self._known[hour] = self._shares[local.weekday() * 24 + local.hour]
        return found


def _day_weights(local: Sequence[datetime]) -> list[float]:
    """Tickets of each weekday, by what its kind of day brings where it was hardly seen yet."""
    count = Counter(at.weekday() for at in local)
    seen = Counter(day.weekday() for day in {at.date() for at in local})
    work, off = range(5), range(5, 7)
    usual = (sum(count[day] for day in work) + 1) / (sum(seen[day] for day in work) + 1)
    weekend = (sum(count[day] for day in off) + _WEEKEND * usual) / (sum(seen[day] for day in off) + 1)
    return [(count[day] + (weekend if day > 4 else usual)) / (seen[day] + 1) for day in range(7)]


def _hour_shapes(local: Sequence[datetime]) -> dict[bool, list[float]]:
    """The shape of a working day and of a weekend's, each leaning on the shape of all days."""
    both = Counter(at.hour for at in local)
    all_days = [(both[hour] + 0.5) / (len(local) + 12) for hour in range(24)]
    shapes = {}
    for off in (False, True):
        of_kind = Counter(at.hour for at in local if (at.weekday() > 4) == off)
        total = sum(of_kind.values()) + _LEANS
        shapes[off] = [(of_kind[hour] + _LEANS * all_days[hour]) / total for hour in range(24)]
    return shapes


class Watch:
    """The hours up to a moment, and how much of a usual week they hold.

    Args:
        start: the first hour that is looked back to.
        now: a full hour; what came later is not looked at.
    """

    def __init__(self, season: Season, *, start: datetime, now: datetime) -> None:
        self.start, self.now = start, now
        hours = max(0, math.ceil((now - start) / _HOUR))
        self._hours = [now - _HOUR * (hours - place) for place in range(hours)]
        self._mass = [0.0]
        for hour in self._hours:
            self._mass.append(self._mass[-1] + season.share(hour))

    def mass(self, start: datetime, end: datetime) -> float:
        """Usual weeks' worth of tickets between two full hours, 1 for a week."""
        return self._mass[bisect_left(self._hours, end)] - self._mass[bisect_left(self._hours, start)]
