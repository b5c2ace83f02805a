"""Zendesk's webhook signature. Imports nothing heavy: this is on the path of every webhook.

`X-Zendesk-Webhook-Signature` is base64 of HMAC-SHA256 with the secret as it is spelled, over the text of
`X-Zendesk-Webhook-Signature-Timestamp` and then the raw body, with nothing in between.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from shared.domain.delivery import Delivery, Scheme, check_signed, digest_of, required
from shared.domain.errors import SignatureRefused

SIGNATURE = "x-zendesk-webhook-signature"
TIMESTAMP = "x-zendesk-webhook-signature-timestamp"
INVOCATION = "x-zendesk-webhook-invocation-id"

# Zendesk names no tolerance; five minutes either way is what signed webhooks commonly allow.
TOLERANCE = timedelta(minutes=5)

_SCHEME = Scheme(SIGNATURE, "sha256", "SHA-256")
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
        given = digest_of(headers, _SCHEME)
        stamp = required(headers, TIMESTAMP)
        sent_at = _moment(stamp)
        check_signed(secrets, stamp.encode() + body, given, _SCHEME)
        if now - sent_at > TOLERANCE:
            raise SignatureRefused("the signature is older than five minutes")
        if sent_at - now > TOLERANCE:
            raise SignatureRefused("the signature is more than five minutes from the future")
        invocation = headers.get(INVOCATION, "")
        return Delivery(id=invocation if _ID.fullmatch(invocation) else hashlib.sha256(body).hexdigest())


def _moment(stamp: str) -> datetime:
    try:
        if _TIME.fullmatch(stamp):
            return datetime.fromisoformat(stamp)
    except ValueError:
        pass
    raise SignatureRefused(f"the header {TIMESTAMP} is not one ISO 8601 time with its zone")
