"""When to stop sending to a webhook that keeps failing."""

from __future__ import annotations

from collections import deque
from threading import Lock

WINDOW = 300.0
SHARE = 0.7
LEAST = 20  # fewer answers than this say nothing about a share
MOST_ERRORS = 1000


class Breaker:
    """Open after 70 % errors, or more than 1,000, within five minutes; closed again after a pause."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._seen: deque[tuple[float, bool]] = deque()
        self._open_until = 0.0
        self._lock = Lock()

    def allows(self, now: float) -> bool:
        """Whether something may be sent."""
        with self._lock:
            return now >= self._open_until

    def note(self, now: float, *, ok: bool) -> None:
        """Count one answer."""
        with self._lock:
            self._seen.append((now, ok))
            while self._seen and self._seen[0][0] < now - WINDOW:
                self._seen.popleft()
            errors = sum(not good for _, good in self._seen)
            too_large_a_share = len(self._seen) >= LEAST and errors >= SHARE * len(self._seen)
            if too_large_a_share or errors > MOST_ERRORS:
                self._open_until = now + self._pause
                self._seen.clear()
