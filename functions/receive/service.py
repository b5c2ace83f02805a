"""Accepting a webhook: prove where it comes from, bound it, queue it. Nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shared.domain.delivery import MAX_BODY_BYTES
from shared.domain.errors import BodyTooLarge, UnknownDesk
from shared.domain.events import EventSource, RawEvent
from shared.domain.record import Instant
from shared.ports.delivery import EventQueue
from shared.ports.desk import Signature


def receive(
    desk: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    signatures: Mapping[str, Signature],
    secrets: Callable[[str], tuple[str, ...]],
    queue: EventQueue,
    now: Instant,
) -> RawEvent:
    """Queue a desk's webhook once its signature holds.

    Args:
        headers: names in lower case.
        secrets: answers the signing secrets of a desk that are valid now.

    Raises:
        UnknownDesk: nothing is connected under this name.
        SignatureRefused: the webhook does not prove that it comes from the desk.
        BodyTooLarge: genuine, but too large.
        StoreUnavailable: the queue did not take it, or the secret could not be read; the desk will try again.
        StoredItemCorrupt: the desk has no signing secret.
    """
    if desk not in signatures:
        raise UnknownDesk(f"no desk '{desk}' is connected; known: {', '.join(sorted(signatures))}")
    # The signature comes first: a stranger learns nothing, not even about sizes.
    delivery = signatures[desk].verify(headers, body, secrets(desk), now)
    if len(body) > MAX_BODY_BYTES:
        raise BodyTooLarge(f"{len(body)} bytes are more than {MAX_BODY_BYTES}; the ticket will be found by polling")
    event = RawEvent(
        desk=desk,
        source=EventSource.WEBHOOK,
        delivery_id=delivery.id,
        received_at=now,
        body=body,
        event=delivery.event,
    )
    queue.put(event)
    return event
