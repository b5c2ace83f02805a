"""What a scrip tells: its signature, and which hints matter."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from cli.desks.requesttracker import RequestTrackerSetup
from shared.adapters.requesttracker.signature import SIGNATURE, RequestTrackerSignature
from shared.domain.errors import DeskAccessLost, SignatureRefused, UnreadableEvent
from shared.domain.events import DeskEvent, EventSource, RawEvent
from shared.runtime.desks import CONNECT
from tests.fakes.requesttracker import NOW, OWN, SECRET, SmallTracker, desk_on


def parsed(**hint: object) -> DeskEvent:
    raw = RawEvent(
        desk="requesttracker",
        source=EventSource.WEBHOOK,
        delivery_id="1",
        received_at=NOW,
        body=json.dumps({"ticket": 7, "transaction": 42, "actor": 41, "types": ["Correspond"], **hint}).encode(),
    )
    return desk_on(SmallTracker()).parse(raw)


def test_a_hint_names_ticket_actor_and_what_happened():
    event = parsed(types=["CustomField", "Correspond"])
    assert (event.ticket_id, event.actor_id, event.kind, event.at) == ("7", "41", "Correspond", NOW)
    assert event.can_change_version


def test_fields_owner_and_queue_start_nothing():
    event = parsed(types=["Set", "CustomField", "SetWatcher"])
    assert (event.kind, event.can_change_version) == ("changed", False)


def test_our_own_writes_are_known_by_their_actor():
    assert parsed(actor=int(OWN)).actor_id == desk_on(SmallTracker()).own_user_id


def test_a_kind_that_nobody_knows_reaches_no_log():
    assert parsed(types=["zanzibar\nis furious"]).kind == "changed"


@pytest.mark.parametrize("ticket", ["../1", "1?x", "", None, {"id": 1}])
def test_a_ticket_that_could_lead_elsewhere_is_unreadable(ticket: object):
    with pytest.raises(UnreadableEvent):
        parsed(ticket=ticket)


def test_a_known_signature_is_taken():
    # printf '%s' '{"ticket":1}' | openssl dgst -sha256 -hmac secret -binary | base64
    given = {SIGNATURE: "5ldIyUfkBQb2a63J1atkNyxk4eiM/JNvUIuG4BEx3yk="}
    assert RequestTrackerSignature().verify(given, b'{"ticket":1}', ("secret",), NOW).id


def test_the_set_up_s_test_event_is_signed_as_a_scrip_signs():
    headers, body = RequestTrackerSetup().probe("999", secret="s", now=datetime(2026, 11, 23, tzinfo=UTC))
    assert RequestTrackerSignature().verify(headers, body, ("old", "s"), NOW).id
    with pytest.raises(SignatureRefused):
        RequestTrackerSignature().verify(headers, body + b" ", ("s",), NOW)


@pytest.mark.parametrize("lacking", ["base_url", "token", "integration_user_id"])
def test_an_incomplete_secret_names_what_it_lacks(lacking: str):
    secret = {name: value for name, value in SECRET.items() if name != lacking}
    with pytest.raises(DeskAccessLost, match=lacking):
        CONNECT["requesttracker"](secret, {})
