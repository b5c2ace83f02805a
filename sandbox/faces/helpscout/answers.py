"""What this face answers when it says no. The bodies are Help Scout's."""

from __future__ import annotations

from typing import Any

from sandbox.faces.refusal import Refusal

LOG_REF = "sandbox#1"
MESSAGES = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    409: "Conflict",
    412: "Precondition failed",
    429: "API rate limit exceeded",
}


def worded(status: int) -> dict[str, Any]:
    """The body of an error that says nothing more."""
    return {"logRef": LOG_REF, "message": MESSAGES.get(status, "Internal error")}


def refusal(status: int) -> Refusal:
    """An error that says nothing more."""
    return Refusal(status, worded(status))


def invalid(path: str, message: str) -> Refusal:
    """A request whose body does not hold together."""
    errors = [{"path": path, "message": message, "source": "JSON"}]
    return Refusal(400, {"logRef": LOG_REF, "message": "Validation error", "_embedded": {"errors": errors}})


def full() -> Refusal:
    """The conversation takes no further thread."""
    return Refusal(412, {"logRef": LOG_REF, "message": "Conversation has reached its maximum number of threads"})


def not_authenticated() -> Refusal:
    """No token, or none that holds."""
    return Refusal(401, {"error": "invalid_token", "error_description": "Invalid or expired token"})


def moved(location: str) -> Refusal:
    """The conversation was merged into another."""
    return Refusal(301, worded(301), {"Location": location})


def slow_down(seconds: int) -> Refusal:
    """Too many requests."""
    return Refusal(429, {"message": MESSAGES[429]}, waiting(seconds))


def waiting(seconds: float | None) -> dict[str, str]:
    """How this vendor says how long to wait."""
    return {} if seconds is None else {"X-RateLimit-Retry-After": f"{seconds:g}"}
