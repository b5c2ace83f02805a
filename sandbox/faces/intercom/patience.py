"""How patient Intercom is with the receiver of its notifications: one more try, more where it is asked to slow down.

Over a thousand errors in a row within fifteen minutes stop a topic for fifteen minutes (here as long as the sandbox's
breaker pauses). After seven days of errors somebody has to set the subscription live again; no run lasts that long.
"""

from __future__ import annotations

from threading import Lock

from sandbox.delivery.rules import Reply
from sandbox.settings import Settings

MOST_ERRORS, WITHIN = 1_000, 900.0
LONGEST_WAIT = 5.0
_SLOW_DOWN = 429


class Patience:
    """Intercom's rules of delivery."""

    def __init__(self, settings: Settings) -> None:
        self.timeout = min(settings.delivery_timeout, LONGEST_WAIT)
        self._delays = settings.retry_delays
        self._pause = settings.breaker_pause

    def wait(self, tried: int, reply: Reply) -> float | None:
        """Seconds until the next try; None when there is none."""
        delays = self._delays if reply.status == _SLOW_DOWN else self._delays[:1]
        return delays[tried] if tried < len(delays) else None

    def fuse(self, webhook_id: str) -> Fuse:
        """One for the subscription."""
        return Fuse(self._pause)


class Fuse:
    """Pauses after a thousand errors in a row."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._failed = 0
        self._since = 0.0
        self._open_until = 0.0
        self._lock = Lock()

    def allows(self, now: float) -> bool:
        """Whether something may be sent."""
        with self._lock:
            return now >= self._open_until

    def note(self, now: float, *, ok: bool) -> None:
        """Count one answer."""
        with self._lock:
            if ok or now - self._since > WITHIN:
                self._failed, self._since = 0, now
            self._failed += 0 if ok else 1
            if self._failed > MOST_ERRORS:
                self._failed, self._open_until = 0, now + self._pause
