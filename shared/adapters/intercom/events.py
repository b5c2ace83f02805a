"""Intercom's notifications, read into `DeskEvent`."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

from shared.adapters.desk_events import read_event
from shared.adapters.desk_wire import Text, Wire
from shared.adapters.intercom.api import Moment, Object, Rows
from shared.adapters.intercom.conversation import Author
from shared.domain.errors import UnreadableEvent
from shared.domain.events import DeskEvent, RawEvent
from shared.domain.record import Instant

_ID = re.compile(r"[0-9]{1,20}")
# What can bring a new message or a new state, and is to be ticked in the Developer Hub. Notes, tags, attributes,
# priority and assignments are read at the next fetch.
MATTERS = frozenset(
    {
        "conversation.user.created",
        "conversation.user.replied",
        "conversation.admin.single.created",
        "conversation.admin.replied",
        "conversation.admin.opened",
        "conversation.admin.closed",
        "conversation.admin.snoozed",
        "conversation.admin.unsnoozed",
        "conversation.rating.added",
        "conversation.deleted",
        "conversation_part.redacted",
    }
)
# We answer nobody and change no state: whoever did one of those in our name is a person who uses our seat.
_OURS = frozenset({"conversation.admin.noted", "conversation.admin.assigned", "conversation_part.tag.created"})
_ABOUT_CONVERSATIONS = ("conversation.", "conversation_part.")
_NONE = "0"
"""The id of no conversation: for a `ping`, and for topics that somebody ticked and nobody needs."""


class _Part(Wire):
    id: Text = ""
    author: Annotated[Author, Object] = Field(default_factory=Author)
    created_at: Moment = None


class _Parts(Wire):
    conversation_parts: Annotated[list[_Part], Rows] = Field(default_factory=list)


class _Source(Wire):
    author: Annotated[Author, Object] = Field(default_factory=Author)


class _Item(Wire):
    type: Text = ""
    id: str | None = None
    conversation_id: str | None = None
    source: _Source | None = None
    conversation_parts: _Parts | None = None


class _Data(Wire):
    item: Annotated[_Item, Object] = Field(default_factory=_Item)


class _Notification(Wire):
    type: str = Field(pattern=r"^notification_event$")
    # It ends in logs and metrics: nothing but a plain name gets through.
    topic: str = Field(pattern=r"^[a-z][a-z_.]{0,79}$")
    app_id: str | None = None
    created_at: Instant | None = None
    data: Annotated[_Data, Object] = Field(default_factory=_Data)


def parse(raw: RawEvent, *, app_id: str, own_user_id: str) -> DeskEvent:
    """Read an event. Raises what `read_event` raises."""
    return read_event(
        raw,
        from_webhook=lambda content: _from_webhook(_Notification.model_validate(content), raw, app_id, own_user_id),
        checked=checked,
    )


def _from_webhook(told: _Notification, raw: RawEvent, app_id: str, own_user_id: str) -> DeskEvent:
    # Notifications belong to the app: those of every workspace that installed it come to one address. Intercom always
    # tells of which; whoever signs with the app's secret and does not is our own doctor.
    if told.app_id not in (None, app_id):
        raise UnreadableEvent("the event is of another workspace")
    at = told.created_at or raw.received_at
    if not told.topic.startswith(_ABOUT_CONVERSATIONS):
        return DeskEvent(ticket_id=_NONE, kind=told.topic, at=at, can_change_version=False)
    item = told.data.item
    return DeskEvent(
        # A part that is told by itself names its conversation elsewhere.
        ticket_id=checked(item.id if item.conversation_id is None else item.conversation_id),
        kind=told.topic,
        at=at,
        actor_id=_actor(told.topic, item, own_user_id),
        can_change_version=told.topic in MATTERS,
    )


def _actor(topic: str, item: _Item, own_user_id: str) -> str | None:
    """Who did it, where the body tells: the author of the newest part, or of what opened the conversation."""
    parts = item.conversation_parts.conversation_parts if item.conversation_parts else []
    if parts:
        newest = max(parts, key=lambda one: (one.created_at is not None, one.created_at, len(one.id), one.id))
        author = newest.author
    else:
        author = item.source.author if item.source else Author()
    if author.id == own_user_id and topic not in _OURS:
        return None
    return author.id or None


def checked(id: str | None) -> str:
    """The id becomes part of addresses and keys: nothing but digits gets through."""
    if id is None:
        raise UnreadableEvent("the event names no conversation")
    if not _ID.fullmatch(id):
        raise UnreadableEvent("the conversation's id is not a number")
    return id
