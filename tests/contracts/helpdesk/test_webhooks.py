"""Webhooks: whom a desk's signature lets in, and what its events say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.delivery import Delivery
from shared.domain.errors import SignatureRefused, UnreadableEvent
from shared.domain.events import EventSource, RawEvent
from tests.contracts.staging.staged import Sent, Staged, change, not_here, note


def now() -> datetime:
    return datetime.now(UTC)


def one_webhook(staged: Staged) -> Sent:
    """The first webhook about a new ticket."""
    staged.listens()
    staged.opens("I was charged twice.")
    return staged.delivered()[0]


def check(
    staged: Staged, headers: Mapping[str, str], body: bytes, *secrets: str, later: timedelta = timedelta(0)
) -> Delivery:
    return staged.signature.verify(headers, body, secrets or (staged.secret,), now() + later)


def raw(staged: Staged, body: bytes, source: EventSource = EventSource.WEBHOOK, event: str = "") -> RawEvent:
    return RawEvent(desk=staged.desk.name, source=source, delivery_id="1", received_at=now(), body=body, event=event)


def read(staged: Staged, sent: Sent):
    return staged.desk.parse(raw(staged, sent.body, event=check(staged, sent.headers, sent.body).event))


# ---- the signature


def test_what_the_desk_sends_is_genuine(staged: Staged):
    staged.listens()
    id = staged.opens("I was charged twice.")
    staged.customer_writes(id, "Grüße 火🔥 <b>&amp;</b>")
    sent = staged.delivered()
    assert len(sent) >= 2
    for one in sent:
        assert check(staged, one.headers, one.body).id


def test_another_secret_is_refused(staged: Staged):
    sent = one_webhook(staged)
    with pytest.raises(SignatureRefused):
        check(staged, sent.headers, sent.body, staged.secret + "x")


def test_a_changed_body_is_refused(staged: Staged):
    if not staged.traits.signs_body:
        not_here("the desk signs nothing; the body is only a hint")
    sent = one_webhook(staged)
    for body in (sent.body + b" ", sent.body[:-1], b""):
        with pytest.raises(SignatureRefused):
            check(staged, sent.headers, body)


def test_a_missing_signature_is_refused(staged: Staged):
    sent = one_webhook(staged)
    headers = {name: value for name, value in sent.headers.items() if name != staged.traits.header}
    assert headers != sent.headers
    with pytest.raises(SignatureRefused, match=staged.traits.header):
        check(staged, headers, sent.body)


@pytest.mark.parametrize("malformed", ["", " ", "x", "=" * 44, "é" * 40, "0" * 5_000, "sha1=", "null"])
def test_a_malformed_signature_is_refused(staged: Staged, malformed: str):
    sent = one_webhook(staged)
    with pytest.raises(SignatureRefused):
        check(staged, {**sent.headers, staged.traits.header: malformed}, sent.body)


def test_a_signature_header_sent_twice_is_refused(staged: Staged):
    sent = one_webhook(staged)
    given = sent.headers[staged.traits.header]
    for twice in (f"{given}, {given}", f"{given},{given}", f"wrong, {given}", f"{given}, wrong"):
        with pytest.raises(SignatureRefused):
            check(staged, {**sent.headers, staged.traits.header: twice}, sent.body)


def test_without_a_secret_nobody_is_let_in(staged: Staged):
    sent = one_webhook(staged)
    for secrets in ((), ("",)):
        with pytest.raises(SignatureRefused):
            staged.signature.verify(sent.headers, sent.body, secrets, now())


def test_while_secrets_change_both_are_good(staged: Staged):
    sent = one_webhook(staged)
    assert check(staged, sent.headers, sent.body, "the-next-one", staged.secret).id
    assert check(staged, sent.headers, sent.body, staged.secret, "the-last-one").id


def test_an_old_signature_is_refused(staged: Staged):
    tolerance = staged.traits.tolerance
    if tolerance is None:
        not_here("the desk signs no time; a replay is settled by its delivery id")
    sent = one_webhook(staged)
    with pytest.raises(SignatureRefused, match="older"):
        check(staged, sent.headers, sent.body, later=tolerance + timedelta(seconds=30))


def test_a_signature_from_the_future_is_refused(staged: Staged):
    tolerance = staged.traits.tolerance
    if tolerance is None:
        not_here("the desk signs no time")
    sent = one_webhook(staged)
    with pytest.raises(SignatureRefused, match="future"):
        check(staged, sent.headers, sent.body, later=-tolerance - timedelta(seconds=30))


def test_a_delivery_keeps_its_id_and_another_has_another(staged: Staged):
    staged.listens()
    id = staged.opens("I was charged twice.")
    staged.customer_writes(id, "Hello?")
    ids = [check(staged, one.headers, one.body).id for one in staged.delivered()]
    again = [check(staged, one.headers, one.body).id for one in staged.delivered()]
    assert ids == again or not staged.traits.knows_repeats
    assert len(set(ids)) == len(ids)


# ---- what it says


def test_an_event_names_its_ticket_and_its_time(staged: Staged):
    staged.listens()
    id = staged.opens("I was charged twice.")
    events = [read(staged, one) for one in staged.delivered()]
    assert {event.ticket_id for event in events} == {id}
    assert any(event.can_change_version for event in events)
    assert all(event.kind and event.kind.isprintable() and len(event.kind) <= 100 for event in events)


def test_a_customer_s_message_can_change_the_version(staged: Staged):
    id = staged.opens("I was charged twice.")
    staged.listens()
    before = len(staged.delivered())
    staged.customer_writes(id, "Still waiting")
    events = [read(staged, one) for one in staged.delivered()[before:]]
    assert any(event.can_change_version and event.ticket_id == id for event in events)
    assert all(event.actor_id != staged.desk.own_user_id for event in events)


def test_what_we_write_comes_back_as_our_own_or_not_at_all(staged: Staged):
    id = staged.opens("I was charged twice.")
    staged.listens()
    before = len(staged.delivered())
    staged.desk.write(id, change(staged.desk.fetch(id), note=note(), add_tags={"firstline"}))
    events = [read(staged, one) for one in staged.delivered()[before:]]
    assert all(event.actor_id == staged.desk.own_user_id or not event.can_change_version for event in events)


def test_an_event_of_another_account_is_unreadable(staged: Staged):
    body = staged.of_another_account()
    if body is None:
        not_here("the secret belongs to one account alone")
    with pytest.raises(UnreadableEvent):
        staged.desk.parse(raw(staged, body))


def test_a_change_found_by_polling_is_an_event_that_can_change_the_version(staged: Staged):
    body = {"ticket_id": "1001", "updated_at": "2026-11-23T10:00:00+00:00"}
    event = staged.desk.parse(raw(staged, json.dumps(body).encode(), EventSource.RECONCILE))
    assert (event.ticket_id, event.actor_id, event.can_change_version) == ("1001", None, True)
    assert event.at == datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize("source", EventSource)
@pytest.mark.parametrize(
    "body",
    [b"", b"no json", b'{"ticket_id":', b"[]", b"{}", b"null", b"7", b"[" * 50_000, b"\xff\xfe", b'{"id": {"id": {}}}'],
    ids=lambda body: body[:12].hex() or "empty",
)
def test_what_is_no_event_is_unreadable(staged: Staged, source: EventSource, body: bytes):
    with pytest.raises(UnreadableEvent):
        staged.desk.parse(raw(staged, body, source))


@pytest.mark.parametrize("id", ["../1", "1/2", "1?x=1", "", " ", "1#2", "１", "1\n", {"id": 1}, ["1"], None, "9" * 400])
def test_an_id_that_could_lead_elsewhere_is_unreadable(staged: Staged, id: object):
    body = json.dumps({"ticket_id": id, "updated_at": "2026-11-23T10:00:00Z"}).encode()
    with pytest.raises(UnreadableEvent):
        staged.desk.parse(raw(staged, body, EventSource.RECONCILE))


def test_an_unreadable_event_is_not_quoted(staged: Staged):
    body = b'{"words": "zanzibar is furious", "ticket_id": ["zanzibar"], "updated_at": "zanzibar"}'
    for source in EventSource:
        with pytest.raises(UnreadableEvent) as unreadable:
            staged.desk.parse(raw(staged, body, source))
        assert "zanzibar" not in str(unreadable.value)
