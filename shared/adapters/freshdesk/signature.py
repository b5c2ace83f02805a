"""What proves that a webhook comes from Freshdesk. Imports nothing heavy: this is on the path of every webhook.

Freshdesk signs nothing. The strongest that an automation rule's settings allow is a header of our own with a long
random secret in it, over HTTPS. It proves who sent, not what: so the body is a hint that names a ticket, everything
else is fetched, and nothing can be gained by another body.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from shared.domain.delivery import Delivery, required
from shared.domain.errors import SignatureRefused

HEADER = "X-Firstline-Secret"
SIGNATURE = HEADER.lower()


class FreshdeskSignature:
    """Checks the secret that a Freshdesk webhook carries."""

    def verify(self, headers: Mapping[str, str], body: bytes, secrets: tuple[str, ...], now: datetime) -> Delivery:
        """Answer the delivery. Its id is new each time.

        No delivery has an id of the desk's, and two messages on one ticket are announced by the same bytes: an id
        made of them would take the second for a repetition of the first, and lose it until the next poll. A real
        repetition only means that the ticket is fetched once more.

        Args:
            headers: names in lower case. A header sent twice arrives joined by a comma, and is no secret of ours.
            secrets: all that are valid now. An empty one counts as none, anybody could send it.
            now: when it arrived.

        Raises:
            SignatureRefused: missing or wrong.
        """
        given = required(headers, SIGNATURE).encode()
        usable = [secret for secret in secrets if secret]
        if not usable:
            raise SignatureRefused("no webhook secret is set for this desk")
        # All of them, so that time tells nothing.
        fits = [hmac.compare_digest(secret.encode(), given) for secret in usable]
        if not any(fits):
            raise SignatureRefused(f"the header {SIGNATURE} does not hold our secret")
        return Delivery(id=hashlib.sha256(f"{now.isoformat()}\n".encode() + body).hexdigest())
