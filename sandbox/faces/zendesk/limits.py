"""How often one may ask: sliding windows, as the account's plan allows."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import asdict, dataclass, replace
from threading import Lock
from typing import Any

from sandbox.faces.zendesk.answers import slow_down
from sandbox.settings import Limits

MINUTE, TEN_MINUTES = 60.0, 600.0


@dataclass(frozen=True)
class Use:
    """What a request counts as, besides a request."""

    update_of: tuple[int, int] | None = None  # user, ticket
    export: bool = False


class RateLimits:
    """Counts requests and refuses the one too many."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._first = limits
        self.refused = 0
        self._taken: dict[object, deque[float]] = defaultdict(deque)
        self._lock = Lock()

    def told(self) -> dict[str, Any]:
        """What is allowed now."""
        return asdict(self.limits)

    def change(self, **limits: Any) -> None:
        """Allow something else; counting starts anew."""
        self._set(replace(self.limits, **limits))

    def restore(self) -> None:
        """What it was started with; counting starts anew."""
        self._set(self._first)
        self.refused = 0

    def _set(self, limits: Limits) -> None:
        with self._lock:
            self.limits = limits
            self._taken.clear()

    def take(self, now: float, use: Use) -> dict[str, str]:
        """Count a request; the headers that tell what is left. Raises Refusal (429), and then counts nothing."""
        with self._lock:
            for key, window, most, what in self._budgets(use):
                self._check(key, window, most, what, now)
            for key, *_ in self._budgets(use):
                self._taken[key].append(now)
            return self._headers(now, use)

    def _budgets(self, use: Use) -> list[tuple[object, float, int | None, str]]:
        limits = self.limits
        budgets: list[tuple[object, float, int | None, str]] = [
            ("requests", MINUTE, limits.requests_per_minute, "Number of allowed API requests per minute exceeded")
        ]
        if use.export:
            what = "Number of allowed incremental export API requests per minute exceeded"
            budgets.append(("exports", MINUTE, limits.exports_per_minute, what))
        if use.update_of is not None:
            what = "Number of allowed ticket updates per minute exceeded"
            budgets.append(("updates", MINUTE, limits.updates_per_minute, what))
            what = "Too many updates of this ticket by this user"
            budgets.append((use.update_of, TEN_MINUTES, limits.updates_per_ticket, what))
        return budgets

    def _check(self, key: object, window: float, most: int | None, what: str, now: float) -> None:
        taken = self._taken[key]
        while taken and taken[0] <= now - window:
            taken.popleft()
        if most is not None and len(taken) >= most:
            self.refused += 1
            wait = max(1, math.ceil(taken[len(taken) - most] + window - now))
            raise slow_down(wait, what)

    def _headers(self, now: float, use: Use) -> dict[str, str]:
        limits = self.limits
        headers = {}
        if limits.requests_per_minute is not None:
            left = limits.requests_per_minute - len(self._taken["requests"])
            headers = {"X-Rate-Limit": str(limits.requests_per_minute), "X-Rate-Limit-Remaining": str(left)}
        if use.export and limits.exports_per_minute is not None:
            taken = self._taken["exports"]
            left, resets = limits.exports_per_minute - len(taken), math.ceil(taken[0] + MINUTE - now)
            headers["zendesk-ratelimit-incremental-exports"] = (
                f"total={limits.exports_per_minute}; remaining={left}; resets={resets}"
            )
        return headers
