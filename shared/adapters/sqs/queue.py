"""Where accepted events wait, and where those lie that cannot be processed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from shared.adapters.boto import client, translated
from shared.adapters.sqs.envelope import encode
from shared.domain.events import RawEvent

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_WAIT = 900
"""Seconds that a message is hidden at most, so that a desk that is back is noticed."""

_LONGEST_REASON = 500


class SqsEventQueue:
    """`EventQueue` on SQS."""

    def __init__(self, sqs: SQSClient, events_url: str, parked_url: str | None = None) -> None:
        self._client = sqs
        self._events = events_url
        self._parked = parked_url

    @classmethod
    def connect(cls, events_url: str, parked_url: str | None = None) -> SqsEventQueue:
        """The queue at a URL; who parks nothing needs no second one."""
        return cls(client("sqs"), events_url, parked_url)

    def put(self, event: RawEvent) -> None:
        """Queue an event."""
        with translated(f"queue {event.desk} {event.delivery_id}"):
            self._client.send_message(QueueUrl=self._events, MessageBody=encode(event))

    def park(self, event: RawEvent, reason: str) -> None:
        """Set an event aside with its reason, as a message's attribute."""
        if self._parked is None:
            raise ValueError("connected without a queue to park on")
        readable = "".join(letter if letter.isprintable() else " " for letter in reason)[:_LONGEST_REASON]
        with translated(f"park {event.desk} {event.delivery_id}"):
            self._client.send_message(
                QueueUrl=self._parked,
                MessageBody=encode(event),
                MessageAttributes={"reason": {"DataType": "String", "StringValue": readable.strip() or "unknown"}},
            )

    def extend_visibility(self, receipt_handle: str, seconds: float) -> None:
        """Hide a message that was received for so many seconds more, at most a quarter of an hour."""
        wait = min(max(math.ceil(seconds), 0), LONGEST_WAIT)
        with translated("hide a message"):
            self._client.change_message_visibility(
                QueueUrl=self._events, ReceiptHandle=receipt_handle, VisibilityTimeout=wait
            )
