"""Help Scout's webhook events, read into `DeskEvent`. The event's name comes from a header."""

from __future__ import annotations

import re

from pydantic import Field

from shared.adapters.desk_events import read_event
from shared.adapters.desk_wire import Text
from shared.adapters.helpscout.api import Hal
from shared.adapters.helpscout.conversation import REPLY, Moment, Person
from shared.domain.errors import UnreadableEvent
from shared.domain.events import DeskEvent, RawEvent

_ID = re.compile(r"[0-9]{1,20}")
_RATED = "satisfaction.ratings"
_CREATED = "convo.created"
_ANSWERED = "convo.agent.reply.created"
_WROTE = "convo.customer.reply.created"
# What can bring a new message or a new state. Notes, tags, fields, owner and inbox are read at the next fetch.
MATTERS = frozenset({_CREATED, _WROTE, _ANSWERED, _RATED, "convo.status", "convo.merged", "convo.deleted"})


class _Thread(Hal):
    id: str
    type: Text = ""
    state: Text = ""
    created_by: Person | None = None
    created_at: Moment = None


class _Threads(Hal):
    threads: list[_Thread] = Field(default_factory=list)


class _Webhook(Hal):
    id: str | None = None
    ticket_id: str | None = None
    created_by: Person | None = None
    user_updated_at: Moment = None
    embedded: _Threads = Field(default_factory=_Threads, alias="_embedded")


def parse(raw: RawEvent, own_user_id: str) -> DeskEvent:
    """Read an event. Raises what `read_event` raises."""
    return read_event(
        raw,
        from_webhook=lambda content: _from_webhook(_Webhook.model_validate(content), raw, own_user_id),
        checked=_checked,
    )


def _from_webhook(event: _Webhook, raw: RawEvent, own_user_id: str) -> DeskEvent:
    kind = raw.event
    if not kind.startswith("convo.") and kind != _RATED:
        raise UnreadableEvent("the event is about no conversation")
    return DeskEvent(
        ticket_id=_checked(event.ticket_id if kind == _RATED else event.id),
        kind=kind,
        at=event.user_updated_at or raw.received_at,
        actor_id=_actor(kind, event, own_user_id),
        can_change_version=kind in MATTERS,
    )


def _actor(kind: str, event: _Webhook, own_user_id: str) -> str | None:
    """Who did it, where the body tells. Of a status it does not: the newest message says nothing about that."""
    if kind == _CREATED:
        return event.created_by.id if event.created_by else None
    said = [one for one in event.embedded.threads if one.type != "lineitem"]
    if kind == _ANSWERED:
        said = [one for one in said if one.type == REPLY]
    if kind not in (_ANSWERED, _WROTE, "convo.note.created") or not said:
        return None
    newest = max(said, key=lambda one: (one.created_at is not None, one.created_at, len(one.id), one.id))
    author = newest.created_by.id if newest.created_by else None
    # A reply in our name that is not a draft any more was sent by a person.
    sent_for_us = kind == _ANSWERED and author == own_user_id and newest.state != "draft"
    return None if sent_for_us else author


def _checked(id: str | None) -> str:
    """The id becomes part of addresses and keys: nothing but digits gets through."""
    if id is None:
        raise UnreadableEvent("the event names no conversation")
    if not _ID.fullmatch(id):
        raise UnreadableEvent("the conversation's id is not a number")
    return id
