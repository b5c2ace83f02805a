"""How a system of the company proves that a list of customers comes from it. Imports nothing heavy.

`X-Firstline-Signature` is base64 of HMAC-SHA256 over `X-Firstline-Timestamp` (whole seconds since 1970), a point, and
the raw body; the key is the secret as it is spelled.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from shared.domain.delivery import Scheme, check_signed, digest_of, required
from shared.domain.errors import SignatureRefused

SIGNATURE = "x-firstline-signature"
TIMESTAMP = "x-firstline-timestamp"
TOLERANCE = timedelta(minutes=5)

_SCHEME = Scheme(SIGNATURE, "sha256", "SHA-256")
_MOST_DIGITS = 12


def verify(headers: Mapping[str, str], body: bytes, secrets: tuple[str, ...], now: datetime) -> str:
    """The name of a genuine list: the same where the same list is sent again.

    Args:
        headers: names in lower case.
        secrets: all that are valid now; during a rotation two are.

    Raises:
        SignatureRefused: missing, malformed, wrong, too old, or from the future.
    """
    given = digest_of(headers, _SCHEME)
    stamp = required(headers, TIMESTAMP)
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= _MOST_DIGITS):
        raise SignatureRefused(f"the header {TIMESTAMP} is not whole seconds since 1970")
    check_signed(secrets, stamp.encode() + b"." + body, given, _SCHEME)
    if abs(now - datetime.fromtimestamp(int(stamp), UTC)) > TOLERANCE:
        raise SignatureRefused("the signature is more than five minutes off; sign when you send")
    return hashlib.sha256(body).hexdigest()[:32]


def sign(body: bytes, secret: str, now: datetime) -> dict[str, str]:
    """The headers by which `verify` knows a list."""
    stamp = str(int(now.timestamp()))
    digest = hmac.digest(secret.encode(), stamp.encode() + b"." + body, "sha256")
    return {SIGNATURE: base64.b64encode(digest).decode(), TIMESTAMP: stamp}
