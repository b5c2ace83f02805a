"""Accepting webhooks: who is let in, and what everybody else is told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest

from functions.receive.handler import Deps, lambda_handler
from functions.receive.service import receive
from shared.adapters.sqs.envelope import decode, encode
from shared.adapters.zendesk.signature import INVOCATION, SIGNATURE, TIMESTAMP, ZendeskSignature
from shared.domain.delivery import MAX_BODY_BYTES, Delivery, signing_secrets
from shared.domain.errors import StoredItemCorrupt, StoreUnavailable
from tests.fakes.delivery import InMemoryEventQueue
from tests.unit.functions.lambdas import context, observer

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECRET = "whsec-live"
BODY = b'{"type": "zen:event-type:ticket.created", "subject": "zen:ticket:7"}'


def signed(body: bytes = BODY, *, secret: str = SECRET, at: datetime = NOW, desk: str = "zendesk", **headers: str):
    """An API Gateway event as Zendesk's webhook causes it."""
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()
    signature = base64.b64encode(digest).decode()
    names = {SIGNATURE.title(): signature, TIMESTAMP.upper(): stamp, INVOCATION: "01HXABC"}
    try:
        text, encoded = body.decode(), False
    except UnicodeDecodeError:
        text, encoded = base64.b64encode(body).decode(), True
    return {
        "pathParameters": {"desk": desk},
        "headers": {**names, **headers},
        "body": text,
        "isBase64Encoded": encoded,
    }


class Door:
    """The handler with a queue behind it."""

    def __init__(self) -> None:
        self.queue = InMemoryEventQueue()
        self.secrets: tuple[str, ...] | Exception = (SECRET,)

    def knock(self, event):
        def secrets(desk: str) -> tuple[str, ...]:
            if isinstance(self.secrets, Exception):
                raise self.secrets
            return self.secrets

        deps = Deps(
            signatures={"zendesk": ZendeskSignature()},
            secrets=secrets,
            queue=self.queue,
            observer=observer("receive"),
            clock=lambda: NOW,
        )
        answer = lambda_handler(event, context(), deps)
        assert answer["headers"] == {"content-type": "application/json"}
        return answer["statusCode"], json.loads(answer["body"])


@pytest.fixture
def door() -> Door:
    return Door()


def test_a_genuine_webhook_is_queued_as_it_came_and_answered_202(door):
    assert door.knock(signed()) == (202, {"accepted": "01HXABC"})
    (event,) = door.queue.events
    assert (event.desk, event.source, event.delivery_id) == ("zendesk", "webhook", "01HXABC")
    assert (event.body, event.received_at) == (BODY, NOW)


@pytest.mark.parametrize("body", [b"", b"not json", b"[" * 10_000, b"{}", "Grüße 火🔥".encode()])
def test_what_is_in_the_body_is_nobodys_business_here(door, body):
    assert door.knock(signed(body))[0] == 202
    assert door.queue.events[0].body == body


def test_bytes_that_are_no_text_arrive_as_they_were_sent(door):
    body = b"\xff\xfe\x00 binary"

    assert door.knock(signed(body))[0] == 202
    assert door.queue.events[0].body == body


def test_a_missing_signature_is_401(door):
    event = signed()
    del event["headers"][SIGNATURE.title()]

    status, told = door.knock(event)
    assert (status, told["error"]) == (401, "signature_refused")
    assert "is missing" in told["message"]
    assert door.queue.events == []


@pytest.mark.parametrize("headers", [None, {}])
def test_a_webhook_without_headers_is_401(door, headers):
    assert door.knock({**signed(), "headers": headers})[0] == 401


def test_one_changed_byte_is_401(door):
    event = signed()
    event["body"] = event["body"].replace("ticket:7", "ticket:8")

    assert door.knock(event)[0] == 401


def test_another_secret_is_401(door):
    assert door.knock(signed(secret="whsec-guessed"))[0] == 401


@pytest.mark.parametrize(("age", "status"), [(300, 202), (301, 401), (-300, 202), (-301, 401)])
def test_a_stamp_may_be_five_minutes_off(door, age, status):
    assert door.knock(signed(at=NOW - timedelta(seconds=age)))[0] == status


def test_during_a_rotation_both_secrets_are_valid(door):
    door.secrets = ("whsec-new", SECRET)

    assert door.knock(signed())[0] == 202
    assert door.knock(signed(secret="whsec-new"))[0] == 202


@pytest.mark.parametrize("desk", ["intercom", "", "zendesk/../x", "ZENDESK"])
def test_an_unknown_desk_is_404(door, desk):
    status, told = door.knock(signed(desk=desk))

    assert (status, told["error"]) == (404, "unknown_desk")
    assert "zendesk" in told["message"]


@pytest.mark.parametrize(("desk", "status"), [("zendesk", 200), ("nobody", 404)])
def test_a_desk_that_knocks_first_is_told_that_somebody_is_there(door, desk, status):
    knock = {"pathParameters": {"desk": desk}, "requestContext": {"http": {"method": "HEAD"}}}

    assert door.knock(knock)[0] == status
    assert door.queue.events == []


def test_the_name_of_an_event_that_only_a_header_tells_goes_along():
    class Named:
        def verify(self, headers, body, secrets, now):
            return Delivery("d1", "convo.created")

    queue = InMemoryEventQueue()
    receive("acme", {}, b"{}", signatures={"acme": Named()}, secrets=lambda desk: ("s",), queue=queue, now=NOW)
    assert (queue.events[0].event, queue.events[0].delivery_id) == ("convo.created", "d1")
    assert decode(encode(queue.events[0])) == queue.events[0]


def test_a_path_without_a_desk_is_404(door):
    assert door.knock({**signed(), "pathParameters": None})[0] == 404


def test_a_body_that_is_too_large_is_413_but_only_for_the_desk_itself(door):
    body = b"x" * (MAX_BODY_BYTES + 1)

    status, told = door.knock(signed(body))
    assert (status, told["error"]) == (413, "body_too_large")
    assert "polling" in told["message"]
    assert door.knock(signed(body, secret="whsec-guessed"))[0] == 401
    assert door.knock(signed(body[:-1]))[0] == 202


def test_while_the_queue_is_down_the_desk_is_asked_to_send_again(door):
    door.queue.fail_with = StoreUnavailable("could not queue zendesk 01HXABC: KMS is throttled")

    status, told = door.knock(signed())
    assert (status, told["error"]) == (503, "try_again")
    assert "KMS" not in told["message"]


@pytest.mark.parametrize("trouble", [StoreUnavailable("Secrets Manager"), StoredItemCorrupt("there is no secret")])
def test_without_its_secret_a_desk_is_asked_to_send_again(door, trouble):
    door.secrets = trouble

    assert door.knock(signed()) == (
        503,
        {"error": "try_again", "message": "it could not be taken in just now; send it again"},
    )


@pytest.mark.parametrize("stored", [{}, {"secrets": []}, {"secrets": [""]}, {"secrets": "whsec"}, {"secrets": [7]}])
def test_a_secret_that_holds_no_signing_secret_lets_nobody_in(stored):
    with pytest.raises(StoredItemCorrupt):
        signing_secrets(stored)


def test_the_signing_secrets_are_those_that_are_written_there():
    assert signing_secrets({"secrets": ["one", "two"]}) == ("one", "two")


def test_neither_body_nor_secret_nor_signature_reaches_a_log(door, capsys):
    body = b'{"text": "zanzibar is furious"}'
    good, forged = signed(body), signed(body, secret="whsec-guessed")
    door.knock(good)
    door.knock(forged)
    door.knock(signed(body + b"x" * MAX_BODY_BYTES))
    door.queue.fail_with = StoreUnavailable("down")
    door.knock(good)

    logged = "".join(capsys.readouterr())
    assert logged.count("webhook refused") == 3
    assert logged.count("webhook accepted") == 1
    for word in ("zanzibar", SECRET, good["headers"][SIGNATURE.title()], forged["headers"][SIGNATURE.title()]):
        assert word not in logged
