"""A message of the queue as ingest receives it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.adapters.sqs.envelope import decode
from shared.domain.errors import UnreadableEvent
from shared.domain.events import EventSource, RawEvent


@dataclass(frozen=True)
class Message:
    """An event with what the queue says about it.

    Attributes:
        received: how often the queue has handed it out, this time included.
        fault: why it is no envelope of ours, if it is none; the event then holds the message as it came.
    """

    id: str
    handle: str
    received: int
    event: RawEvent
    fault: UnreadableEvent | None = None

    def readable(self) -> RawEvent:
        """The event, if it is one. Raises `UnreadableEvent`."""
        if self.fault is not None:
            raise self.fault
        return self.event


def message_of(record: dict[str, Any], now: datetime) -> Message:
    """Read a record of Lambda's SQS event."""
    fault = None
    try:
        event = decode(record["body"])
    except UnreadableEvent as error:
        fault, body, id = error, record["body"].encode(), record["messageId"]
        event = RawEvent(desk="unknown", source=EventSource.WEBHOOK, delivery_id=id, received_at=now, body=body)
    received = int(record["attributes"]["ApproximateReceiveCount"])
    return Message(id=record["messageId"], handle=record["receiptHandle"], received=received, event=event, fault=fault)
