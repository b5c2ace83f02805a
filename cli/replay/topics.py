"""Topics over a history, hour by hour: each look sees only what had come by then."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from functions.topics.look import Found, found_in, joined_by, nearest_of, season_of, tested, week_found
from shared.domain.gaps import Gap, gaps
from shared.domain.topic_week import TopicMemory, TopicWeek, evidence_of
from shared.domain.topics import Asked
from shared.domain.week import Week
from shared.ports.articles import ArticleFinder
from shared.ports.topics import TopicFinder

_HOUR = timedelta(hours=1)
_GROWN = 0.05  # grouped anew when there are so many more; live it is every hour
_REGROUPED = 24  # hours, at the latest
_KEPT = timedelta(weeks=9)
_AFTER = timedelta(hours=12)
_SHOWN = 10


@dataclass(frozen=True)
class TopicWorld:
    """What a look needs besides the requests.

    Attributes:
        texts: the words of requests, by ticket, with their language.
    """

    finder: TopicFinder
    articles: ArticleFinder | None
    texts: dict[str, tuple[str, str]]
    time_zone: str

    def words(self, asked: Sequence[Asked]) -> list[tuple[str, str]]:
        """The words of some requests."""
        return [self.texts[str(one.key)] for one in asked if str(one.key) in self.texts]


@dataclass
class Course:
    """How it went.

    Attributes:
        weeks: by name, as the report of the Monday after sees them.
    """

    memory: TopicMemory
    weeks: dict[str, TopicWeek]
    gaps: tuple[Gap, ...] = ()
    found: Found | None = None


def hours_between(start: datetime, end: datetime) -> Iterator[datetime]:
    """Full hours after a moment, up to the first one at or after another."""
    hour = start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while hour < end:
        hour += _HOUR
        yield hour


def follow(asked: Sequence[Asked], world: TopicWorld, *, tick: Callable[[], None] = lambda: None) -> Course:
    """Look each hour from the first request to half a day after the last one."""
    asked = sorted(asked, key=lambda one: (one.at, str(one.key)))
    course = Course(TopicMemory(since=asked[0].at if asked else None), {})
    if not asked:
        return course
    times = [one.at for one in asked]
    found: Found | None = None
    seen = grouped = 0
    weeks = _mondays(asked[0].at, asked[-1].at, world.time_zone)
    for number, now in enumerate(hours_between(asked[0].at, asked[-1].at + _AFTER)):
        until = bisect_left(times, now)
        if found is None or number % _REGROUPED == 0 or until > grouped * (1 + _GROWN):
            grouped = until
            begin = bisect_left(times, now - _KEPT)
            found = found_in(asked[begin:until], course.memory, world.finder, world.words, now)
            season = season_of(asked[begin:until], world.time_zone, until=now)
            course.memory = course.memory.model_copy(update={"topics": tuple(found.topics.values())})
        elif until > seen:
            joined_by(found, asked[seen:until])
        seen = until
        course.memory = tested(found, course.memory, season, world.words, now)
        while weeks and now >= weeks[0].ends(world.time_zone):
            _close(weeks.pop(0), found, course, world, now)
        tick()
    if found is not None:
        for week in weeks:
            _close(week, found, course, world, now)
        course.found = found
        course.gaps = gaps_of_all(found, world)
    return course


def _mondays(first: datetime, last: datetime, zone: str) -> list[Week]:
    weeks, week = [], Week.of(first, zone)
    while week.starts(zone) <= last:
        weeks.append(week)
        week = Week.of(week.ends(zone) + _HOUR, zone)
    return weeks


def _close(week: Week, found: Found, course: Course, world: TopicWorld, now: datetime) -> None:
    nearest = nearest_of(found, world.articles, world.words)
    told, course.memory = week_found(
        found, course.memory, nearest, week, world.time_zone, now, searched=world.articles is not None
    )
    course.weeks[week.name] = told


def gaps_of_all(found: Found, world: TopicWorld) -> tuple[Gap, ...]:
    """The gaps of the whole history, by the last look."""
    nearest = nearest_of(found, world.articles, world.words)
    start = min(one.at for one in found.everybody)
    end = max(one.at for one in found.everybody) + _HOUR
    evidence = [
        evidence_of(found.topics[name], members, nearest.get(name, ()), start, end)
        for name, members in sorted(found.members.items())
    ]
    return gaps(evidence, total=len(found.everybody), shown=_SHOWN)
