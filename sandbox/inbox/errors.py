"""What the inbox refuses."""

from __future__ import annotations


class InboxError(Exception):
    """The inbox refused."""


class NotThere(InboxError):
    """Nothing with that id, or it was deleted."""


class Stale(InboxError):
    """The ticket changed since the caller read it."""


class Invalid(InboxError):
    """A value that does not fit.

    Attributes:
        name: the field, or "base" when it is none.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message
