"""Telling a spike from chance: topics that are asked about far more than their season and their own past explain.

At each full hour every topic is compared with what its last four weeks lead one to expect of the last 6, 12, 24
and 48 hours, by the share of a usual week that falls into them (weekday and hour by the company's clock). Counts
are small, so the test is exact: given a Poisson rate that is itself known from `k` events only, the count to come is
negative binomial (the gamma-Poisson mixture; Gelman et al., Bayesian Data Analysis, 2.6), wider where topics in
general vary more than Poisson. Among all topics and windows of one hour the false discovery rate is held
(Benjamini and Hochberg 1995). A slow drift is no spike: the last week has to be far exceeded as well.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shared.domain.record import Instant, Record

WINDOWS = (6, 12, 24, 48)
"""Hours that are looked at together."""

FALSE_DISCOVERIES = 0.25
"""The share of false alarms accepted among all alarms of one hour; what that comes to in a week is measured."""

SMALLEST = 6
"""Customers below which nothing is called a spike."""

_TIMES = 2.2  # as many as expected, at least
_PAST = timedelta(days=28)
_GUARD = timedelta(hours=12)  # a spike that begins slowly must not raise what is expected
_LEAST_PAST = timedelta(days=7)
_RECENT = timedelta(days=7)
_RECENT_LEVEL = 0.1
_RARE_ENOUGH = 5e-4
_PRIOR = 0.5  # Jeffreys' prior for a rate: nothing seen is not never
_QUIET_AFTER = timedelta(hours=48)
_HOUR = timedelta(hours=1)
_WEEKEND = 0.6  # of a working day's tickets, until one was seen
_LEANS = 50  # tickets by which a shape leans on that of all days


class Event(Record):
    """A ticket of a topic: when, which, whose."""

    at: Instant
    ticket: str
    customer: str = ""


class Spike(Record):
    """A topic that was asked about far more than expected.

    Attributes:
        topic: its id.
        since: the beginning of the window in which it stood out most.
        last_seen: the newest hour in which it still stood out.
        expected: tickets in that window by season and past.
        chance: the probability of so many or more, were nothing different.
        tickets: of all windows in which it stood out.
    """

    topic: str
    name: str
    detected_at: Instant
    since: Instant
    last_seen: Instant
    expected: float
    observed: int
    chance: float
    tickets: tuple[str, ...]


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
    """The hours up to a moment, and what each topic may be expected to bring in them.

    Args:
        since: when we began to listen.
        now: a full hour; what came later is not looked at.
    """

    def __init__(self, season: Season, *, since: datetime, now: datetime) -> None:
        self._now = now
        self._start = max(since, now - _PAST - timedelta(hours=max(WINDOWS)) - _GUARD)
        hours = max(0, math.ceil((now - self._start) / _HOUR))
        self._hours = [now - _HOUR * (hours - place) for place in range(hours)]
        self._mass = [0.0]
        for hour in self._hours:
            self._mass.append(self._mass[-1] + season.share(hour))

    @property
    def long_enough(self) -> bool:
        """Whether there is a past to compare with."""
        return self._now - self._start >= _LEAST_PAST

    def mass(self, start: datetime, end: datetime) -> float:
        """Usual weeks' worth of tickets between two full hours, 1 for a week."""
        return self._mass[bisect_left(self._hours, end)] - self._mass[bisect_left(self._hours, start)]

    def unusual(
        self, events: Sequence[Event], *, window: int, spread: float, spent: Sequence[tuple[datetime, datetime]] = ()
    ) -> tuple[float, float, Sequence[Event]] | None:
        """Chance, expectation and tickets of a window; None where it does not stand out.

        Args:
            events: of one topic, in order of time.
            spread: how much more topics vary than Poisson, 1 or more.
            spent: earlier spikes of the topic, which are no past to go by.
        """
        start = self._now - timedelta(hours=window)
        inside = _between(events, start, self._now)
        # Each customer counts once: ten mails of one are no spike.
        came = len({one.customer or one.ticket for one in inside})
        if came < SMALLEST:
            return None
        usual = self._expected(events, start, spent, self._start)
        lately = self._expected(events, start, spent, start - _GUARD - _RECENT)
        if came < _TIMES * usual[0]:
            return None
        if at_least(came, *lately, spread=spread) > _RECENT_LEVEL:
            return None
        return at_least(came, *usual, spread=spread), usual[0], inside

    def _expected(
        self, events: Sequence[Event], start: datetime, spent: Sequence[tuple[datetime, datetime]], since: datetime
    ) -> tuple[float, float]:
        """The mean of a window that begins at a moment, and the events that it is known from."""
        end, since = start - _GUARD, max(since, self._start)
        past = len(_between(events, since, end))
        mass = self.mass(since, end)
        for low, high in spent:
            low, high = max(low, since), min(high, end)
            if low < high:
                past -= len(_between(events, low, high))
                mass -= self.mass(low, high)
        known = past + _PRIOR
        return known * self.mass(start, self._now) / max(mass, 0.05), known

    def spread(self, topics: Iterable[Sequence[Event]]) -> float:
        """How much more the topics' days vary than Poisson: Pearson's statistic over its degrees of freedom, 1 to 2."""
        end = self._now - timedelta(hours=max(WINDOWS)) - _GUARD
        whole = self.mass(self._start, end)
        found, cells = 0.0, 0
        for events in topics:
            past = _between(events, self._start, end)
            if len(past) < 2 * SMALLEST or whole <= 0:
                continue
            day = self._start
            while day + timedelta(days=1) <= end:
                mean = len(past) * self.mass(day, day + timedelta(days=1)) / whole
                found += (len(_between(past, day, day + timedelta(days=1))) - mean) ** 2 / max(mean, 1e-9)
                cells, day = cells + 1, day + timedelta(days=1)
        return min(2.0, max(1.0, found / cells)) if cells > 50 else 1.0


def _between(events: Sequence[Event], start: datetime, end: datetime) -> Sequence[Event]:
    return events[bisect_left(events, start, key=_at) : bisect_left(events, end, key=_at)]


def _at(event: Event) -> datetime:
    return event.at


def at_least(count: int, mean: float, known: float, *, spread: float = 1.0) -> float:
    """The chance of `count` or more where a mean is known from `known` events: the negative binomial's upper tail."""
    mean = max(mean, 1e-9)
    size = 1 / ((spread - 1) / mean + 1 / known)
    share = mean / (mean + size)
    log = (
        math.lgamma(count + size)
        - math.lgamma(count + 1)
        - math.lgamma(size)
        + size * math.log1p(-share)
        + count * math.log(share)
    )
    term, total, at = math.exp(log), 0.0, count
    while term > 1e-15 * max(total, 1e-300) and at < count + 10_000:
        total += term
        term *= share * (at + size) / (at + 1)
        at += 1
    return min(1.0, total)


def discoveries(chances: Mapping[str, float], *, among: int, rate: float = FALSE_DISCOVERIES) -> set[str]:
    """What is called a discovery: the largest set whose false discovery rate is held (Benjamini and Hochberg 1995).

    Args:
        among: how many were tested, those that did not even come close included.
    """
    ordered = sorted(chances.items(), key=lambda item: item[1])
    held = [place for place, (_, chance) in enumerate(ordered, 1) if chance <= rate * place / max(among, 1)]
    return {name for name, _ in ordered[: held[-1]]} if held else set()


def look(
    topics: Mapping[str, Sequence[Event]],
    known: Sequence[Spike],
    *,
    season: Season,
    since: datetime,
    now: datetime,
    names: Mapping[str, str] | None = None,
    broad: Collection[str] = (),
    rate: float = FALSE_DISCOVERIES,
) -> tuple[Spike, ...]:
    """The spikes known at a full hour: those of before, some of them carried on, and new ones.

    Args:
        topics: their tickets in order of time.
        known: what earlier looks have found.
        names: of topics; an unnamed one goes by its id.
        broad: topics so large that their hours depend on the season's every detail; only whole days of them are tested.
    """
    watch = Watch(season, since=since, now=now)
    if not watch.long_enough:
        return tuple(known)
    spread = watch.spread(topics.values())
    spent: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for spike in known:
        spent[spike.topic].append((spike.since, spike.last_seen))
    found: dict[str, tuple[float, float, Sequence[Event]]] = {}
    for topic, events in topics.items():
        windows = [window for window in WINDOWS if window >= 24 or topic not in broad]
        rows = (watch.unusual(events, window=window, spread=spread, spent=spent[topic]) for window in windows)
        best = min((row for row in rows if row), key=lambda row: row[0], default=None)
        if best:
            found[topic] = best
    # A strong discovery must not carry weak ones with it.
    chances = {topic: chance for topic, (chance, _, _) in found.items() if chance <= _RARE_ENOUGH}
    held = discoveries(chances, among=len(topics) * len(WINDOWS), rate=rate)
    spikes = list(known)
    for topic in sorted(held, key=lambda one: chances[one]):
        chance, expected, events = found[topic]
        new = Spike(
            topic=topic,
            name=(names or {}).get(topic, topic),
            detected_at=now,
            since=events[0].at,
            last_seen=now,
            expected=round(expected, 2),
            observed=len(events),
            chance=chance,
            tickets=tuple(one.ticket for one in events),
        )
        place = _same(new, spikes)
        if place is None:
            spikes.append(new)
        else:
            spikes[place] = _carried_on(spikes[place], new)
    return tuple(spikes)


def _same(new: Spike, spikes: Sequence[Spike]) -> int | None:
    """A spike of the same topic that has hardly ended, or one of another topic with much the same tickets."""
    for place, old in enumerate(spikes):
        if new.detected_at - old.last_seen > _QUIET_AFTER:
            continue
        common = len(set(new.tickets) & set(old.tickets))
        if old.topic == new.topic or 2 * common >= min(len(new.tickets), len(old.tickets)):
            return place
    return None


def _carried_on(old: Spike, new: Spike) -> Spike:
    tickets = tuple(dict.fromkeys((*old.tickets, *new.tickets)))
    seen = {"last_seen": new.last_seen, "tickets": tickets}
    if new.chance < old.chance:
        seen |= {"since": min(old.since, new.since), "expected": new.expected, "observed": new.observed}
        seen |= {"chance": new.chance}
    return old.model_copy(update=seen)
