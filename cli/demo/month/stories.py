"""Who writes what and when in the demo's month: the same tickets for the same last week."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from cli.demo.story import read_lines
from cli.replay.history import Told
from shared.domain.week import Week

LIVE_WEEKS = 5
"""Weeks with Firstline; the one before them is the company as it was."""

_DAYS = (1.25, 1.15, 1.1, 1.05, 0.95, 0.3, 0.2)
_CHANNELS = ("email", "email", "email", "chat", "form")
_PLANS = (("free", 0.0), ("starter", 24.0), ("starter", 32.0), ("team", 96.0), ("team", 140.0), ("business", 420.0))
_UNNAMED = 400


@dataclass(frozen=True)
class Writes:
    """One customer."""

    id: str
    company: str
    plan: str | None
    mrr: float | None
    signed_up: date | None


@dataclass(frozen=True)
class Topic:
    """What is asked, how often a week, and in which words.

    Attributes:
        weeks: a factor for each week with Firstline, the last week last; none: it is the same every week.
        spike: in the last week `tickets` more, within `hours` from `hour` of `day` (0 is Monday) on.
        article: the help centre's article on it.
        article_is_new: it was written on Thursday of the week before the last one.
    """

    name: str
    weekly: float
    wordings: tuple[tuple[str, str], ...]
    weeks: tuple[float, ...] = ()
    spike: dict[str, int] | None = None
    article: dict[str, str] | None = None
    article_is_new: bool = False

    @classmethod
    def of(cls, row: dict[str, Any]) -> Topic:
        """A line of the demo's file."""
        wordings = tuple((one["subject"], one["body"]) for one in row["wordings"])
        more = {name: row[name] for name in ("spike", "article", "article_is_new") if name in row}
        return cls(row["topic"], row["weekly"], wordings, weeks=tuple(row.get("weeks", ())), **more)


@dataclass(frozen=True)
class Stories:
    """The tickets of six weeks up to a last one, by the company's clock."""

    last: Week
    time_zone: str

    @cached_property
    def topics(self) -> tuple[Topic, ...]:
        """All that is asked."""
        return tuple(map(Topic.of, read_lines("month.jsonl")))

    @cached_property
    def customers(self) -> tuple[Writes, ...]:
        """The customers of the demo, and many whom nobody knows by name."""
        chance = random.Random(11)
        named = [
            Writes(one["key"], one["company"], one["plan"], one["mrr"], _day(one["signed_up"]))
            for one in read_lines("customers.jsonl")
        ]
        others = []
        for number in range(_UNNAMED):
            plan, mrr = chance.choice(_PLANS)
            joined = self.last.monday - timedelta(days=chance.randrange(40, 1600))
            others.append(Writes(f"u{number:03}", "", plan, mrr, joined))
        return (*named, *others)

    def tickets(self) -> list[Told]:
        """Every ticket in order of time, not yet answered."""
        chance = random.Random(self.last.monday.toordinal())
        moments = sorted(self._moments(chance), key=lambda one: one[0])
        return [self._told(number, at, topic, chance) for number, (at, topic) in enumerate(moments)]

    def _moments(self, chance: random.Random) -> Iterator[tuple[datetime, Topic]]:
        for topic in self.topics:
            for back in range(LIVE_WEEKS, -1, -1):
                start = self.last.before(back).starts(self.time_zone)
                factor = topic.weeks[LIVE_WEEKS - 1 - back] if topic.weeks and back < LIVE_WEEKS else 1.0
                for _ in range(_about(chance, topic.weekly * factor)):
                    yield start + _some_day(chance), topic
            if topic.spike:
                start = self.last.starts(self.time_zone) + timedelta(days=topic.spike["day"], hours=topic.spike["hour"])
                for _ in range(topic.spike["tickets"]):
                    yield start + timedelta(hours=topic.spike["hours"] * chance.random() ** 2), topic

    def _told(self, number: int, at: datetime, topic: Topic, chance: random.Random) -> Told:
        writer = chance.choice(self.customers[:40] if chance.random() < 0.2 else self.customers)
        subject, body = chance.choice(topic.wordings)
        return Told(
            id=f"{number:04}",
            subject=subject,
            body=body,
            channel=chance.choice(_CHANNELS) if subject else "chat",
            created_at=at,
            customer_id=writer.id,
            company=writer.company,
            plan=writer.plan,
            mrr=writer.mrr,
            signed_up=writer.signed_up,
        )


def _about(chance: random.Random, mean: float) -> int:
    """A count that scatters as independent customers do: one of the week's hundred chances each."""
    return sum(chance.random() < mean / 100 for _ in range(100))


def _some_day(chance: random.Random) -> timedelta:
    """A moment of the week: mostly on weekdays, mostly around noon."""
    day = chance.choices(range(7), weights=_DAYS)[0]
    return timedelta(days=day, hours=min(23.0, max(0.0, chance.gauss(12.5, 3.2))), seconds=chance.randrange(60))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
