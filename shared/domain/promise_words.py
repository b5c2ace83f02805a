"""Our earlier promises to a customer, a line each, for the person who answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from shared.domain.own_words import shortened
from shared.domain.promises import Kept, Promise, standing

PROMISES = 2
"""Lines."""

_WORST_FIRST = (Kept.NOT_KEPT, Kept.PASSED, Kept.LATE, Kept.DUE, Kept.WAITING, Kept.UNDATED)
_QUOTE = 140


def promised_in(promise: Promise, here: str) -> str:
    """Where a promise stands, told from a ticket."""
    return "in this conversation" if promise.ticket == here else f"in #{promise.ticket}"


def promise_lines(
    promises: tuple[Promise, ...], here: str, zone: str, now: datetime, *, titles: Mapping[str, str]
) -> Iterator[str]:
    """Each promise with its day and what became of it, the worst first.

    Args:
        here: the id of the ticket that is told of.
        titles: of the customer's earlier tickets, quoted, by id.
    """
    told = [(standing(one, now=now, zone=zone), one) for one in promises]
    open_ones = sorted(
        ((kept, one) for kept, one in told if kept in _WORST_FIRST),
        key=lambda pair: (_WORST_FIRST.index(pair[0]), -pair[1].said_at.timestamp()),
    )
    for kept, one in open_ones[:PROMISES]:
        title = titles.get(one.ticket, "") if one.ticket != here else ""
        where = f"{promised_in(one, here)} {title}".rstrip()
        said = one.said_at.astimezone(ZoneInfo(zone))
        yield f"{said:%-d %b} {where}: “{shortened(one.sentence, _QUOTE)}” — {_became(kept, one, zone)}"
    if len(open_ones) > PROMISES:
        yield f"{len(open_ones) - PROMISES} more, not shown"


def _became(kept: Kept, promise: Promise, zone: str) -> str:
    day = f"{promise.due:%a %-d %b}" if promise.due else ""
    followed = promise.followed_at.astimezone(ZoneInfo(zone)) if promise.followed_at else None
    return {
        Kept.NOT_KEPT: f"due {day}, and nobody has written since (a call would not show here)",
        Kept.PASSED: f"due {day}, that is over; check whether it was done",
        Kept.LATE: f"due {day}, word came on {followed:%-d %b}" if followed else "",
        Kept.DUE: f"due {day}",
        Kept.WAITING: "no day named, and nobody has written since",
        Kept.UNDATED: "no day named; check whether it was done",
        Kept.KEPT: "kept",
    }[kept]
