"""Ticket state and everything stored under a ticket."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.loads import handing_over
from shared.adapters.dynamodb.table import ABSENT, Attributes, Only, Table, read_value
from shared.domain.briefing import Briefing
from shared.domain.decision import Decision
from shared.domain.errors import StoreConflict, StoredItemCorrupt
from shared.domain.facts import Fact
from shared.domain.observation import Observations
from shared.domain.promises import Promise
from shared.domain.record import Instant
from shared.domain.ticket import TicketKey
from shared.domain.ticket_state import TicketState
from shared.ports.store import Burden, StageMark, VersionText

Clock = Callable[[], datetime]
Value = TypeVar("Value", bound=BaseModel)

SEEN_FOR = timedelta(days=7)
"""Desks repeat a webhook for hours and reconcile looks back an hour; a week is generous, and cheap."""

TEXT_FOR = timedelta(days=30)
"""Longer than any execution runs, and long enough to ask why; the customer's words need not stay longer with us."""


PROMISES_FOR = timedelta(days=180)
"""Our agents' own sentences: long enough for a promise to be missed, and for the customer to come back on it."""

_PROMISES = TypeAdapter(tuple[Promise, ...])


def _now() -> datetime:
    return datetime.now(UTC)


class DynamoTicketStore:
    """`TicketStore` on DynamoDB. `due_before` and `in_queue` read indexes, which follow within about a second."""

    def __init__(self, table: Table, *, clock: Clock = _now) -> None:
        self._table = table
        self._clock = clock

    @classmethod
    def connect(cls, table: str, *, clock: Clock = _now) -> DynamoTicketStore:
        """The tickets in a table."""
        return cls(Table.connect(table), clock=clock)

    def get(self, key: TicketKey) -> TicketState | None:
        """The state of a ticket."""
        return self._read(keys.state(key), TicketState)

    def put(self, state: TicketState) -> TicketState:
        """Write a state on the condition that nobody wrote it since it was read."""
        written = state.model_copy(update={"revision": state.revision + 1})
        self._table.put(keys.state(state.key), stored(written), _as_read(state))
        return written

    def put_stages(self, state: TicketState, stages: Iterable[StageMark], facts: Iterable[Fact] = ()) -> TicketState:
        """Write a state with stages and facts in one transaction.

        Its token lets the client repeat a request whose answer got lost and hear "written" again.
        """
        written = state.model_copy(update={"revision": state.revision + 1})
        marks = (
            (keys.stage(state.key, mark.target, mark.stage, mark.occasion), {"value": mark.model_dump_json()})
            for mark in stages
        )
        told = ((keys.fact(fact), {"value": fact.model_dump_json()}) for fact in facts)
        put = self._table.as_put(keys.state(state.key), stored(written), _as_read(state))
        self._table.transact(put, *(self._table.as_first(*one) for one in (*marks, *told)))
        return written

    def stages(self, key: TicketKey) -> list[StageMark]:
        """The recorded SLA stages of a ticket."""
        return [read_value(item, StageMark) for item in self._table.partition(keys.state(key).pk, keys.STAGES)]

    def watched(self, after: str, limit: int) -> tuple[list[TicketKey], str]:
        """The next tickets in the due index, part by part; the place is a part and the last entry read of it."""
        part, _, entry = after.partition(" ")
        parts = keys.due_partitions()
        here = parts.index(part) if part in parts else 0
        only = Only(f"{keys.DUE_PK} = :shard", {":shard": parts[here]})
        if entry:
            only = Only(f"{only.expression} AND {keys.DUE_SK} > :entry", {":shard": parts[here], ":entry": entry})
        items = list(self._table.index(keys.DUE_INDEX, only, limit=limit))
        found = [keys.ticket_of(str(item[keys.PK])) for item in items]
        if len(items) == limit:
            return found, f"{parts[here]} {items[-1][keys.DUE_SK]}"
        return found, f"{parts[here + 1]} " if here + 1 < len(parts) else ""

    def seen(self, key: TicketKey, event_id: str) -> bool:
        """Whether an event was taken in before."""
        return self._live(keys.event(key, event_id)) is not None

    def mark_seen(self, key: TicketKey, event_id: str) -> None:
        """Remember an event."""
        self._table.put(keys.event(key, event_id), self._expiring(SEEN_FOR))

    def put_text(self, key: TicketKey, version: str, text: VersionText) -> None:
        """Store the cleaned text of a version; the first one stays."""
        # DynamoDB removes expired items within days, not at once.
        gone = Only(f"{ABSENT.expression} OR {keys.EXPIRES_AT} <= :now", {":now": self._seconds()})
        attributes = {"value": text.model_dump_json(), **self._expiring(TEXT_FOR)}
        self._table.put_once(keys.text(key, version), attributes, gone)

    def text(self, key: TicketKey, version: str) -> VersionText | None:
        """The cleaned text of a version, until it expires."""
        item = self._live(keys.text(key, version))
        return read_value(item, VersionText) if item else None

    def put_observations(self, key: TicketKey, version: str, observations: Observations) -> None:
        """Store what the models saw; what they saw first stays."""
        self._table.put_once(keys.observation(key, version), {"value": observations.model_dump_json()})

    def observations(self, key: TicketKey, version: str) -> Observations | None:
        """What the models saw."""
        return self._read(keys.observation(key, version), Observations)

    def put_decision(self, decision: Decision, burden: Burden | None = None) -> Decision:
        """Store a decision and move the ticket to its agent, together; or answer the decision that stands."""
        key, version = decision.inputs.key, decision.inputs.version
        if stands := self.decision(key, version):
            return stands
        put = self._table.as_put(keys.decision(key, version), {"value": decision.model_dump_json()}, ABSENT)
        try:
            self._table.transact(put, *handing_over(self._table, key, decision.agent, burden))
        except StoreConflict:
            # Another run of this version may have been faster; then its decision stands.
            if stands := self.decision(key, version):
                return stands
            raise
        return decision

    def decision(self, key: TicketKey, version: str) -> Decision | None:
        """The decision on a version."""
        return self._read(keys.decision(key, version), Decision)

    def put_briefing(self, key: TicketKey, version: str, briefing: Briefing) -> None:
        """Store a version's briefing; again replaces it."""
        self._table.put(keys.briefing(key, version), {"value": briefing.model_dump_json()})

    def briefing(self, key: TicketKey, version: str) -> Briefing | None:
        """The briefing of a version."""
        return self._read(keys.briefing(key, version), Briefing)

    def put_promises(self, key: TicketKey, promises: tuple[Promise, ...]) -> None:
        """Store what we promised in a ticket, until it runs out."""
        value = _PROMISES.dump_json(promises).decode()
        self._table.put(keys.promises(key), {"value": value, **self._expiring(PROMISES_FOR)})

    def promises(self, key: TicketKey) -> tuple[Promise, ...] | None:
        """What we promised in a ticket."""
        item = self._live(keys.promises(key))
        if item is None:
            return None
        try:
            return _PROMISES.validate_json(str(item.get("value", "")))
        except ValidationError:
            raise StoredItemCorrupt(f"the promises of ticket {key} are none") from None

    def due_before(self, moment: Instant, limit: int) -> list[TicketKey]:
        """Tickets due at or before a moment, soonest first over all shards. A corrupt state hides no other."""
        expression = f"{keys.DUE_PK} = :shard AND {keys.DUE_SK} < :until"
        parts = [Only(expression, {":shard": pk, ":until": keys.until(moment)}) for pk in keys.due_partitions()]
        shards = [self._table.index(keys.DUE_INDEX, part, limit=limit) for part in parts]
        due = heapq.merge(*shards, key=lambda item: str(item[keys.DUE_SK]))
        return [keys.ticket_of(str(item[keys.PK])) for item in islice(due, limit)]

    def in_queue(self, queue: str, limit: int) -> list[TicketState]:
        """Open tickets of a queue by rank."""
        only = Only(f"{keys.QUEUE_PK} = :queue", {":queue": keys.in_queue(queue)})
        return [read_value(item, TicketState) for item in self._table.index(keys.QUEUE_INDEX, only, limit=limit)]

    def take_lease(self, key: TicketKey, holder: str, until: Instant, now: Instant) -> bool:
        """Take the lease where it is free, over, or the holder's own."""
        free = Only(
            f"{ABSENT.expression} OR held_until <= :now OR holder = :holder",
            {":now": keys.moment(now), ":holder": holder},
        )
        held: Attributes = {
            "holder": holder,
            "held_until": keys.moment(until),
            keys.EXPIRES_AT: _whole_seconds(until),
        }
        return self._table.put_once(keys.lease(key), held, free)

    def drop_lease(self, key: TicketKey, holder: str) -> None:
        """Give the lease back, if it is still the holder's."""
        try:
            self._table.delete(keys.lease(key), Only("holder = :holder", {":holder": holder}))
        except StoreConflict:
            return  # it ran out, and another holder has it

    def _read(self, key: keys.Key, kind: type[Value]) -> Value | None:
        item = self._table.get(key)
        return read_value(item, kind) if item else None

    def _live(self, key: keys.Key) -> Attributes | None:
        """An item that has not expired."""
        item = self._table.get(key)
        return item if item and int(item.get(keys.EXPIRES_AT, 0)) > self._seconds() else None

    def _expiring(self, after: timedelta) -> Attributes:
        return {keys.EXPIRES_AT: _whole_seconds(self._clock() + after)}

    def _seconds(self) -> int:
        return _whole_seconds(self._clock())


def _whole_seconds(at: datetime) -> int:
    return int(at.timestamp())


def _as_read(state: TicketState) -> Only:
    return Only("revision = :read", {":read": state.revision}) if state.revision else ABSENT


def stored(state: TicketState) -> Attributes:
    """A state as it lies in its item, with what puts it into the indexes."""
    return {"value": state.model_dump_json(), "revision": state.revision, **_indexed(state)}


def _indexed(state: TicketState) -> Attributes:
    """The attributes by which a state appears in an index; an index shows only what has them."""
    attributes: dict[str, str | int] = {}
    if state.queue is not None and state.rank is not None and not state.status.is_over:
        attributes |= {keys.QUEUE_PK: keys.in_queue(state.queue), keys.QUEUE_SK: keys.by_rank(state.rank, state.key)}
    if state.due is not None:
        attributes |= {keys.DUE_PK: keys.due_in(state.key), keys.DUE_SK: keys.by_time(state.due.at, state.key)}
    return attributes
