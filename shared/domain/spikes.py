"""Spikes: what came far more often than usual, kept together from its first hour to its last and told once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from shared.domain.record import Instant, Record
from shared.domain.scan import Crowd

BROAD = "category:"
"""How the topic of a spike begins that is a whole category."""

_QUIET_AFTER = timedelta(hours=48)


class Spike(Record):
    """A topic that was asked about far more than expected.

    Attributes:
        topic: the one that most of its tickets belong to, or `category:` and a category.
        since: its first ticket.
        last_seen: the newest hour in which it still stood out.
        expected: tickets that would have been usual, where it stood out most.
        observed: customers who wrote instead.
        chance: the probability of so many or more, were nothing different.
        tickets: all that stood out at any look.
        counted: one of each customer in `observed`; none where that was not kept.
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
    counted: tuple[str, ...] = ()


def spike_of(crowd: Crowd, topic: str, name: str, now: datetime) -> Spike:
    """A crowd as a spike that is seen for the first time."""
    tickets = tuple(one.ticket for one in crowd.events)
    return Spike(
        topic=topic,
        name=name,
        detected_at=now,
        since=crowd.events[0].at,
        last_seen=now,
        expected=round(crowd.expected, 2),
        observed=len(crowd.events),
        chance=crowd.chance,
        tickets=tickets,
        counted=tickets,
    )


def added(known: Sequence[Spike], new: Iterable[Spike]) -> tuple[Spike, ...]:
    """The spikes known, some of them carried on by new ones, and those that are about something else."""
    spikes = list(known)
    for one in sorted(new, key=lambda one: (one.chance, one.topic, one.tickets)):
        place = _same(one, spikes)
        if place is None:
            spikes.append(one)
        else:
            spikes[place] = _carried_on(spikes[place], one)
    return tuple(spikes)


def _same(new: Spike, spikes: Sequence[Spike]) -> int | None:
    """A spike of the same topic that has hardly ended, or one with much the same tickets."""
    for place, old in enumerate(spikes):
        if new.detected_at - old.last_seen > _QUIET_AFTER:
            continue
        common = len(set(new.tickets) & set(old.tickets))
        if old.topic == new.topic or 2 * common >= min(len(new.tickets), len(old.tickets)):
            return place
    return None


def _carried_on(old: Spike, new: Spike) -> Spike:
    if new.topic.startswith(BROAD) and not old.topic.startswith(BROAD):
        return old.model_copy(update={"last_seen": new.last_seen})  # the whole category adds tickets of other kinds
    seen = {"last_seen": new.last_seen, "tickets": tuple(dict.fromkeys((*old.tickets, *new.tickets)))}
    if new.chance < old.chance:
        seen |= {name: getattr(new, name) for name in ("since", "expected", "observed", "chance", "counted")}
    return old.model_copy(update=seen)
