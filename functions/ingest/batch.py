"""What becomes of a queue's message: done, come back later, or parked for a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from shared.domain.errors import DeskRefused, PermanentError, TransientError
from shared.domain.events import RawEvent
from shared.ports.delivery import EventQueue

GIVES_UP_AFTER = timedelta(hours=24)
LONGEST_WAIT = 900.0  # seconds
_FIRST_WAIT = 5.0
# A token that was revoked or lost a permission is given back by a person within hours: worth waiting for.
_WORTH_WAITING = frozenset({401, 403})


class Fate(StrEnum):
    """What became of a message."""

    DONE = "done"
    POSTPONED = "postponed"
    PARKED = "parked"


def settle(
    event: RawEvent,
    work: Callable[[RawEvent], str],
    *,
    received: int,
    queue: EventQueue,
    postpone: Callable[[float], None],
    now: datetime,
) -> tuple[Fate, str]:
    """Work on one message and answer its fate with a reason; nothing is ever dropped.

    Args:
        received: how often the queue has handed the message out, this time included.
        postpone: hides the message for so many seconds.
    """
    try:
        return Fate.DONE, work(event)
    except PermanentError as error:
        reason = f"{type(error).__name__}: {error}"
        if not (isinstance(error, DeskRefused) and error.status in _WORTH_WAITING):
            queue.park(event, reason)
            return Fate.PARKED, type(error).__name__
        wait = LONGEST_WAIT
    except TransientError as error:
        reason = f"{type(error).__name__}: {error}"
        wait = error.retry_after if error.retry_after is not None else _FIRST_WAIT * 2.0 ** min(received - 1, 10)
    if now - event.received_at >= GIVES_UP_AFTER:
        queue.park(event, f"gave up after 24 hours; {reason}")
        return Fate.PARKED, "gave_up"
    postpone(min(max(wait, 1.0), LONGEST_WAIT))
    return Fate.POSTPONED, reason.split(":")[0]
