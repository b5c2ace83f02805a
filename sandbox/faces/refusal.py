"""An answer of a face that is an error; its words are the vendor's."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An answer that is an error.

    Attributes:
        status: HTTP status.
        body: JSON body.
        headers: further headers.
    """

    def __init__(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        super().__init__(str(status))
        self.status = status
        self.body = body
        self.headers = headers or {}
