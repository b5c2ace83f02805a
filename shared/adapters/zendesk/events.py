"""Zendesk's webhook events, read into `DeskEvent`."""

from __future__ import annotations

import re

from pydantic import Field

from shared.adapters.desk_events import read_event
from shared.adapters.desk_wire import Wire
from shared.domain.errors import UnreadableEvent
from shared.domain.events import DeskEvent, RawEvent
from shared.domain.record import Instant

_PREFIX = "zen:event-type:"
_SUBJECT = "zen:ticket:"
_TICKET_ID = re.compile(r"[0-9]{1,20}")

# What can bring a new message or a new state. Tags, fields, priority and assignment are read at the next fetch.
_MATTERS = frozenset(
    f"ticket.{event}"
    for event in (
        "created",
        "comment_added",
        "comment_made_private",
        "comment_redacted",
        "status_changed",
        "custom_status_changed",
        "requester_changed",
        "merged",
        "marked_as_spam",
        "soft_deleted",
        "permanently_deleted",
        "undeleted",
    )
)


class _Detail(Wire):
    id: str | None = None
    actor_id: str | None = None


class _Webhook(Wire):
    # It ends in logs and metrics: nothing but a plain name gets through.
    type: str = Field(pattern=r"^[\x21-\x7e]{1,100}$")
    time: Instant | None = None
    subject: str | None = None
    detail: _Detail | None = None


def parse(raw: RawEvent) -> DeskEvent:
    """Read an event. Raises what `read_event` raises."""
    return read_event(
        raw,
        from_webhook=lambda content: _from_webhook(_Webhook.model_validate(content), raw.received_at),
        checked=_checked,
    )


def _from_webhook(event: _Webhook, received_at: Instant) -> DeskEvent:
    kind = event.type.removeprefix(_PREFIX)
    return DeskEvent(
        ticket_id=_ticket_id(event, kind),
        kind=kind,
        at=event.time or received_at,
        actor_id=event.detail.actor_id if event.detail else None,
        can_change_version=kind in _MATTERS,
    )


def _ticket_id(event: _Webhook, kind: str) -> str:
    """From the subject; else from `detail.id`, which is a ticket's id in a ticket event only."""
    if event.subject and event.subject.startswith(_SUBJECT):
        return _checked(event.subject.removeprefix(_SUBJECT))
    if kind.startswith("ticket.") and event.detail and event.detail.id is not None:
        return _checked(event.detail.id)
    raise UnreadableEvent("the event names no ticket")


def _checked(ticket_id: str) -> str:
    """The id becomes part of addresses and keys: nothing but digits gets through."""
    if not _TICKET_ID.fullmatch(ticket_id):
        raise UnreadableEvent("the ticket's id is not a number")
    return ticket_id
