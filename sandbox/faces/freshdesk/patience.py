"""How patient Freshdesk is with the receiver of a webhook: three more tries, after 5, 30 and 60 minutes.

Here as often, and as soon, as the sandbox waits. Nothing switches a rule off.
"""

from __future__ import annotations

from sandbox.delivery.rules import Reply
from sandbox.settings import Settings


class Patience:
    """Freshdesk's rules of delivery."""

    def __init__(self, settings: Settings) -> None:
        self.timeout = settings.delivery_timeout
        self._delays = settings.retry_delays

    def wait(self, tried: int, reply: Reply) -> float | None:
        """Seconds until the next try; None when there is none."""
        return self._delays[tried] if tried < len(self._delays) else None

    def fuse(self, webhook_id: str) -> Unbroken:
        """Nothing breaks."""
        return Unbroken()


class Unbroken:
    """A fuse that always allows."""

    def allows(self, now: float) -> bool:
        """Always."""
        return True

    def note(self, now: float, *, ok: bool) -> None:
        """Counts nothing."""
