"""What is answered to a webhook that is not taken in: a status, a code, and what is wrong in words."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple

from shared.domain.errors import (
    BodyTooLarge,
    FirstlineError,
    SignatureRefused,
    StoredItemCorrupt,
    StoreUnavailable,
    UnknownDesk,
)


class Refusal(NamedTuple):
    """An HTTP answer."""

    status: HTTPStatus
    code: str
    message: str


_AGAIN = "the event could not be taken in just now; send it again"
_REFUSALS: dict[type[FirstlineError], tuple[HTTPStatus, str]] = {
    UnknownDesk: (HTTPStatus.NOT_FOUND, "unknown_desk"),
    SignatureRefused: (HTTPStatus.UNAUTHORIZED, "signature_refused"),
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
