"""Intercom's webhook signature. Imports nothing heavy: this is on the path of every webhook.

`X-Hub-Signature` is `sha1=` and the HMAC-SHA1 of the raw body in lower-case hex, with the app's client secret (not its
access token). No header tells a time or an id, but the signed body does: `created_at`, and an `id` that stays when the
same notification is sent again, whose body then counts its attempts and is another.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.domain.delivery import Delivery, Scheme, check_signed, required
from shared.domain.errors import SignatureRefused

SIGNATURE = "x-hub-signature"

# Intercom holds back what we throttled for up to two hours. Whatever is older is found by polling.
TOLERANCE = timedelta(hours=3)

_SCHEME = Scheme(SIGNATURE, "sha1", "SHA-1")
_SIGNED = re.compile(r"sha1=([0-9a-f]{40})")
_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")


class IntercomSignature:
    """Checks an Intercom webhook's signature, and the age of what it signed."""

    def verify(self, headers: Mapping[str, str], body: bytes, secrets: tuple[str, ...], now: datetime) -> Delivery:
        """Answer the delivery, by the notification's id, or by the body's SHA-256 where that is missing.

        Args:
            headers: names in lower case. A header sent twice arrives joined by a comma and is malformed.
            secrets: all that are valid now. An empty one counts as none, anybody could sign with it.

        Raises:
            SignatureRefused: missing, malformed, wrong, too old, or from the future.
        """
        given = _SIGNED.fullmatch(required(headers, SIGNATURE))
        if given is None:
            raise SignatureRefused(f"the header {SIGNATURE} is not 'sha1=' and one {_SCHEME.title} in lower-case hex")
        check_signed(secrets, body, bytes.fromhex(given[1]), _SCHEME)
        told = _told(body)
        _check_age(told.get("created_at"), now)
        id = told.get("id")
        genuine = isinstance(id, str) and _ID.fullmatch(id)
        return Delivery(id=str(id) if genuine else hashlib.sha256(body).hexdigest())


def _told(body: bytes) -> dict[str, Any]:
    """What the body says; nothing where it cannot be read, which is for whoever reads it to complain about."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _check_age(created_at: object, now: datetime) -> None:
    if isinstance(created_at, bool) or not isinstance(created_at, int):
        return
    try:
        age = now - datetime.fromtimestamp(created_at, UTC)
    except (ValueError, OverflowError, OSError):
        raise SignatureRefused("the notification's time is outside of the calendar") from None
    if age > TOLERANCE:
        raise SignatureRefused("the notification is older than three hours")
    if -age > TOLERANCE:
        raise SignatureRefused("the notification is more than three hours from the future")
