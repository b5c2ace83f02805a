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
from shared.adapters.dynamodb.table import Only, Table
from shared.domain.errors import DeskRateLimited

SHARE = 0.8
"""Of each limit; the rest is for the company's other apps, which the desk counts together with us."""
PATIENCE = 2.0
"""Seconds that a function waits for room before it gives the event or the step back: others need its place."""
REQUESTS = "requests"
_BUCKET = 5
_RING = 14  # a minute, the bucket it begins in, and one for clocks that differ
_RACES = 4


@dataclass
class _Look:
    """What this process last read of a limit: buckets before `start` no longer change."""

    start: int
    past: int
    begun: bool


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
        self._looks: dict[str, _Look] = {}
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
        # A request that counts more than the limit itself would never be let through.
        needed = min(units, self._most[lane])
        for _ in range(_RACES):
            start = int(self._clock() // _BUCKET * _BUCKET)
            look = self._looks.get(lane)
            if look is None or look.start != start:
                look = self._look(lane, start)
            room = self._most[lane] - look.past - needed
            if room >= 0 and self._counted(lane, look, needed, room):
                return 0.0
            if room < 0 or look.begun:
                break
            # Somebody began this bucket a moment ago.
            del self._looks[lane]
        self._looks.pop(lane, None)
        return self._room_in(lane, needed)

    def _look(self, lane: str, start: int) -> _Look:
        ring = self._ring(lane, start)
        look = _Look(start, sum(units for begun, units in ring.items() if begun != start), start in ring)
        self._looks[lane] = look
        return look

    def _counted(self, lane: str, look: _Look, units: int, room: int) -> bool:
        """Count the present bucket up while there is room; its place in the ring may still hold an old one."""
        key, place = keys.rate(self._desk, lane), look.start // _BUCKET % _RING
        count, begun = f"n{place}", f"t{place}"
        values = {":units": units, ":start": look.start}
        if look.begun:
            within = Only(f"{begun} = :start AND {count} <= :room", {**values, ":room": room})
            return self._table.change(key, f"ADD {count} :units", within)
        fresh = Only(f"attribute_not_exists({begun}) OR {begun} < :start", values)
        look.begun = self._table.change(key, f"SET {count} = :units, {begun} = :start", fresh)
        return look.begun

    def _room_in(self, lane: str, needed: int) -> float:
        """Seconds until enough old buckets have left the ring."""
        now = self._clock()
        ring = self._ring(lane, int(now // _BUCKET * _BUCKET))
        room, leaves = self._most[lane] - sum(ring.values()), now + 1.0
        for start in sorted(ring):
            if room >= needed:
                break
            room, leaves = room + ring[start], start + _RING * _BUCKET
        return max(leaves - now, 0.1)

    def _ring(self, lane: str, start: int) -> dict[int, int]:
        """Units by the beginning of their bucket, of those that still count at a moment."""
        item = self._table.get(keys.rate(self._desk, lane)) or {}
        found = {int(item.get(f"t{place}", 0)): int(item.get(f"n{place}", 0)) for place in range(_RING)}
        return {begun: units for begun, units in found.items() if begun > start - _RING * _BUCKET}
