"""Reading an event of any desk: what its webhooks and our own reconcile events have in common.

The body of a webhook is signed, but what is in it may still be anything: every way in which it can be wrong ends as
`UnreadableEvent`, so that it is parked with its reason.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from shared.adapters.desk_wire import Wire
from shared.domain.errors import UnreadableEvent
from shared.domain.events import DeskEvent, EventSource, RawEvent
from shared.domain.record import Instant


class _Reconciled(Wire):
    ticket_id: str
    updated_at: Instant


def read_event(raw: RawEvent, *, from_webhook: Callable[[Any], DeskEvent], checked: Callable[[str], str]) -> DeskEvent:
    """Read an event.

    Args:
        from_webhook: reads the desk's own events out of their JSON; may raise ValidationError and OverflowError.
        checked: answers a ticket's id that may become part of addresses and keys, or raises UnreadableEvent.

    Raises:
        UnreadableEvent: not JSON, not an event, or without a ticket; the message says which, and quotes nothing.
    """
    content = _json(raw.body)
    try:
        if raw.source is EventSource.RECONCILE:
            event = _Reconciled.model_validate(content)
            id = checked(event.ticket_id)
            return DeskEvent(ticket_id=id, kind="reconciled", at=event.updated_at, can_change_version=True)
        return from_webhook(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the body"
        raise UnreadableEvent(f"{place}: {first['type']}") from None
    except OverflowError:
        raise UnreadableEvent("a time is outside of the calendar") from None


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except RecursionError:
        raise UnreadableEvent("the JSON is nested too deeply") from None
    except ValueError:
        raise UnreadableEvent("the body is not JSON") from None
