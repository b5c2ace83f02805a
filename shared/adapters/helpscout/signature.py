"""Help Scout's webhook signature. Imports nothing heavy: this is on the path of every webhook.

`X-HelpScout-Signature` is base64 of HMAC-SHA1 with the webhook's own secret, over the raw body. Neither the time nor
the event's name, which only `X-HelpScout-Event` tells, is signed, and a delivery has no id: a replay is known by what
it says. Naming another event over a genuine body gains a stranger nothing, because an event is only a hint.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime

from shared.domain.delivery import Delivery
from shared.domain.errors import SignatureRefused

SIGNATURE = "x-helpscout-signature"
EVENT = "x-helpscout-event"

_EVENT_NAME = re.compile(r"[a-z][a-z.-]{0,79}")


class HelpScoutSignature:
    """Checks a Help Scout webhook's signature."""

    def verify(self, headers: Mapping[str, str], body: bytes, secrets: tuple[str, ...], now: datetime) -> Delivery:
        """Answer the delivery: the event's name, and an id made of the name and the body.

        Args:
            headers: names in lower case. A header sent twice arrives joined by a comma and is malformed.
            secrets: all that are valid now. An empty one counts as none, anybody could sign with it.
            now: not used, nothing says when it was signed.

        Raises:
            SignatureRefused: missing, malformed or wrong.
        """
        given = _digest(_required(headers, SIGNATURE))
        if not _signed_by_any(secrets, body, given):
            raise SignatureRefused("the signature does not fit the body")
        event = _required(headers, EVENT)
        if not _EVENT_NAME.fullmatch(event):
            raise SignatureRefused(f"the header {EVENT} is not the name of one event")
        return Delivery(id=hashlib.sha256(event.encode() + b"\n" + body).hexdigest(), event=event)


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
    if len(digest) != hashlib.sha1(usedforsecurity=False).digest_size:
        raise SignatureRefused(f"the header {SIGNATURE} is not one SHA-1 in base64")
    return digest


def _signed_by_any(secrets: tuple[str, ...], body: bytes, given: bytes) -> bool:
    """Whether one of the secrets made the signature. Tries all of them, so that time tells nothing."""
    usable = [secret for secret in secrets if secret]
    if not usable:
        raise SignatureRefused("no webhook secret is set for this desk")
    fits = [hmac.compare_digest(hmac.digest(secret.encode(), body, "sha1"), given) for secret in usable]
    return any(fits)
