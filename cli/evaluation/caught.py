"""What detection made of a history in which spikes were planted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cli.evaluation.planted import Plan, Planted


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
_FINDABLE = 0.25


def caught(made: Plan, spikes: Iterable[tuple[datetime, tuple[str, ...], str]]) -> Caught:
    """Match detections, as moment, tickets and name, with what was planted: half of the tickets are about it."""
    delays: dict[Planted, list[float]] = defaultdict(list)
    false, drifts = [], 0
    for moment, tickets, name in spikes:
        about = [one for one in made.spikes if _share(made, tickets, one.topic) >= _ABOUT or _rises(made, tickets, one)]
        hits = [one for one in about if one.start <= moment <= one.end + _IN_TIME]
        for one in hits:
            delays[one].append((moment - one.start) / timedelta(hours=1))
        late = any(one.start <= moment <= one.end + _AFTERMATH for one in about)
        if not hits and not late:
            false.append(name)
            drifts += any(_share(made, tickets, drift) >= _ABOUT for drift in made.drifts)
    return Caught([min(delays[one], default=None) for one in made.spikes], false, drifts)


def _share(made: Plan, tickets: tuple[str, ...], topic: str) -> float:
    return sum(made.about.get(ticket) == topic for ticket in tickets) / max(1, len(tickets))


def _rises(made: Plan, tickets: tuple[str, ...], one: Planted) -> bool:
    """A broader topic with most of the planted tickets, a quarter of it at least: a reader finds them there."""
    planted = {
        ticket.id
        for ticket in made.tickets
        if made.about[ticket.id] == one.topic and ticket.created_at and one.start <= ticket.created_at < one.end
    }
    shown = len(planted & set(tickets))
    return bool(planted) and shown >= _ABOUT * len(planted) and shown >= _FINDABLE * len(tickets)
