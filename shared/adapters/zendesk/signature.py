"""Zendesk's webhook signature. Imports nothing heavy: this is on the path of every webhook.

`X-Zendesk-Webhook-Signature` is base64 of HMAC-SHA256 with the secret as it is spelled, over the text of
`X-Zendesk-Webhook-Signature-Timestamp` and then the raw body, with nothing in between.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from shared.domain.delivery import Delivery
from shared.domain.errors import SignatureRefused

SIGNATURE = "x-zendesk-webhook-signature"
TIMESTAMP = "x-zendesk-webhook-signature-timestamp"
INVOCATION = "x-zendesk-webhook-invocation-id"

# Zendesk names no tolerance; five minutes either way is what signed webhooks commonly allow.
TOLERANCE = timedelta(minutes=5)

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})")
_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")


class ZendeskSignature:
    """Checks a Zendesk webhook's signature and the age of it."""

    def verify(self, headers: Mapping[str, str], body: bytes, secrets: tuple[str, ...], now: datetime) -> Delivery:
        """Answer the delivery, by Zendesk's invocation id, or by the body's SHA-256 where that is missing.

        The age is judged after the signature, so that "too old" is said only of what the desk really sent.

        Args:
            headers: names in lower case. A header sent twice arrives joined by a comma and is malformed.
            secrets: all that are valid now. An empty one counts as none, anybody could sign with it.

        Raises:
            SignatureRefused: missing, malformed, wrong, too old, or from the future.
        """
        given = _digest(_required(headers, SIGNATURE))
        stamp = _required(headers, TIMESTAMP)
        sent_at = _moment(stamp)
        if not _signed_by_any(secrets, stamp.encode() + body, given):
            raise SignatureRefused("the signature does not fit the body")
        if now - sent_at > TOLERANCE:
            raise SignatureRefused("the signature is older than five minutes")
        if sent_at - now > TOLERANCE:
            raise SignatureRefused("the signature is more than five minutes from the future")
        invocation = headers.get(INVOCATION, "")
        return Delivery(id=invocation if _ID.fullmatch(invocation) else hashlib.sha256(body).hexdigest())


def _required(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name)
    if not value:
        raise SignatureRefused(f"the header {name} is missing")
    return value


def _digest(signature: str) -> bytes:
    try:
        digest = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if len(digest) != hashlib.sha256().digest_size:
        raise SignatureRefused(f"the header {SIGNATURE} is not one SHA-256 in base64")
    return digest


def _moment(stamp: str) -> datetime:
    try:
        if _TIME.fullmatch(stamp):
            return datetime.fromisoformat(stamp)
    except ValueError:
        pass
    raise SignatureRefused(f"the header {TIMESTAMP} is not one ISO 8601 time with its zone")


def _signed_by_any(secrets: tuple[str, ...], message: bytes, given: bytes) -> bool:
    """Whether one of the secrets made the signature. Tries all of them, so that time tells nothing."""
    usable = [secret for secret in secrets if secret]
    if not usable:
        raise SignatureRefused("no webhook secret is set for this desk")
    fits = [hmac.compare_digest(hmac.digest(secret.encode(), message, "sha256"), given) for secret in usable]
    return any(fits)
