"""What a rule sends, and what it cannot make us do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.adapters.freshdesk.events import CREATED, UPDATED, parse
from shared.domain.errors import UnreadableEvent
from shared.domain.events import EventSource, RawEvent

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def raw(content: Any, source: EventSource = EventSource.WEBHOOK) -> RawEvent:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return RawEvent(desk="freshdesk", source=source, delivery_id="1", received_at=NOW, body=body)


@pytest.mark.parametrize("event", [CREATED, UPDATED])
@pytest.mark.parametrize("id", [7, "7"])
def test_a_rule_names_its_event_and_the_ticket(event: str, id: object):
    read = parse(raw({"event": event, "ticket_id": id, "new_in_2027": {}}))
    assert (read.ticket_id, read.kind, read.at, read.actor_id) == ("7", event, NOW, None)
    assert read.can_change_version


def test_a_rule_that_somebody_else_made_is_counted_and_starts_nothing():
    assert not parse(raw({"event": "tag_added", "ticket_id": 7})).can_change_version


@pytest.mark.parametrize("id", ["", "x7", "-7", "7.0", "../7", "7?x=1", "٧", "9" * 21, None, True, [7], {"id": 7}])
def test_an_id_that_is_no_number_is_unreadable(id: object):
    with pytest.raises(UnreadableEvent):
        parse(raw({"event": UPDATED, "ticket_id": id}))


@pytest.mark.parametrize("event", ["", "Ticket Updated", "x" * 41, "line\nbreak", None, 7])
def test_an_event_without_a_proper_name_is_unreadable(event: object):
    with pytest.raises(UnreadableEvent):
        parse(raw({"event": event, "ticket_id": 7}))


def test_a_template_that_the_desk_did_not_fill_in_is_unreadable():
    with pytest.raises(UnreadableEvent):
        parse(raw(b'{"event":"ticket_updated","ticket_id":"{{ticket.id}}"}'))


def test_an_event_found_by_polling_has_the_form_that_is_the_same_on_every_desk():
    event = parse(raw({"ticket_id": "7", "updated_at": "2026-11-23T10:00:00Z"}, EventSource.RECONCILE))
    assert (event.ticket_id, event.kind, event.can_change_version) == ("7", "reconciled", True)
