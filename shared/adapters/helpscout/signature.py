"""Help Scout's webhook signature. Imports nothing heavy: this is on the path of every webhook.

`X-HelpScout-Signature` is base64 of HMAC-SHA1 with the webhook's own secret, over the raw body. Neither the time nor
the event's name, which only `X-HelpScout-Event` tells, is signed, and a delivery has no id: a replay is known by what
it says. Naming another event over a genuine body gains a stranger nothing, because an event is only a hint.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime

from shared.domain.delivery import Delivery, Scheme, check_signed, digest_of, required
from shared.domain.errors import SignatureRefused

SIGNATURE = "x-helpscout-signature"
EVENT = "x-helpscout-event"

_SCHEME = Scheme(SIGNATURE, "sha1", "SHA-1")
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
        check_signed(secrets, body, digest_of(headers, _SCHEME), _SCHEME)
        event = required(headers, EVENT)
        if not _EVENT_NAME.fullmatch(event):
            raise SignatureRefused(f"the header {EVENT} is not the name of one event")
        return Delivery(id=hashlib.sha256(event.encode() + b"\n" + body).hexdigest(), event=event)
