"""What becomes of a queue's message: done, come back later, or parked for a person."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum

from shared.domain.errors import DeskRefused, FirstlineError, PermanentError, PolicyInvalid, TransientError
from shared.domain.events import RawEvent
from shared.ports.delivery import EventQueue

GIVES_UP_AFTER = timedelta(hours=24)
LONGEST_WAIT = 900.0  # seconds
_FIRST_WAIT = 5.0
_PATIENCE = 8  # times that a mistake of ours may happen to a message: about ten minutes
# A token that was revoked or lost a permission is given back by a person within hours: worth waiting for.
_WORTH_WAITING = frozenset({401, 403})


class Fate(StrEnum):
    """What became of a message."""

    DONE = "done"
    POSTPONED = "postponed"
    PARKED = "parked"


def settle(
    event: RawEvent,
    work: Callable[[], str],
    *,
    received: int,
    queue: EventQueue,
    postpone: Callable[[float], None],
    now: datetime,
) -> tuple[Fate, str]:
    """Work on one message and answer its fate with a reason; nothing is ever dropped, and no other message suffers.

    Args:
        received: how often the queue has handed the message out, this time included.
        postpone: hides the message for so many seconds.
    """
    try:
        return Fate.DONE, work()
    except Exception as error:  # whatever it is: the rest of the batch has nothing to do with it
        wait, what, reason = _wait(error, received), type(error).__name__, _reason(error)
    if wait is not None and now - event.received_at >= GIVES_UP_AFTER:
        wait, what, reason = None, "gave_up", f"gave up after 24 hours; {reason}"
    if wait is None:
        try:
            queue.park(event, reason)
        except Exception:  # it stays where it is, and comes back by itself
            return Fate.POSTPONED, "could_not_park"
        return Fate.PARKED, what
    # Where even this fails the message comes back all the same, when the queue's own time is over.
    with suppress(Exception):
        postpone(min(max(wait, 1.0), LONGEST_WAIT))
    return Fate.POSTPONED, what


def _wait(error: Exception, received: int) -> float | None:
    """Seconds until another try may help; None when only a person can."""
    backoff = min(_FIRST_WAIT * 2.0 ** min(received - 1, 10), LONGEST_WAIT)
    if isinstance(error, TransientError):
        return backoff if error.retry_after is None else error.retry_after
    if isinstance(error, PermanentError):
        return LONGEST_WAIT if _is_about_the_set_up(error) else None
    return backoff if received < _PATIENCE else None


def _is_about_the_set_up(error: PermanentError) -> bool:
    """Whether somebody will put it right for every event at once, so that this one need not be replayed by hand."""
    return isinstance(error, PolicyInvalid) or (isinstance(error, DeskRefused) and error.status in _WORTH_WAITING)


def _reason(error: Exception) -> str:
    """Our own messages name ids and reasons; others may quote the ticket, so only their name is told."""
    name = type(error).__name__
    return f"{name}: {error}" if isinstance(error, FirstlineError) else name
