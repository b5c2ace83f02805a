"""The desk's own figures beside ours, so that nobody has to wonder which of two numbers is right.

Both are, each by its rule: a desk counts from its own creation time, in its own business hours, and may count an answer
that is none for us, such as a robot's. What differs is shown with the tickets that it differs on. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from shared.domain.facts import Fact, FactKind
from shared.domain.noise import Spread, spread
from shared.domain.record import Record
from shared.domain.report_facts import TicketFacts
from shared.domain.ticket import TicketKey

TOLERANCE = 1
"""Minutes: desks tell whole ones."""
NAMED = 3
"""Tickets named as examples."""


class Deadlines(Record):
    """Tickets of the week for which the desk's SLA policy and ours named different deadlines of one target.

    Attributes:
        later: of these, the desk's deadline was the later one; on others it was earlier, or one of the two had none.
        apart: by how many minutes they differ, where both have a deadline.
    """

    target: str
    tickets: int
    later: int
    apart: Spread


class DeskFigures(Record):
    """What the desk itself says of the week.

    Attributes:
        first_response: first responses that the desk counts in the week, in minutes from a ticket's creation.
        in_hours: the same in the desk's own business hours, where it tells them.
        ours: first responses by our rule of the same tickets.
        differ: of the tickets that both tell, those more than a minute apart; `examples` are the furthest.
        deadlines: where the desk's SLA policy and ours part.
    """

    first_response: Spread
    in_hours: Spread
    ours: Spread
    differ: int
    examples: tuple[str, ...] = ()
    deadlines: tuple[Deadlines, ...] = ()


def desk_figures(
    known: Sequence[Fact], tickets: Mapping[TicketKey, TicketFacts], start: datetime, end: datetime
) -> DeskFigures | None:
    """The desk's own figures of a stretch of time; None where it told none.

    Args:
        known: facts, each once.
        tickets: the same facts joined by ticket; what a machine wrote is left out as it is in our figures.
    """
    ours = {key: ticket for key, ticket in tickets.items() if not ticket.automatic}
    told = {
        fact.key: fact
        for fact in known
        if fact.kind is FactKind.DESK_RESPONSE and fact.key in ours and start <= fact.at < end
    }
    deadlines = _deadlines(fact for fact in known if fact.key in ours and start <= fact.at < end)
    if not told and not deadlines:
        return None
    minutes = {key: time for key, fact in told.items() if (time := _minutes(fact, "minutes")) is not None}
    waits = {key: wait.total_seconds() / 60 for key in minutes if (wait := ours[key].waited) is not None}
    apart = {key: abs(minutes[key] - wait) for key, wait in waits.items() if abs(minutes[key] - wait) > TOLERANCE}
    return DeskFigures(
        first_response=spread(list(minutes.values())),
        in_hours=spread([time for fact in told.values() if (time := _minutes(fact, "open_minutes")) is not None]),
        ours=spread(list(waits.values())),
        differ=len(apart),
        examples=tuple(str(key) for key in sorted(apart, key=lambda key: (-apart[key], str(key)))[:NAMED]),
        deadlines=deadlines,
    )


def _deadlines(facts: Iterable[Fact]) -> tuple[Deadlines, ...]:
    """By target, from each ticket's last word on it."""
    last = {fact.key: fact.detail for fact in facts if fact.kind is FactKind.SLA_DIFFERS}
    by_target: dict[str, list[str]] = defaultdict(list)
    for detail in last.values():
        for target, by in detail.items():
            by_target[target].append(by)
    return tuple(_one(target, told) for target, told in sorted(by_target.items()))


def _one(target: str, told: list[str]) -> Deadlines:
    minutes = [by for text in told if (by := _whole(text)) is not None]
    return Deadlines(
        target=target,
        tickets=len(told),
        later=sum(by > 0 for by in minutes),
        apart=spread([abs(by) for by in minutes]),
    )


def _minutes(fact: Fact, name: str) -> float | None:
    return _whole(fact.detail.get(name, ""))


def _whole(text: str) -> int | None:
    """A number of minutes; None for anything else that a fact may hold."""
    try:
        return int(text)
    except ValueError:
        return None
