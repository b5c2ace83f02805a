"""Our share of a desk's rate limits, counted in the table by every function that speaks to the desk.

A limit of L requests a minute becomes windows of w seconds with room for c requests. Whatever minute one looks at, it
touches at most 60/w + 1 windows, so c = L * w / (60 + w) never lets more than L through, however the desk counts. One
conditional update takes a block of requests at once; what is left of a block when its window ends is forgone.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.table import Table
from shared.domain.errors import DeskRateLimited

SHARE = 0.8
"""Of each limit; the rest is for the company's other apps, which the desk counts together with us."""
BLOCK = 4
"""Requests taken at once: about what reading one ticket needs."""
PATIENCE = 6.0
"""Seconds that a function waits for the next window before it gives the event or the step back."""
REQUESTS = "requests"
_WINDOWS = (5, 15, 60)
_KEPT = 300


@dataclass(frozen=True)
class Window:
    """A limit as it is counted: so many units in each window of so many seconds."""

    seconds: int
    most: int

    @classmethod
    def of(cls, per_minute: float) -> Window:
        """The shortest window with room for a block, the longest where none has."""
        room = {seconds: math.floor(per_minute * SHARE * seconds / (60 + seconds)) for seconds in _WINDOWS}
        seconds = next((seconds for seconds in _WINDOWS if room[seconds] >= BLOCK), _WINDOWS[-1])
        return cls(seconds, max(room[seconds], 1))


@dataclass
class _Block:
    """Units of a window that this process has taken and not used yet."""

    start: int
    left: int


class DynamoBudget:
    """`Budget` on DynamoDB.

    Args:
        limits: units a minute by lane; `requests` is what every request counts against. A lane without one is free.
    """

    def __init__(
        self,
        table: Table,
        desk: str,
        limits: Mapping[str, float],
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._table = table
        self._desk = desk
        self._windows = {lane: Window.of(limit) for lane, limit in limits.items() if limit > 0}
        self._blocks: dict[str, _Block] = {}
        self._clock = clock
        self._sleep = sleep

    @classmethod
    def connect(cls, table: str, desk: str, limits: Mapping[str, float]) -> DynamoBudget:
        """The budget of a desk in a table."""
        return cls(Table.connect(table), desk, limits)

    def take(self, units: int, lane: str = "") -> None:
        """See `Budget.take`. The narrower limit first: what it refuses costs the wider one nothing."""
        for name in (lane, REQUESTS):
            if name in self._windows:
                self._take(name, units)

    def _take(self, lane: str, units: int) -> None:
        window, until = self._windows[lane], self._clock() + PATIENCE
        while not self._taken(lane, window, units):
            wait = window.seconds - self._clock() % window.seconds
            if self._clock() + wait > until:
                spread = random.uniform(0, window.seconds)  # or all who wait would come back at the same moment
                message = f"our share of {self._desk}'s limit of {lane} is used up for now"
                raise DeskRateLimited(message, retry_after=round(wait + spread, 1))
            self._sleep(wait + random.uniform(0, 0.5))

    def _taken(self, lane: str, window: Window, units: int) -> bool:
        start = int(self._clock() // window.seconds * window.seconds)
        block = self._blocks.get(lane)
        if block is None or block.start != start:
            block = self._blocks[lane] = _Block(start, 0)
        if block.left < units:
            # A request that counts more than the window holds would never be let through.
            needed = min(units - block.left, window.most)
            key, expires = keys.window(self._desk, lane, start), {keys.EXPIRES_AT: start + _KEPT}
            for amount in dict.fromkeys((max(needed, min(BLOCK, window.most)), needed)):
                if self._table.add_within(key, "used", amount, window.most, expires):
                    block.left += amount
                    break
            else:
                return False
        block.left = max(block.left - units, 0)
        return True
