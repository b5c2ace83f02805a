"""How often one may ask: the limit of a minute, in windows of ten seconds that all begin and end together."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from threading import Lock
from typing import Any

from sandbox.faces.intercom.answers import worded
from sandbox.faces.refusal import Refusal
from sandbox.settings import PLANS, Limits

WINDOW = 10


@dataclass(frozen=True)
class Allowance:
    """What an app may do; None is no limit.

    Attributes:
        calls_per_window: in ten seconds.
    """

    calls_per_window: int | None


# The same on every plan: 10,000 a minute.
PER_WINDOW = 1_667


def allowance(limits: Limits) -> Allowance:
    """What goes with the sandbox's plan."""
    return Allowance(None if limits == PLANS["unlimited"] else PER_WINDOW)


class RateLimits:
    """Counts calls and refuses the one that is too much."""

    def __init__(self, allowed: Allowance) -> None:
        self._allowed = self._first = allowed
        self.refused = 0
        self._window = 0
        self._taken = 0
        self._lock = Lock()

    def told(self) -> dict[str, Any]:
        """What is allowed now."""
        return asdict(self._allowed)

    def change(self, **limits: Any) -> None:
        """Allow something else; counting starts anew."""
        self._set(replace(self._allowed, **limits))

    def restore(self) -> None:
        """What it was started with; counting starts anew."""
        self._set(self._first)
        self.refused = 0

    def _set(self, allowed: Allowance) -> None:
        with self._lock:
            self._allowed = allowed
            self._taken = 0

    def take(self, now: float) -> dict[str, str]:
        """Count a call; the headers that tell what is left. Raises Refusal (429), and then counts nothing."""
        with self._lock:
            window = int(now // WINDOW)
            if window != self._window:
                self._window, self._taken = window, 0
            most, reset = self._allowed.calls_per_window, (window + 1) * WINDOW
            if most is None:
                return {}
            if self._taken >= most:
                self.refused += 1
                message = f"Exceeded rate limit of {most} in 10_seconds"
                raise Refusal(429, worded(429, message=message), headers(most, 0, reset))
            self._taken += 1
            return headers(most, most - self._taken, reset)


def headers(most: int, left: int, reset: float) -> dict[str, str]:
    """How this vendor tells its limit, what is left of it, and until when (epoch seconds)."""
    return {"X-RateLimit-Limit": str(most), "X-RateLimit-Remaining": str(left), "X-RateLimit-Reset": str(int(reset))}
