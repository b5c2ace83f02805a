"""What this face answers when it says no. The bodies are Freshdesk's."""

from __future__ import annotations

from typing import Any

_CODES = {
    401: ("invalid_credentials", "You have to be logged in to perform this action."),
    403: ("access_denied", "You are not authorized to perform this action."),
    409: ("inconsistent_state", "The resource is in a conflicting state."),
    429: ("", "You have exceeded the limit of requests per minute"),
}


class Refusal(Exception):
    """An answer that is an error.

    Attributes:
        status: HTTP status.
        body: JSON body; None is an empty answer.
        headers: further headers.
    """

    def __init__(self, status: int, body: dict[str, Any] | None, headers: dict[str, str] | None = None) -> None:
        super().__init__(str(status))
        self.status = status
        self.body = body
        self.headers = headers or {}


def worded(status: int) -> dict[str, Any]:
    """The body of an error that says nothing more."""
    code, message = _CODES.get(status, ("", "We're sorry, but something went wrong."))
    return {"code": code, "message": message} if code else {"message": message}


def missing() -> Refusal:
    """Nothing there: an answer without a body, as this vendor's."""
    return Refusal(404, None)


def invalid(field: str, message: str, code: str = "invalid_value") -> Refusal:
    """A request that does not hold together."""
    errors = [{"field": field, "message": message, "code": code}]
    return Refusal(400, {"description": "Validation failed", "errors": errors})


def unknown(field: str) -> Refusal:
    """A field that nobody expects is an error here."""
    return invalid(field, "Unexpected/invalid field in request", "invalid_field")


def slow_down(seconds: int) -> Refusal:
    """Too many requests."""
    return Refusal(429, worded(429), waiting(seconds))


def waiting(seconds: float | None) -> dict[str, str]:
    """How this vendor says how long to wait."""
    return {} if seconds is None else {"Retry-After": f"{seconds:g}"}
