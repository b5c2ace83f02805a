"""How often one may ask: units of a minute for the account, a write counts two, and few writes at once."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import asdict, dataclass, replace
from threading import Lock
from typing import Any

from sandbox.faces.helpscout.answers import slow_down
from sandbox.settings import PLANS, Limits

MINUTE, BURST = 60.0, 5.0
WRITE_UNITS = 2


@dataclass(frozen=True)
class Allowance:
    """What a plan allows; None is no limit.

    Attributes:
        units_per_minute: of the whole account.
        writes_per_burst: writes within five seconds.
    """

    units_per_minute: int | None
    writes_per_burst: int | None


# By the names of the sandbox's plans: Standard, Plus and Pro, and Pro ten times over, so that a demo takes minutes.
ALLOWED = {
    "team": Allowance(200, 12),
    "growth": Allowance(400, 12),
    "enterprise": Allowance(800, 12),
    "high_volume": Allowance(8_000, 120),
    "unlimited": Allowance(None, None),
}


def allowance(limits: Limits) -> Allowance:
    """What goes with the sandbox's plan; a plan of its own has no limits here."""
    return next((ALLOWED[name] for name, plan in PLANS.items() if plan == limits), ALLOWED["unlimited"])


class RateLimits:
    """Counts units and refuses the request that is too much."""

    def __init__(self, allowed: Allowance) -> None:
        self._allowed = self._first = allowed
        self.refused = 0
        self._units: deque[float] = deque()
        self._writes: deque[float] = deque()
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
            self._units.clear()
            self._writes.clear()

    def take(self, now: float, *, write: bool) -> dict[str, str]:
        """Count a request; the headers that tell what is left. Raises Refusal (429), and then counts nothing."""
        with self._lock:
            units = WRITE_UNITS if write else 1
            self._check(self._units, units, self._allowed.units_per_minute, MINUTE, now)
            self._check(self._writes, int(write), self._allowed.writes_per_burst, BURST, now)
            self._units.extend([now] * units)
            self._writes.extend([now] * int(write))
            most = self._allowed.units_per_minute
            if most is None:
                return {}
            left = most - len(self._units)
            return {"X-RateLimit-Limit-Minute": str(most), "X-RateLimit-Remaining-Minute": str(left)}

    def _check(self, taken: deque[float], more: int, most: int | None, window: float, now: float) -> None:
        while taken and taken[0] <= now - window:
            taken.popleft()
        if most is not None and len(taken) + more > most:
            self.refused += 1
            freed = taken[max(0, len(taken) + more - most - 1)] if taken else now
            raise slow_down(max(1, math.ceil(freed + window - now)))
