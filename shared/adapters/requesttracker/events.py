"""What a scrip of ours tells: which ticket, what happened to it in one go, and who did it."""

from __future__ import annotations

import re

from pydantic import Field

from shared.adapters.desk_events import read_event
from shared.adapters.desk_wire import Wire
from shared.domain.errors import UnreadableEvent
from shared.domain.events import DeskEvent, RawEvent
from shared.domain.record import Instant

ID = re.compile(r"[0-9]{1,20}")
# What can bring a new message or a new state. Fields, owner and queue are read at the next fetch.
MATTERS = frozenset({"Create", "Correspond", "Comment", "Status", "AddLink"})
_NO_KIND = "changed"


class _Hint(Wire):
    ticket: str
    actor: str | None = None
    at: Instant | None = None
    # They end in logs and metrics: nothing but plain names gets through.
    types: list[str] = Field(default_factory=list, max_length=200)


def parse(raw: RawEvent) -> DeskEvent:
    """Read an event. Raises what `read_event` raises."""
    return read_event(
        raw, from_webhook=lambda content: _from_hint(_Hint.model_validate(content), raw), checked=_checked
    )


def _from_hint(hint: _Hint, raw: RawEvent) -> DeskEvent:
    matter = sorted(MATTERS.intersection(hint.types))
    return DeskEvent(
        ticket_id=_checked(hint.ticket),
        kind=matter[0] if matter else _NO_KIND,
        at=hint.at or raw.received_at,
        actor_id=hint.actor,
        can_change_version=bool(matter),
    )


def _checked(ticket_id: str) -> str:
    """The id becomes part of addresses and keys: nothing but digits gets through."""
    if not ID.fullmatch(ticket_id):
        raise UnreadableEvent("the ticket's id is not a number")
    return ticket_id
