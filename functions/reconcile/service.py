"""Finding what webhooks missed: ask the desk what changed, and queue it like any other event."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.events import EventSource, RawEvent
from shared.domain.record import Record
from shared.domain.ticket import TicketKey
from shared.domain.ticket_state import DueKind, TicketState
from shared.ports.books import MarkStore
from shared.ports.delivery import EventQueue
from shared.ports.desk import Change, HelpDesk
from shared.ports.store import TicketStore


class Reconciled(Record):
    """What one run found on one desk."""

    desk: str
    changed: int = 0
    queued: int = 0
    complete: bool = True


@dataclass(frozen=True)
class Ports:
    """The world that reconcile touches besides the desk."""

    tickets: TicketStore
    marks: MarkStore
    queue: EventQueue


def reconcile(
    *, desk: HelpDesk, ports: Ports, clock: Callable[[], datetime], time_left: Callable[[], bool]
) -> Reconciled:
    """Queue every change since the last mark that we have not seen yet.

    The mark moves only after a page is queued, so a crash repeats a page and loses none.
    """
    changed = queued = 0
    more = True
    mark = ports.marks.get(desk.name)
    while more and time_left():
        page = desk.changed_since(mark)
        changed += len(page.changes)
        for change in page.changes:
            state = ports.tickets.get(TicketKey(desk=desk.name, id=change.ticket_id))
            if _is_news(change, state):
                ports.queue.put(_event(desk.name, change, state, clock()))
                queued += 1
        if page.mark != mark:
            ports.marks.put(desk.name, page.mark)
        mark, more = page.mark, page.more
    return Reconciled(desk=desk.name, changed=changed, queued=queued, complete=not more)


def _is_news(change: Change, state: TicketState | None) -> bool:
    if state is None or state.desk_updated_at < change.updated_at:
        return True
    # The scan may have seen a new message first; only ingest starts its triage.
    return state.due is not None and state.due.kind is DueKind.UNTRIAGED and state.started != state.version


def _event(desk: str, change: Change, state: TicketState | None, now: datetime) -> RawEvent:
    body = json.dumps({"ticket_id": change.ticket_id, "updated_at": change.updated_at.isoformat()})
    # The same until it was taken in. What changes again within that second is another event, not a repetition.
    known = f"{state.desk_updated_at:%Y%m%dT%H%M%S}" if state else "unknown"
    delivery = f"reconcile-{change.ticket_id}-{change.updated_at:%Y%m%dT%H%M%S}-{known}"
    return RawEvent(desk=desk, source=EventSource.RECONCILE, delivery_id=delivery, received_at=now, body=body.encode())
