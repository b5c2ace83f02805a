"""What this face answers when it says no. The bodies are Zendesk's."""

from __future__ import annotations

from typing import Any

from sandbox.faces.refusal import Refusal

FAULTS: dict[int, dict[str, Any]] = {
    401: {"error": "Couldn't authenticate you"},
    403: {"error": "Forbidden", "description": "You do not have access to this page."},
    404: {"error": "RecordNotFound", "description": "Not found"},
    409: {"error": "UpdateConflict", "description": "Safe Update prevented the update due to outdated ticket data."},
    422: {"error": "RecordInvalid", "description": "Record validation errors", "details": {}},
    429: {"error": "APIRateLimitExceeded", "description": "Number of allowed API requests per minute exceeded"},
}


def not_authenticated() -> Refusal:
    """No credentials, or none that hold."""
    return Refusal(401, {"error": "Couldn't authenticate you"}, {"WWW-Authenticate": 'Bearer realm="Zendesk"'})


def forbidden() -> Refusal:
    """The token lacks the scope."""
    return Refusal(
        403,
        {"error": "Forbidden", "description": "Missing the following required scopes or permission for this request."},
    )


def not_found() -> Refusal:
    """No such thing."""
    return Refusal(404, {"error": "RecordNotFound", "description": "Not found"})


def invalid(name: str, message: str, code: str = "InvalidValue") -> Refusal:
    """A record that does not hold together."""
    details = {name: [{"description": message, "error": code}]}
    return Refusal(422, {"error": "RecordInvalid", "description": "Record validation errors", "details": details})


def bad_attribute(name: str) -> Refusal:
    """The body lacks its root, or it is no object."""
    message = f"You passed an invalid value for the {name} attribute. must be an object"
    return Refusal(400, {"error": {"title": "Invalid attribute", "message": message}})


def bad_request(code: str, description: str) -> Refusal:
    """A request that makes no sense."""
    return Refusal(400, {"error": code, "description": description})


def conflict() -> Refusal:
    """The ticket moved since the caller read it."""
    description = (
        "Safe Update prevented the update due to outdated ticket data."
        " Please fetch the latest ticket data and try again."
    )
    return Refusal(409, {"error": "UpdateConflict", "description": description})


def slow_down(seconds: int, description: str) -> Refusal:
    """Too many requests."""
    return Refusal(429, {"error": "APIRateLimitExceeded", "description": description}, {"Retry-After": str(seconds)})
