from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.helpscout.events import parse
from shared.domain.errors import UnreadableEvent
from shared.domain.events import DeskEvent, EventSource, RawEvent
from tests.fakes.helpscout import AGENT, CUSTOMER, OWN, conversation, thread

RECEIVED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def read(body: Any, event: str = "convo.customer.reply.created") -> DeskEvent:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    raw = RawEvent(
        desk="helpscout",
        source=EventSource.WEBHOOK,
        delivery_id="d",
        received_at=RECEIVED,
        body=content,
        event=event,
    )
    return parse(raw, str(OWN))


def told(*threads: dict[str, Any]) -> dict[str, Any]:
    """A webhook's body: the conversation with its threads, newest first."""
    return conversation(_embedded={"threads": list(reversed(threads))})


def test_an_event_tells_its_conversation_its_kind_its_time_and_who_did_it():
    assert read(told(thread(1, CUSTOMER))) == DeskEvent(
        ticket_id="7",
        kind="convo.customer.reply.created",
        at=datetime(2026, 11, 23, 11, 30, tzinfo=UTC),
        actor_id=str(CUSTOMER),
        can_change_version=True,
    )


@pytest.mark.parametrize(
    ("event", "matters"),
    [
        ("convo.created", True),
        ("convo.customer.reply.created", True),
        ("convo.agent.reply.created", True),
        ("convo.status", True),
        ("convo.merged", True),
        ("convo.deleted", True),
        ("convo.note.created", False),
        ("convo.assigned", False),
        ("convo.moved", False),
        ("convo.tags", False),
        ("convo.custom-fields", False),
        ("convo.something-new", False),
    ],
)
def test_only_what_can_bring_a_message_or_a_state_makes_us_look(event: str, matters: bool):
    assert read(told(thread(1, CUSTOMER)), event).can_change_version is matters


def test_a_deleted_conversation_is_told_by_its_id_alone():
    event = read({"id": 7}, "convo.deleted")
    assert (event.ticket_id, event.actor_id, event.at) == ("7", None, RECEIVED)


def test_a_rating_names_its_conversation_elsewhere():
    body = {"id": 99, "ticketId": 7, "threadId": 3, "rating": "Great", "createdAt": "2026-11-23T11:00:00Z"}
    assert read(body, "satisfaction.ratings").ticket_id == "7"
    with pytest.raises(UnreadableEvent, match="names no conversation"):
        read({"id": 99}, "satisfaction.ratings")


def test_our_own_draft_and_our_own_note_are_our_own():
    draft = thread(2, OWN, state="draft")
    assert read(told(thread(1, CUSTOMER), draft), "convo.agent.reply.created").actor_id == str(OWN)
    note = thread(2, OWN, type="note")
    assert read(told(thread(1, CUSTOMER), note), "convo.note.created").actor_id == str(OWN)


def test_a_draft_of_ours_that_a_person_sent_is_not_taken_for_our_own_doing():
    sent = thread(2, OWN)
    assert read(told(thread(1, CUSTOMER), sent), "convo.agent.reply.created").actor_id is None


def test_who_answered_is_told_past_newer_notes_and_what_merely_happened():
    body = told(thread(1, CUSTOMER), thread(2, AGENT), thread(3, OWN, type="note"), thread(4, OWN, type="lineitem"))
    assert read(body, "convo.agent.reply.created").actor_id == str(AGENT)


def test_of_a_status_nobody_says_who_changed_it_even_where_our_note_is_the_newest():
    body = told(thread(1, CUSTOMER), thread(2, OWN, type="note"))
    assert read(body, "convo.status").actor_id is None


@pytest.mark.parametrize("event", ["customer.created", "tag.updated", "helpscout.test", "beacon.chat.created", ""])
def test_an_event_about_no_conversation_is_unreadable(event: str):
    with pytest.raises(UnreadableEvent, match="about no conversation"):
        read({"id": 7}, event)


@pytest.mark.parametrize("id", ["../1", "1/2", "", " 7", "７", {"id": 7}, ["7"], True, None, 7.5, "9" * 21])
def test_an_id_that_could_lead_elsewhere_is_unreadable(id: object):
    with pytest.raises(UnreadableEvent):
        read({"id": id}, "convo.status")


def test_new_fields_and_threads_cut_short_do_no_harm():
    body = told({"id": 5, "type": "beaconchat"}, thread(1, CUSTOMER)) | {"nextEvent": {"x": [1]}, "snooze": None}
    assert read(body).actor_id == str(CUSTOMER)


NAMES = ["id", "ticketId", "_embedded", "threads", "createdBy", "userUpdatedAt", "createdAt"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda some: st.lists(some) | st.dictionaries(st.sampled_from(NAMES), some),
)


@given(ANYTHING, st.sampled_from(["convo.created", "convo.agent.reply.created", "satisfaction.ratings"]))
def test_whatever_comes_is_an_event_or_unreadable(body: Any, event: str):
    try:
        id = read(body, event).ticket_id
    except UnreadableEvent:
        return
    assert id.isdecimal()
