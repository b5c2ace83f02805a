"""How patient Zendesk is with the receiver of a webhook: up to three retries, for some answers only, and a breaker."""

from __future__ import annotations

from sandbox.delivery.breaker import Breaker
from sandbox.delivery.rules import CONNECTION_LOST, Reply
from sandbox.settings import Settings

LONGEST_RETRY_AFTER = 60.0


class Patience:
    """Zendesk's rules of delivery; the waits are the sandbox's own, so that nobody waits for minutes."""

    def __init__(self, settings: Settings) -> None:
        self.timeout = settings.delivery_timeout
        self._delays = settings.retry_delays
        self._pause = settings.breaker_pause

    def wait(self, tried: int, reply: Reply) -> float | None:
        """Seconds until the next try; None when there is none."""
        if tried >= len(self._delays):
            return None
        delay = self._delays[tried]
        if reply.status in (CONNECTION_LOST, 409):
            return delay
        if reply.status in (429, 503):
            asked = _seconds(reply.retry_after)
            return None if asked is not None and asked > LONGEST_RETRY_AFTER else max(delay, asked or 0.0)
        return None

    def fuse(self, webhook_id: str) -> Breaker:
        """One breaker for each webhook."""
        return Breaker(self._pause)


def _seconds(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
