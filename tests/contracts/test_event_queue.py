"""What every event queue promises."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Protocol

import pytest

from shared.adapters.sqs.envelope import decode
from shared.adapters.sqs.queue import SqsEventQueue
from shared.domain.events import EventSource, RawEvent
from shared.ports.delivery import EventQueue
from tests.emulator import Emulator
from tests.fakes.delivery import InMemoryEventQueue

BODIES = {
    "empty": b"",
    "control characters": b"\x00\x01\x1f\x7f",
    "unicode": "é € \U0001f600 \ufffe".encode(),
    "no text": b"\xff\xfe",
    "the longest": b"x" * 262_144,
    "the longest that does not compress": random.Random(1).randbytes(262_144),
}


class Looked(Protocol):
    """A queue, and what somebody who looks at it finds."""

    @property
    def queue(self) -> EventQueue: ...

    def waiting(self) -> list[RawEvent]: ...

    def parked(self) -> list[tuple[RawEvent, str]]: ...


class InMemory:
    def __init__(self) -> None:
        self.queue = InMemoryEventQueue()

    def waiting(self) -> list[RawEvent]:
        return self.queue.events

    def parked(self) -> list[tuple[RawEvent, str]]:
        return self.queue.parked


class OnSqs:
    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._events, self._parked = emulator.queue_url(), emulator.queue_url()
        self.queue = SqsEventQueue(emulator.client("sqs"), self._events, self._parked)

    def waiting(self) -> list[RawEvent]:
        return [decode(message["Body"]) for message in self._emulator.messages(self._events)]

    def parked(self) -> list[tuple[RawEvent, str]]:
        messages = self._emulator.messages(self._parked)
        return [(decode(m["Body"]), m["MessageAttributes"]["reason"]["StringValue"]) for m in messages]


@pytest.fixture(params=["memory", pytest.param("sqs", marks=pytest.mark.integration)])
def looked(request: pytest.FixtureRequest) -> Looked:
    return InMemory() if request.param == "memory" else OnSqs(request.getfixturevalue("emulator"))


def an_event(body: bytes = b'{"ticket": 1}', delivery: str = "d1") -> RawEvent:
    return RawEvent(
        desk="zendesk",
        source=EventSource.WEBHOOK,
        delivery_id=delivery,
        received_at=datetime(2026, 11, 24, 12, 0, 0, 123, tzinfo=UTC),
        body=body,
    )


class TestEventQueue:
    def test_an_event_waits_as_it_was_put(self, looked: Looked) -> None:
        looked.queue.put(an_event())
        assert looked.waiting() == [an_event()]
        assert looked.parked() == []

    def test_a_parked_event_keeps_its_bytes_and_its_reason_and_waits_no_more(self, looked: Looked) -> None:
        looked.queue.park(an_event(b"\xff\x00 broken"), "UnreadableEvent: no JSON")
        assert looked.parked() == [(an_event(b"\xff\x00 broken"), "UnreadableEvent: no JSON")]
        assert looked.waiting() == []

    @pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
    def test_any_bytes_that_receive_accepts_arrive_unchanged(self, looked: Looked, body: bytes) -> None:
        looked.queue.put(an_event(body))
        assert [event.body for event in looked.waiting()] == [body]
