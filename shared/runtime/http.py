"""Requests from API Gateway, and what is answered to those that are not taken in: status, code, and what is wrong."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from shared.domain.errors import (
    BodyTooLarge,
    FirstlineError,
    SignatureRefused,
    StoredItemCorrupt,
    StoreUnavailable,
    UnknownDesk,
    UnreadableEvent,
)


class Refusal(NamedTuple):
    """An HTTP answer."""

    status: HTTPStatus
    code: str
    message: str


_AGAIN = "it could not be taken in just now; send it again"
_REFUSALS: dict[type[FirstlineError], tuple[HTTPStatus, str]] = {
    UnknownDesk: (HTTPStatus.NOT_FOUND, "unknown_desk"),
    SignatureRefused: (HTTPStatus.UNAUTHORIZED, "signature_refused"),
    UnreadableEvent: (HTTPStatus.BAD_REQUEST, "unreadable"),
    BodyTooLarge: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large"),
    StoreUnavailable: (HTTPStatus.SERVICE_UNAVAILABLE, "try_again"),
    StoredItemCorrupt: (HTTPStatus.SERVICE_UNAVAILABLE, "try_again"),
}
REFUSED = tuple(_REFUSALS)


def refusal_of(error: FirstlineError) -> Refusal:
    """The answer to an error of `REFUSED`. What is wrong on our side is not told to whoever asks."""
    status, code = _REFUSALS[type(error)]
    ours = status is HTTPStatus.SERVICE_UNAVAILABLE
    return Refusal(status, code, _AGAIN if ours else str(error))


def headers_of(event: Mapping[str, Any]) -> dict[str, str]:
    """The headers of an API Gateway event, names in lower case."""
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}


def body_of(event: Mapping[str, Any]) -> bytes:
    """The body of an API Gateway event, byte by byte as it was sent."""
    text = event.get("body") or ""
    return base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()


def answer_of(status: HTTPStatus, body: Mapping[str, Any]) -> dict[str, Any]:
    """An answer as API Gateway takes it."""
    return {"statusCode": status.value, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}
