"""What differs from vendor to vendor when a webhook is on its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

CONNECTION_LOST = 0


@dataclass(frozen=True)
class Sending:
    """A parcel as one HTTP request."""

    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What a receiver answered.

    Attributes:
        status: HTTP status, or `CONNECTION_LOST` where no answer came in time.
        error: the name of what went wrong, if no answer came.
        retry_after: the header's text, if it had one.
    """

    status: int
    error: str | None = None
    retry_after: str | None = None

    @property
    def ok(self) -> bool:
        """Whether it was taken."""
        return 200 <= self.status < 300


class Fuse(Protocol):
    """Stops sending to a webhook that keeps failing. Moments are monotonic seconds."""

    def allows(self, now: float) -> bool:
        """Whether something may be sent."""
        ...

    def note(self, now: float, *, ok: bool) -> None:
        """Count one answer."""
        ...


class Rules(Protocol):
    """A vendor's patience.

    Attributes:
        timeout: seconds that a receiver has.
    """

    timeout: float

    def wait(self, tried: int, reply: Reply) -> float | None:
        """Seconds until the next try after `tried` earlier ones and this reply; None when there is none."""
        ...

    def fuse(self, webhook_id: str) -> Fuse:
        """A fresh fuse for a webhook."""
        ...
