"""Our share of a desk's rate limits, counted in the table by every function that speaks to the desk.

One item for each limit holds the last minute as a ring of buckets of five seconds. Past buckets no longer change, so
the room that they leave is exact; a take counts the present bucket up on the condition that this room is not passed.
The ring spans a little more than a minute: whenever the desk begins to count, it sees no more than our share.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.table import Attributes, Only, Table
from shared.domain.errors import DeskRateLimited

SHARE = 0.8
"""Of each limit; the rest is for the company's other apps, which the desk counts together with us."""
BLOCK = 4
"""Units taken at once: about what reading one ticket needs. What is left when the bucket ends is forgone."""
PATIENCE = 6.0
"""Seconds that a function waits for room before it gives the event or the step back."""
REQUESTS = "requests"
_BUCKET = 5
_RING = 14  # a minute, the bucket it begins in, and one for clocks that differ
_RACES = 8


@dataclass
class _Block:
    """Units that this process has taken in a bucket and not used yet."""

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
        self._most = {lane: max(int(limit * SHARE), 1) for lane, limit in limits.items() if limit > 0}
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
            if name in self._most:
                self._take(name, units)

    def _take(self, lane: str, units: int) -> None:
        until = self._clock() + PATIENCE
        while (wait := self._missing(lane, units)) > 0:
            wait += random.uniform(0, 1)  # or all who wait would come back at the same moment
            if self._clock() + wait > until:
                message = f"our share of {self._desk}'s limit of {lane} is used up for now"
                raise DeskRateLimited(message, retry_after=round(wait, 1))
            self._sleep(wait)

    def _missing(self, lane: str, units: int) -> float:
        """Take the units; 0 if they were had, else the seconds after which there may be room."""
        start = int(self._clock() // _BUCKET * _BUCKET)
        block = self._blocks.get(lane)
        if block is None or block.start != start:
            block = self._blocks[lane] = _Block(start, 0)
        if block.left < units:
            # A request that counts more than the limit itself would never be let through.
            needed = min(units - block.left, self._most[lane])
            taken = self._taken(lane, start, needed)
            if taken == 0:
                return self._room_in(lane, needed)
            block.left += taken
        block.left = max(block.left - units, 0)
        return 0.0

    def _taken(self, lane: str, start: int, needed: int) -> int:
        """Units that were counted as ours in this bucket: a block where there is room for one, else what is needed."""
        key = keys.rate(self._desk, lane)
        for _ in range(_RACES):
            ring = _ring(self._table.get(key) or {}, start)
            room = self._most[lane] - sum(ring.values())
            if room < needed:
                return 0
            amount = min(max(needed, BLOCK), room)
            if self._count(key, start, amount, so_far=ring.get(start)):
                return amount
        return 0

    def _count(self, key: keys.Key, start: int, amount: int, *, so_far: int | None) -> bool:
        """Count the bucket up, if it stands as it was read; its place in the ring may still hold an old one."""
        place = start // _BUCKET % _RING
        units, begun = f"n{place}", f"t{place}"
        values = {":amount": amount, ":start": start}
        if so_far is None:
            fresh = f"attribute_not_exists({begun}) OR {begun} < :start"
            return self._table.change(key, f"SET {units} = :amount, {begun} = :start", Only(fresh, values))
        as_read = Only(f"{begun} = :start AND {units} = :read", {**values, ":read": so_far})
        return self._table.change(key, f"ADD {units} :amount", as_read)

    def _room_in(self, lane: str, needed: int) -> float:
        """Seconds until enough old buckets have left the ring."""
        now = self._clock()
        ring = _ring(self._table.get(keys.rate(self._desk, lane)) or {}, int(now // _BUCKET * _BUCKET))
        room, leaves = self._most[lane] - sum(ring.values()), now + 1.0
        for start in sorted(ring):
            if room >= needed:
                break
            room, leaves = room + ring[start], start + _RING * _BUCKET
        return max(leaves - now, 0.1)


def _ring(item: Attributes, start: int) -> dict[int, int]:
    """Units by the beginning of their bucket, of those that still count at a moment."""
    oldest = start - (_RING - 1) * _BUCKET
    found = {int(item.get(f"t{place}", 0)): int(item.get(f"n{place}", 0)) for place in range(_RING)}
    return {begun: units for begun, units in found.items() if begun >= oldest}
