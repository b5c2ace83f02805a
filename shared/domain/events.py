"""What a desk tells us has happened, in our words."""

from __future__ import annotations

from enum import StrEnum

from shared.domain.record import Instant, Record


class EventSource(StrEnum):
    """How we learned of a change."""

    WEBHOOK = "webhook"
    RECONCILE = "reconcile"


class RawEvent(Record):
    """A desk's event as it waits on the queue: the bytes as they came, accepted but not yet read.

    Attributes:
        delivery_id: the desk's id of this delivery, or one made from the content where it has none.
        event: the desk's name of the event where only a header tells it, else empty.
    """

    desk: str
    source: EventSource
    delivery_id: str
    received_at: Instant
    body: bytes
    event: str = ""


class DeskEvent(Record):
    """A hint that a ticket changed. The truth is fetched from the desk; the hint says which ticket.

    Attributes:
        actor_id: the desk's id of who did it; equals our own user for our own writes.
        can_change_version: whether this kind of event can bring a new message or a new state;
            others (a tag, a field) are only counted.
    """

    ticket_id: str
    kind: str
    at: Instant
    actor_id: str | None = None
    can_change_version: bool
