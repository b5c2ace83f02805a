"""How an event lies on the queue.

JSON with the desk's raw bytes as text; compressed where they are no text, or too long for one message.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from shared.domain.errors import UnreadableEvent
from shared.domain.events import EventSource, RawEvent

LONGEST = 240_000
"""Bytes; what receive accepts (256 kB) stays within SQS's limit when compressed, and mostly without."""


class _Encoding(StrEnum):
    TEXT = "text"
    COMPRESSED = "zlib+base64"


class _Envelope(BaseModel):
    model_config = ConfigDict(extra="ignore")

    desk: str
    source: EventSource
    delivery_id: str
    received_at: AwareDatetime
    encoding: _Encoding
    body: str
    event: str = ""


def encode(event: RawEvent) -> str:
    """An event as the body of a message. Pure ASCII: SQS refuses some of Unicode's characters."""
    try:
        text = _wrapped(event, _Encoding.TEXT, event.body.decode())
    except UnicodeDecodeError:
        text = None
    if text is not None and len(text) <= LONGEST:
        return text
    return _wrapped(event, _Encoding.COMPRESSED, base64.b64encode(zlib.compress(event.body)).decode())


def decode(body: str) -> RawEvent:
    """The event in the body of a message.

    Raises:
        UnreadableEvent: it is no envelope of ours; the message says which field, and nothing of its content.
    """
    try:
        envelope = _Envelope.model_validate_json(body)
    except ValidationError as error:
        fields = sorted({str(field) for problem in error.errors() for field in problem["loc"]})
        raise UnreadableEvent(f"the message is no envelope: {', '.join(fields) or 'not JSON'}") from None
    return RawEvent(
        desk=envelope.desk,
        source=envelope.source,
        delivery_id=envelope.delivery_id,
        received_at=envelope.received_at,
        body=_bytes(envelope),
        event=envelope.event,
    )


def _wrapped(event: RawEvent, encoding: _Encoding, body: str) -> str:
    envelope = _Envelope(
        desk=event.desk,
        source=event.source,
        delivery_id=event.delivery_id,
        received_at=event.received_at,
        encoding=encoding,
        body=body,
        event=event.event,
    )
    return envelope.model_dump_json(ensure_ascii=True)


def _bytes(envelope: _Envelope) -> bytes:
    if envelope.encoding is _Encoding.TEXT:
        return envelope.body.encode()
    try:
        return zlib.decompress(base64.b64decode(envelope.body, validate=True))
    except (binascii.Error, ValueError, zlib.error):
        raise UnreadableEvent("the message's body is not what its encoding says") from None
