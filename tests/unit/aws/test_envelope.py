"""Events on the queue."""

from __future__ import annotations

import base64
import json
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.sqs.envelope import LONGEST, decode, encode
from shared.domain.errors import UnreadableEvent
from shared.domain.events import EventSource, RawEvent

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
VALID = {
    "desk": "zendesk",
    "source": "webhook",
    "delivery_id": "d1",
    "received_at": "2026-11-24T12:00:00Z",
    "encoding": "text",
    "body": '{"secret": 1}',
    "event": "",
}


def an_event(body: bytes, **changes: Any) -> RawEvent:
    values = {"desk": "zendesk", "source": EventSource.WEBHOOK, "delivery_id": "d1", "received_at": NOON, "body": body}
    return RawEvent(**values | changes)


@given(st.binary() | st.text().map(str.encode), st.text(), st.sampled_from(EventSource))
def test_an_event_survives_the_queue(body: bytes, delivery: str, source: EventSource) -> None:
    event = an_event(body, delivery_id=delivery.encode(errors="replace").decode(), source=source)
    message = encode(event)
    assert message.isascii()
    assert decode(message) == event


def test_text_lies_on_the_queue_as_it_came() -> None:
    assert json.loads(encode(an_event(b'{"secret": 1}'))) == VALID


def test_bytes_that_are_no_text_are_compressed() -> None:
    wrapped = json.loads(encode(an_event(b"\xff\xfe")))
    assert wrapped["encoding"] == "zlib+base64"
    assert zlib.decompress(base64.b64decode(wrapped["body"])) == b"\xff\xfe"


@pytest.mark.parametrize("letter", ["x", "é", "\x00"])
def test_a_text_too_long_for_one_message_is_compressed(letter: str) -> None:
    event = an_event(letter.encode() * (256 * 1024 // len(letter.encode())))
    message = encode(event)
    assert len(message) <= LONGEST
    assert decode(message) == event


@pytest.mark.parametrize(
    "message",
    [
        "",
        "not json",
        "[]",
        "null",
        json.dumps(VALID)[:-5],
        json.dumps({**VALID, "source": "elsewhere"}),
        json.dumps({**VALID, "received_at": "2026-11-24T12:00:00"}),
        json.dumps({**VALID, "encoding": "rot13"}),
        json.dumps({**VALID, "encoding": "zlib+base64"}),
        json.dumps({**VALID, "encoding": "zlib+base64", "body": "c2VjcmV0"}),
        json.dumps({name: value for name, value in VALID.items() if name != "body"}),
    ],
)
def test_what_is_no_envelope_is_unreadable_and_not_quoted(message: str) -> None:
    with pytest.raises(UnreadableEvent) as caught:
        decode(message)
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_field_that_a_later_release_adds_does_no_harm() -> None:
    assert decode(json.dumps({**VALID, "later": 1})) == an_event(b'{"secret": 1}')
