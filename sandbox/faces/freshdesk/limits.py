"""How often one may ask: credits of a minute for the account, and fewer updates and lists of tickets."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import asdict, dataclass, replace
from threading import Lock
from typing import Any

from sandbox.faces.freshdesk.answers import slow_down
from sandbox.settings import PLANS, Limits

MINUTE = 60.0
UPDATES, LISTS = "updates", "lists"
_CREDITS = "credits"


@dataclass(frozen=True)
class Allowance:
    """What a plan allows in a minute; None is no limit."""

    credits_per_minute: int | None
    updates_per_minute: int | None
    lists_per_minute: int | None


# By the names of the sandbox's plans: Growth, Pro, Enterprise, and what one can buy besides.
ALLOWED = {
    "team": Allowance(200, 80, 20),
    "growth": Allowance(400, 160, 100),
    "enterprise": Allowance(700, 280, 200),
    "high_volume": Allowance(2_000, 800, 400),
    "unlimited": Allowance(None, None, None),
}


def allowance(limits: Limits) -> Allowance:
    """What goes with the sandbox's plan; a plan of its own has no limits here."""
    return next((ALLOWED[name] for name, plan in PLANS.items() if plan == limits), ALLOWED["unlimited"])


class RateLimits:
    """Counts credits and refuses the request that is too much."""

    def __init__(self, allowed: Allowance) -> None:
        self._allowed = self._first = allowed
        self.refused = 0
        self._taken: dict[str, deque[float]] = defaultdict(deque)
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
            self._taken.clear()

    def take(self, now: float, *, credits: int, lane: str = "") -> dict[str, str]:
        """Count a request; the headers that tell what is left. Raises Refusal (429), and then counts nothing."""
        lanes = {
            UPDATES: self._allowed.updates_per_minute,
            LISTS: self._allowed.lists_per_minute,
        }
        most = self._allowed.credits_per_minute
        with self._lock:
            self._check(_CREDITS, credits, most, now)
            if lane:
                self._check(lane, 1, lanes[lane], now)
                self._taken[lane].append(now)
            self._taken[_CREDITS].extend([now] * credits)
            if most is None:
                return {}
            left = most - len(self._taken[_CREDITS])
        return {
            "X-RateLimit-Total": str(most),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Used-CurrentRequest": str(credits),
        }

    def charge(self, now: float) -> None:
        """Count a webhook: they come out of the same account. None is refused here, the real desk lets them wait."""
        with self._lock:
            self._taken[_CREDITS].append(now)

    def _check(self, name: str, more: int, most: int | None, now: float) -> None:
        taken = self._taken[name]
        while taken and taken[0] <= now - MINUTE:
            taken.popleft()
        if most is not None and len(taken) + more > most:
            self.refused += 1
            freed = taken[min(len(taken) - 1, max(0, len(taken) + more - most - 1))] if taken else now
            raise slow_down(max(1, math.ceil(freed + MINUTE - now)))
