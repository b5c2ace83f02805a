"""How a scrip of ours in Request Tracker signs what it tells. Imports nothing heavy: every webhook waits for this.

Request Tracker sends no webhooks. A scrip may post a hint, which comes sooner than the next poll; it signs as our own
set-up words it: base64 of HMAC-SHA256 over the raw body. The body names the transaction, so no two hints are alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from shared.domain.delivery import Delivery, Scheme, check_signed, digest_of

SIGNATURE = "x-firstline-signature"
_SCHEME = Scheme(SIGNATURE, "sha256", "SHA-256")


class RequestTrackerSignature:
    """Checks a hint's signature."""

    def verify(self, headers: Mapping[str, str], body: bytes, secrets: tuple[str, ...], now: datetime) -> Delivery:
        """See `Signature.verify`. No time is signed: a replay is known by its body."""
        check_signed(secrets, body, digest_of(headers, _SCHEME), _SCHEME)
        return Delivery(id=hashlib.sha256(body).hexdigest())
