from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.intercom.events import MATTERS, parse
from shared.domain.errors import UnreadableEvent
from shared.domain.events import DeskEvent, EventSource, RawEvent
from tests.fakes.intercom import AGENT, AT, CONTACT, OWN, admin, conversation, part, user

RECEIVED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def read(item: Any, topic: str = "conversation.user.replied", **more: Any) -> DeskEvent:
    told = {
        "type": "notification_event",
        "app_id": "acme1",
        "id": "notif_1",
        "topic": topic,
        "created_at": AT,
        "delivery_attempts": 1,
        "data": {"type": "notification_event_data", "item": item},
    }
    return read_body(json.dumps({**told, **more}).encode())


def read_body(body: bytes) -> DeskEvent:
    raw = RawEvent(desk="intercom", source=EventSource.WEBHOOK, delivery_id="d", received_at=RECEIVED, body=body)
    return parse(raw, app_id="acme1", own_user_id=OWN)


def test_an_event_tells_its_conversation_its_kind_its_time_and_who_did_it():
    assert read(conversation(part(1, user()))) == DeskEvent(
        ticket_id="7",
        kind="conversation.user.replied",
        at=datetime.fromtimestamp(AT, UTC),
        actor_id=CONTACT,
        can_change_version=True,
    )


def test_of_a_new_conversation_whoever_opened_it_did_it():
    assert read(conversation(), "conversation.user.created").actor_id == CONTACT


@pytest.mark.parametrize("topic", sorted(MATTERS))
def test_what_can_bring_a_message_or_a_state_makes_us_look(topic: str):
    assert read(conversation(part(1, admin(AGENT))), topic).can_change_version


@pytest.mark.parametrize(
    "topic",
    [
        "conversation.admin.noted",
        "conversation.admin.assigned",
        "conversation.admin.open.assigned",
        "conversation.priority.updated",
        "conversation_part.tag.created",
        "conversation.read",
        "conversation.something_new",
    ],
)
def test_what_can_not_is_only_counted(topic: str):
    assert not read(conversation(part(1, admin(AGENT))), topic).can_change_version


def test_the_newest_part_says_who_did_it():
    parts = part(3, admin(AGENT)), part(1, user()), part(2, admin(OWN), kind="note")
    assert read(conversation(*parts), "conversation.admin.replied").actor_id == AGENT


@pytest.mark.parametrize("topic", ["conversation.admin.noted", "conversation.admin.assigned"])
def test_our_own_notes_and_assignments_are_our_own(topic: str):
    assert read(conversation(part(1, admin(OWN), kind="note")), topic).actor_id == OWN


@pytest.mark.parametrize("topic", ["conversation.admin.replied", "conversation.admin.closed"])
def test_an_answer_in_our_name_is_a_person_s_who_uses_our_seat(topic: str):
    event = read(conversation(part(1, admin(OWN))), topic)
    assert (event.actor_id, event.can_change_version) == (None, True)


def test_a_deleted_conversation_is_told_by_its_id_alone():
    event = read({"type": "conversation", "id": "7"}, "conversation.deleted")
    assert (event.ticket_id, event.actor_id, event.can_change_version) == ("7", None, True)


def test_a_part_that_is_told_by_itself_names_its_conversation():
    item = {"type": "conversation_part", "id": "99", "conversation_id": 7}
    assert read(item, "conversation_part.redacted").ticket_id == "7"


@pytest.mark.parametrize("topic", ["ping", "contact.user.created", "ticket.created", "company.updated"])
def test_a_ping_and_what_nobody_needs_are_neither_an_error_nor_a_conversation(topic: str):
    event = read({"type": "ping", "message": "something something interzen"}, topic)
    assert (event.ticket_id, event.can_change_version) == ("0", False)


def test_an_event_of_another_workspace_is_unreadable():
    with pytest.raises(UnreadableEvent, match="another workspace"):
        read(conversation(), app_id="zanzibar1")


@pytest.mark.parametrize("topic", ["Conversation.x", "conversation x", "é", "x" * 81, "", 7, None, "conversation.x\n"])
def test_a_topic_that_is_none_is_unreadable(topic: Any):
    with pytest.raises(UnreadableEvent):
        read(conversation(), topic)


@pytest.mark.parametrize("id", ["../1", "1/2", "", " 7", "７", {"id": 7}, ["7"], True, None, 7.5, "9" * 21])
def test_an_id_that_could_lead_elsewhere_is_unreadable(id: object):
    with pytest.raises(UnreadableEvent):
        read({"type": "conversation", "id": id})


def test_shapes_of_other_versions_of_the_api_and_new_fields_do_no_harm():
    # A notification follows the version that is set in the app, not the one that we ask for.
    old = {"type": "conversation", "id": 7, "conversation_message": {"x": 1}, "tags": [], "priority": "not_priority"}
    assert read(old, "conversation.user.created").actor_id is None
    assert read({**conversation(part(1, user())), "new": {"x": [1]}}).actor_id == CONTACT


NAMES = ["id", "type", "topic", "app_id", "data", "item", "conversation_parts", "author", "source", "created_at"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda some: st.lists(some) | st.dictionaries(st.sampled_from(NAMES), some),
)


@given(ANYTHING)
def test_whatever_comes_is_an_event_or_unreadable(item: Any):
    try:
        id = read(item).ticket_id
    except UnreadableEvent:
        return
    assert id.isdecimal()
