"""What this face answers when it says no. The bodies are Intercom's."""

from __future__ import annotations

import uuid
from typing import Any

from sandbox.faces.refusal import Refusal

CODES = {
    400: ("parameter_invalid", "Bad request"),
    401: ("unauthorized", "Access Token Invalid"),
    403: ("api_plan_restricted", "Active subscription needed."),
    404: ("not_found", "Resource Not Found"),
    429: ("rate_limit_exceeded", "Exceeded rate limit"),
}


def worded(status: int, code: str = "", message: str = "") -> dict[str, Any]:
    """The body of an error; without more it says what every error of this status says."""
    usual = CODES.get(status, ("server_error", "Internal error"))
    error = {"code": code or usual[0], "message": message or usual[1]}
    return {"type": "error.list", "request_id": str(uuid.uuid4()), "errors": [error]}


def refusal(status: int, code: str = "", message: str = "") -> Refusal:
    """An error."""
    return Refusal(status, worded(status, code, message))


def invalid(message: str) -> Refusal:
    """A request whose body does not hold together."""
    return refusal(400, "parameter_invalid", message)
