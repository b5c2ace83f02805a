"""What Freshdesk's automation rules tell us, read into `DeskEvent`.

The rules are ours and so is what they send: the rule's name, and the ticket's number. Nothing else is put into it,
because the desk fills its placeholders in as they are, and a quotation mark in a subject would break the JSON.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

from shared.adapters.desk_events import read_event
from shared.adapters.desk_wire import Wire
from shared.domain.errors import UnreadableEvent
from shared.domain.events import DeskEvent, RawEvent

ID = re.compile(r"[0-9]{1,20}", re.ASCII)
CREATED, UPDATED = "ticket_created", "ticket_updated"
"""Names of events, one for each rule. None of them is caused by what this product writes."""


class _Webhook(Wire):
    event: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    ticket_id: str


def parse(raw: RawEvent) -> DeskEvent:
    """Read an event. Raises what `read_event` raises."""
    return read_event(
        raw, from_webhook=lambda content: _from_webhook(_Webhook.model_validate(content), raw), checked=_checked
    )


def _from_webhook(event: _Webhook, raw: RawEvent) -> DeskEvent:
    """Who did it is not told. A rule of somebody's own may announce more; it is counted, and starts nothing."""
    return DeskEvent(
        ticket_id=_checked(event.ticket_id),
        kind=event.event,
        at=raw.received_at,
        can_change_version=event.event in (CREATED, UPDATED),
    )


def _checked(id: str) -> str:
    """The id becomes part of addresses and keys: nothing but digits gets through."""
    if not ID.fullmatch(id):
        raise UnreadableEvent("the ticket's id is not a number")
    return id
