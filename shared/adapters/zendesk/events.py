"""Zendesk's webhook events and our own reconcile events, read into `DeskEvent`.

The body is signed, but what is in it may still be anything: every way in which it can be wrong ends as
`UnreadableEvent`, so that it is parked with its reason.
"""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.domain.errors import UnreadableEvent
from shared.domain.events import DeskEvent, EventSource, RawEvent
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


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class _Detail(_Wire):
    id: str | None = None
    actor_id: str | None = None


class _Webhook(_Wire):
    # It ends in logs and metrics: nothing but a plain name gets through.
    type: str = Field(pattern=r"^[\x21-\x7e]{1,100}$")
    time: Instant | None = None
    subject: str | None = None
    detail: _Detail | None = None


class _Reconciled(_Wire):
    ticket_id: str
    updated_at: Instant


def parse(raw: RawEvent) -> DeskEvent:
    """Read an event.

    Raises:
        UnreadableEvent: not JSON, not an event, or without a ticket; the message says which, and quotes nothing.
    """
    content = _json(raw.body)
    try:
        if raw.source is EventSource.RECONCILE:
            return _from_reconcile(_Reconciled.model_validate(content))
        return _from_webhook(_Webhook.model_validate(content), raw.received_at)
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


def _from_reconcile(event: _Reconciled) -> DeskEvent:
    return DeskEvent(
        ticket_id=_checked(event.ticket_id), kind="reconciled", at=event.updated_at, can_change_version=True
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
