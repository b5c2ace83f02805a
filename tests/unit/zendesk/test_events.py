from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.zendesk.events import parse
from shared.domain.errors import UnreadableEvent
from shared.domain.events import DeskEvent, EventSource, RawEvent

RECEIVED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def raw(body: Any, source: EventSource = EventSource.WEBHOOK) -> RawEvent:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return RawEvent(desk="zendesk", source=source, delivery_id="d", received_at=RECEIVED, body=content)


def event(kind: str = "ticket.comment_added", **more: Any) -> dict[str, Any]:
    return {
        "type": f"zen:event-type:{kind}",
        "account_id": 1,
        "id": "e",
        "time": "2026-11-23T11:59:58Z",
        "subject": "zen:ticket:35436",
        "detail": {"id": "35436", "actor_id": "2", "status": "OPEN", "requester_id": "1"},
        "event": {"comment": {"id": "9", "body": "hi"}},
        **more,
    }


def test_an_event_tells_its_ticket_its_kind_its_time_and_who_did_it():
    assert parse(raw(event())) == DeskEvent(
        ticket_id="35436",
        kind="ticket.comment_added",
        at=datetime(2026, 11, 23, 11, 59, 58, tzinfo=UTC),
        actor_id="2",
        can_change_version=True,
    )


def test_ids_may_be_numbers_too():
    read = parse(raw(event(subject=None, detail={"id": 35436, "actor_id": 2})))
    assert (read.ticket_id, read.actor_id) == ("35436", "2")


@pytest.mark.parametrize(
    "kind",
    [
        "created",
        "comment_added",
        "comment_redacted",
        "comment_made_private",
        "status_changed",
        "requester_changed",
        "merged",
        "marked_as_spam",
        "soft_deleted",
        "permanently_deleted",
    ],
)
def test_what_can_bring_a_message_or_a_state_can_change_the_version(kind):
    assert parse(raw(event(f"ticket.{kind}"))).can_change_version


@pytest.mark.parametrize(
    "kind",
    [
        "tags_changed",
        "custom_field_changed",
        "priority_changed",
        "agent_assignment_changed",
        "group_assignment_changed",
        "subject_changed",
        "attachment_linked_to_comment",
        "invented_next_year",
    ],
)
def test_what_only_changes_fields_or_is_unknown_cannot(kind):
    read = parse(raw(event(f"ticket.{kind}")))
    assert (read.kind, read.can_change_version) == (f"ticket.{kind}", False)


def test_an_event_without_a_time_happened_when_it_came():
    assert parse(raw(event(time=None))).at == RECEIVED


def test_an_event_without_an_actor_is_nobodys():
    assert parse(raw(event(detail={"id": "35436"}))).actor_id is None


def test_another_thing_s_id_is_not_taken_for_a_ticket_s():
    about_a_user = event("user.created", subject="zen:user:12", detail={"id": "12"})
    with pytest.raises(UnreadableEvent, match="no ticket"):
        parse(raw(about_a_user))


def test_a_change_found_by_polling_is_read_and_can_change_the_version():
    body = {"ticket_id": "35436", "updated_at": "2026-11-23T11:00:00Z"}
    read = parse(raw(body, EventSource.RECONCILE))
    assert read == DeskEvent(
        ticket_id="35436",
        kind="reconciled",
        at=datetime(2026, 11, 23, 11, tzinfo=UTC),
        actor_id=None,
        can_change_version=True,
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"not json",
        b'{"type":"zen:event-type:ticket.created","detail":{"id":"35',
        b"[" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        json.dumps(event(type=None)).encode(),
        json.dumps(event(type=["ticket.created"])).encode(),
        json.dumps(event(detail="35436")).encode(),
        json.dumps(event(time="yesterday")).encode(),
        json.dumps(event(time="2026-11-23T11:59:58")).encode(),
        json.dumps(event(time="0001-01-01T00:00:00+14:00")).encode(),
        json.dumps(event(subject="zen:ticket:../../users/1")).encode(),
        json.dumps(event(subject="zen:ticket:")).encode(),
        json.dumps(event(subject=None, detail={"id": "7/../8"})).encode(),
        json.dumps(event(subject=None, detail={"id": None})).encode(),
        json.dumps(event(subject=None, detail={"id": True})).encode(),
        json.dumps(event(subject=None, detail={})).encode(),
        b'{"type":"ticket.created","subject":"zen:ticket:\xd9\xa3"}',
        b'{"type":"\\ud800","subject":"zen:ticket:3"}',
        b'{"type":"t","subject":"zen:ticket:3","time":' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_event_is_unreadable(body):
    with pytest.raises(UnreadableEvent):
        parse(raw(body))


def test_the_reason_quotes_nothing_of_the_body():
    with pytest.raises(UnreadableEvent) as unreadable:
        parse(raw(event(time="my password is hunter2")))
    assert "hunter2" not in str(unreadable.value)
    assert "time" in str(unreadable.value)


@given(body=st.binary() | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(json.dumps).map(str.encode))
def test_nothing_but_unreadable_comes_of_any_bytes(body):
    for source in EventSource:
        with pytest.raises(UnreadableEvent):
            parse(raw(body, source))


JSON = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers())


@given(
    fields=st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("type", "time", "subject", "detail", "ticket_id", "updated_at"), JSON)
    ),
    detail=st.fixed_dictionaries({}, optional={"id": JSON, "actor_id": JSON}),
)
def test_a_half_right_event_is_read_or_unreadable(fields, detail):
    for source in EventSource:
        for body in (event(**fields), {"detail": detail, **fields}):
            try:
                assert parse(raw(body, source)).ticket_id.isdecimal()
            except UnreadableEvent:
                continue
