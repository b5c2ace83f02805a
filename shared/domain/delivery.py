"""A webhook that proved where it comes from, and how it does. Loads nothing heavy: every webhook waits for this."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, NamedTuple

from shared.domain.errors import SignatureRefused, StoredItemCorrupt

MAX_BODY_BYTES = 256 * 1024
"""What a signed request may hold."""


class Delivery(NamedTuple):
    """A genuine webhook, as its headers name it.

    Attributes:
        id: the same when the desk delivers the same event again; made from the content where the desk
            gives its deliveries no id, and from the moment too where one content stands for several events.
        event: the desk's name of the event where only a header tells it, else empty.
    """

    id: str
    event: str = ""


class Scheme(NamedTuple):
    """A base64 HMAC in a header.

    Attributes:
        header: its name in lower case.
        algorithm: as `hashlib` spells it.
        title: as a refusal spells it.
    """

    header: str
    algorithm: str
    title: str


def required(headers: Mapping[str, str], name: str) -> str:
    """The value of a header. Raises SignatureRefused where there is none."""
    value = headers.get(name)
    if not value:
        raise SignatureRefused(f"the header {name} is missing")
    return value


def digest_of(headers: Mapping[str, str], scheme: Scheme) -> bytes:
    """The digest that a webhook came with. Raises SignatureRefused: missing, or not one digest in base64."""
    try:
        digest = base64.b64decode(required(headers, scheme.header), validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if len(digest) != hashlib.new(scheme.algorithm, usedforsecurity=False).digest_size:
        raise SignatureRefused(f"the header {scheme.header} is not one {scheme.title} in base64")
    return digest


def check_signed(secrets: tuple[str, ...], message: bytes, given: bytes, scheme: Scheme) -> None:
    """Check that one of the secrets made the digest. Tries all of them, so that time tells nothing.

    Args:
        secrets: all that are valid now. An empty one counts as none, anybody could sign with it.

    Raises:
        SignatureRefused: none of them did, or there is none.
    """
    usable = [secret for secret in secrets if secret]
    if not usable:
        raise SignatureRefused("no webhook secret is set")
    fits = [hmac.compare_digest(hmac.digest(one.encode(), message, scheme.algorithm), given) for one in usable]
    if not any(fits):
        raise SignatureRefused("the signature does not fit the body")


def secrets_in(secret: Mapping[str, Any]) -> tuple[str, ...]:
    """The signing secrets in a stored secret: several while they are rotated, none where nobody is let in."""
    found = secret.get("secrets")
    return tuple(one for one in found if isinstance(one, str) and one) if isinstance(found, list) else ()


def signing_secrets(secret: Mapping[str, Any]) -> tuple[str, ...]:
    """The signing secrets of something that is connected.

    Raises:
        StoredItemCorrupt: there are none; whoever signs with an empty one must not get in.
    """
    usable = secrets_in(secret)
    if not usable:
        raise StoredItemCorrupt("the webhook's secret holds no signing secret; set the webhook up again")
    return usable
