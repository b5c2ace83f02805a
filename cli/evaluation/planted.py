"""Histories with spikes, drifts and unanswered questions planted in them, from real requests whose intent is known."""

from __future__ import annotations

import gzip
import json
import math
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cli.replay.history import Told

START = datetime(2026, 1, 5, tzinfo=UTC)
DAYS = 42
_A_DAY = 75.0
_INTENTS = 70
_LEAST_ROWS = 40
_ENOUGH = 140
_WEEKDAYS = (1.2, 1.15, 1.1, 1.1, 0.95, 0.7, 0.65)
_TIMES = 4.0
_SOURCES = ("Banking77", "Bitext customer service", "CLINC150", "DSTC11 insurance")


@dataclass(frozen=True)
class Planted:
    """An intent that was asked four times as often between two moments."""

    intent: str
    start: datetime
    end: datetime


@dataclass
class Plan:
    """A history and what is true of it."""

    tickets: list[Told] = field(default_factory=list)
    intents: dict[str, str] = field(default_factory=dict)
    spikes: list[Planted] = field(default_factory=list)
    drifts: list[str] = field(default_factory=list)


def intents_of(pool: Path) -> dict[str, list[dict[str, str]]]:
    """The pool's requests by the intent that their source gives them.

    Raises:
        OSError: the file cannot be read.
    """
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    with gzip.open(pool, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row.get("source") in _SOURCES and row.get("source_label"):
                found[f"{row['source']}/{row['source_label']}"].append(row)
    return {name: rows for name, rows in sorted(found.items()) if len(rows) >= _LEAST_ROWS}


def plan(
    pool: dict[str, list[dict[str, str]]], seed: int, *, spikes: int = 6, drifts: int = 2, even: float = 12.0
) -> Plan:
    """Six weeks of a seed: common and rare intents, spikes of one or two days among those asked daily, slow drifts.

    Args:
        even: how little the rates of intents differ: the n-th one has 1 / (n + even) of the tickets.
    """
    chance = random.Random(seed)
    names = chance.sample(sorted(pool), min(_INTENTS, len(pool)))
    names.sort(key=lambda name: len(pool[name]) < _ENOUGH)  # what is asked most must not run out of wordings
    weights = [1 / (place + even) for place in range(len(names))]
    rates = {name: _A_DAY * weight / sum(weights) for name, weight in zip(names, weights, strict=True)}
    made, common = Plan(), names[: spikes * 3]
    chosen = chance.sample(common, min(len(common), spikes + drifts))
    for name in chosen[:spikes]:
        first = chance.randrange(10, DAYS - 3)
        start = START + timedelta(days=first)
        made.spikes.append(Planted(name, start, start + timedelta(days=chance.choice((1, 2)))))
    made.drifts = chosen[spikes:]
    left = {name: chance.sample(rows, len(rows)) for name, rows in pool.items() if name in rates}
    for hour in range(DAYS * 24):
        moment = START + timedelta(hours=hour)
        for name in names:
            for _ in range(_poisson(chance, _rate(rates[name], name, moment, made))):
                _open(made, name, left, moment + timedelta(minutes=chance.random() * 60), chance)
    made.tickets.sort(key=lambda one: (one.created_at or START, one.id))
    return made


def _rate(daily: float, name: str, moment: datetime, made: Plan) -> float:
    """Tickets expected in an hour."""
    hour = math.exp(-(((moment.hour - 12) / 4.5) ** 2)) + 0.05
    rate = daily * _WEEKDAYS[moment.weekday()] * hour / _HOURS
    if any(one.intent == name and one.start <= moment < one.end for one in made.spikes):
        rate *= _TIMES
    if name in made.drifts:
        rate *= 2 ** (2 * (moment - START) / timedelta(days=DAYS) - 1)
    return rate


_HOURS = sum(math.exp(-(((hour - 12) / 4.5) ** 2)) + 0.05 for hour in range(24))


def _poisson(chance: random.Random, mean: float) -> int:
    """By multiplying uniforms (Knuth), which is quick for small means."""
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def _open(
    made: Plan, name: str, left: dict[str, list[dict[str, str]]], moment: datetime, chance: random.Random
) -> None:
    rows = left[name]
    row = rows.pop() if rows else None
    if row is None:
        return  # every wording of this intent was used
    ticket = f"p{len(made.tickets):05}"
    made.intents[ticket] = name
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


@dataclass(frozen=True)
class Caught:
    """What detection made of one plan.

    Attributes:
        delays: hours from a planted spike's beginning to its detection; None for one that was not found in time.
        false: names of spikes that were not planted.
    """

    delays: list[float | None]
    false: list[str]
    drifts_called: int


_IN_TIME = timedelta(hours=6)
_AFTERMATH = timedelta(hours=48)
_ABOUT = 0.5


def caught(made: Plan, spikes: Iterable[tuple[datetime, tuple[str, ...], str]]) -> Caught:
    """Match detections, as moment, tickets and name, with what was planted: half of the tickets are of the intent."""
    delays: dict[Planted, list[float]] = defaultdict(list)
    false, drifts = [], 0
    for moment, tickets, name in spikes:
        about = [
            one for one in made.spikes if _share(made, tickets, one.intent) >= _ABOUT or _rises(made, tickets, one)
        ]
        hits = [one for one in about if one.start <= moment <= one.end + _IN_TIME]
        for one in hits:
            delays[one].append((moment - one.start) / timedelta(hours=1))
        late = any(one.start <= moment <= one.end + _AFTERMATH for one in about)
        if not hits and not late:
            false.append(name)
            drifts += any(_share(made, tickets, drift) >= _ABOUT for drift in made.drifts)
    return Caught([min(delays[one], default=None) for one in made.spikes], false, drifts)


def _share(made: Plan, tickets: tuple[str, ...], intent: str) -> float:
    return sum(made.intents.get(ticket) == intent for ticket in tickets) / max(1, len(tickets))


def _rises(made: Plan, tickets: tuple[str, ...], one: Planted) -> bool:
    """A broader topic that holds most of the planted tickets: a reader of the alert finds them there."""
    planted = {
        ticket.id
        for ticket in made.tickets
        if made.intents[ticket.id] == one.intent and ticket.created_at and one.start <= ticket.created_at < one.end
    }
    return bool(planted) and len(planted & set(tickets)) >= _ABOUT * len(planted)
