"""Histories with spikes, drifts and unanswered questions planted in them, from real requests whose intent is known."""

from __future__ import annotations

import gzip
import json
import math
import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cli.evaluation.themes import members_of, themes_of
from cli.replay.history import Told

START = datetime(2026, 1, 5, tzinfo=UTC)
DAYS = 42
TIMES = 4.0
"""How many times its rate a planted topic has."""

_A_DAY = 75.0
_WEEKDAYS = (1.2, 1.15, 1.1, 1.1, 0.95, 0.7, 0.65)
_INTENTS = 70
_LEAST_ROWS = 40
_ENOUGH = 140
_SOURCES = ("Banking77", "Bitext customer service", "CLINC150", "DSTC11 insurance")
_THEMES = 14  # with two to five tickets a day each, half of the mail
_THEME_A_DAY = (2.4, 4.8)
_OTHERS_A_DAY = 15.0

Row = dict[str, str]


@dataclass(frozen=True)
class Pool:
    """Requests to make histories of.

    Attributes:
        intents: by `source/intent`, where the source says what is asked.
        others: by source, where it does not.
    """

    intents: dict[str, list[Row]]
    others: dict[str, list[Row]]


@dataclass(frozen=True)
class Asking:
    """What a company is asked.

    Attributes:
        rows: each topic's requests.
        daily: tickets of each topic on a usual day.
        rising: the topics that spikes and drifts are taken from.
    """

    rows: dict[str, list[Row]]
    daily: dict[str, float]
    rising: list[str]


@dataclass(frozen=True)
class Planted:
    """A topic that was asked about four times as often between two moments."""

    topic: str
    start: datetime
    end: datetime


@dataclass
class Plan:
    """A history and what is true of it.

    Attributes:
        about: each ticket's topic.
        daily: tickets of each topic on a usual day.
    """

    tickets: list[Told] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    spikes: list[Planted] = field(default_factory=list)
    drifts: list[str] = field(default_factory=list)
    daily: dict[str, float] = field(default_factory=dict)


def pool_of(file: Path) -> Pool:
    """A pool's requests. Intents with too few wordings are left out.

    Raises:
        OSError: the file cannot be read.
    """
    intents: dict[str, list[Row]] = defaultdict(list)
    others: dict[str, list[Row]] = defaultdict(list)
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row.get("source") not in _SOURCES:
                others[str(row.get("source"))].append(row)
            elif row.get("source_label"):
                intents[f"{row['source']}/{row['source_label']}"].append(row)
    return Pool({name: rows for name, rows in sorted(intents.items()) if len(rows) >= _LEAST_ROWS}, dict(others))


def asked_in_themes(pool: Pool, seed: int) -> Asking:
    """A company with topics of two to five tickets a day, many rare questions beside them, and mail of other kinds."""
    chance = random.Random(f"themes {seed}")
    every = themes_of(pool.intents)
    chosen = chance.sample(sorted(every), min(_THEMES, len(every)))
    daily = {name: chance.uniform(*_THEME_A_DAY) for name in chosen}
    whole = sum(map(len, pool.others.values()))
    daily |= {name: _OTHERS_A_DAY * len(rows) / whole for name, rows in sorted(pool.others.items())}
    taken = {intent for name in chosen for intent in members_of(name)}
    rare = sorted(name for name in pool.intents if name not in taken)
    chance.shuffle(rare)
    daily |= _uneven(rare[:_INTENTS], _A_DAY - sum(daily.values()), 12.0)
    return Asking({**{name: every[name] for name in chosen}, **pool.others, **pool.intents}, daily, chosen)


def asked_in_intents(intents: dict[str, list[Row]], seed: int, *, even: float = 12.0, rising: int = 18) -> Asking:
    """A company whose topics are single intents, one to two tickets a day where they are asked most.

    Args:
        even: how little the rates of intents differ: the n-th one has 1 / (n + even) of the tickets.
    """
    chance = random.Random(f"intents {seed}")
    names = chance.sample(sorted(intents), min(_INTENTS, len(intents)))
    names.sort(key=lambda name: len(intents[name]) < _ENOUGH)  # what is asked most must not run out of wordings
    return Asking(intents, _uneven(names, _A_DAY, even), names[:rising])


def _uneven(names: list[str], tickets: float, even: float) -> dict[str, float]:
    weights = [1 / (place + even) for place in range(len(names))]
    return {name: tickets * weight / sum(weights) for name, weight in zip(names, weights, strict=True)}


def plan(asking: Asking, seed: int, *, spikes: int = 6, drifts: int = 2) -> Plan:
    """Six weeks of a seed: spikes of one or two days, slow drifts, and nothing else out of the usual."""
    chance = random.Random(seed)
    made = Plan(daily=asking.daily)
    chosen = chance.sample(asking.rising, min(len(asking.rising), spikes + drifts))
    for name in chosen[:spikes]:
        start = START + timedelta(days=chance.randrange(10, DAYS - 3))
        made.spikes.append(Planted(name, start, start + timedelta(days=chance.choice((1, 2)))))
    made.drifts = chosen[spikes:]
    left = {name: chance.sample(asking.rows[name], len(asking.rows[name])) for name in asking.daily}
    for hour in range(DAYS * 24):
        moment = START + timedelta(hours=hour)
        for name in asking.daily:
            for _ in range(_poisson(chance, rate(made, name, moment))):
                _open(made, name, left, moment + timedelta(minutes=chance.random() * 60), chance)
    made.tickets.sort(key=lambda one: (one.created_at or START, one.id))
    return made


def rate(made: Plan, name: str, moment: datetime) -> float:
    """Tickets expected of a topic in the hour that begins at a moment, what was planted included."""
    usual = usual_rate(made.daily[name], moment)
    if any(one.topic == name and one.start <= moment < one.end for one in made.spikes):
        usual *= TIMES
    if name in made.drifts:
        usual *= 2 ** (2 * (moment - START) / timedelta(days=DAYS) - 1)
    return usual


def usual_rate(daily: float, moment: datetime) -> float:
    """Tickets of an hour, by weekday and hour."""
    return daily * _WEEKDAYS[moment.weekday()] * _shape(moment.hour) / _HOURS


def _shape(hour: int) -> float:
    return math.exp(-(((hour - 12) / 4.5) ** 2)) + 0.05


_HOURS = sum(map(_shape, range(24)))


def _poisson(chance: random.Random, mean: float) -> int:
    """By multiplying uniforms (Knuth), which is quick for small means."""
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def _open(made: Plan, name: str, left: Mapping[str, list[Row]], moment: datetime, chance: random.Random) -> None:
    rows = left[name]
    row = rows.pop() if rows else None
    if row is None:
        return  # every wording of this topic was used
    ticket = f"p{len(made.tickets):05}"
    made.about[ticket] = name
    made.tickets.append(
        Told(
            id=ticket,
            subject=row.get("subject") or "",
            body=row["body"],
            channel=row.get("channel") or "email",
            created_at=moment,
            customer_id=f"c{chance.randrange(900)}",
        )
    )
