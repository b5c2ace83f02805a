"""The ports to what we keep beside tickets: policies, customers, facts, loads, marks. Writes as in `store`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Protocol

from shared.domain.assignment import Load
from shared.domain.facts import Fact, FactKind
from shared.domain.policy import Policy
from shared.domain.record import Instant
from shared.domain.ticket import Snapshot, TicketKey
from shared.ports.store import Burden


class PolicyStore(Protocol):
    """Policies, immutable, by their SHA-256, with a pointer to the current one."""

    def get(self, sha: str) -> Policy:
        """A policy by its sha. Raises `PolicyInvalid` when there is none."""
        ...

    def current(self) -> str:
        """The sha of the policy that new tickets are judged by. Raises `PolicyInvalid` when none was published."""
        ...

    def publish(self, policy: Policy) -> str:
        """Store a policy if it is new, point `current` to it, and answer its sha."""
        ...

    def drafting_is_on(self) -> bool:
        """The off switch, read fresh each time. On unless somebody switched it off."""
        ...

    def switch_drafting(self, *, on: bool) -> None:
        """Turn drafts and notes with drafts off or on again, for every ticket at once."""
        ...


class CustomerStore(Protocol):
    """What the desk last told of a customer, for as long as that is fresh."""

    def get(self, desk: str, customer_id: str) -> Snapshot | None:
        """The snapshot, or None when there is none or it is no longer fresh."""
        ...

    def put(self, desk: str, customer_id: str, snapshot: Snapshot) -> None:
        """Keep a snapshot that was just read."""
        ...


class Occasions(Protocol):
    """What was told of lately, so that it is not told again with every event. A hint, like `TicketStore.seen`."""

    def seen(self, id: str) -> bool:
        """Whether this occasion was remembered and has not run out."""
        ...

    def remember(self, id: str, until: Instant) -> None:
        """Remember an occasion, after it was told."""
        ...


class FactLog(Protocol):
    """Facts for reports, kept by day."""

    def record(self, facts: Iterable[Fact]) -> None:
        """Record facts; one that is there already stays as it is."""
        ...

    def between(self, first: date, last: date, *, but: Collection[FactKind] = ()) -> list[Fact]:
        """Facts that happened on UTC days first to last, both included, in order of time.

        Args:
            but: kinds that are left out.
        """
        ...

    def newest(self, kind: FactKind, *, since: Instant, until: Instant, limit: int) -> list[Fact]:
        """Facts of one kind that happened from one moment to another, both included: the newest, at most `limit`.

        It reads no fact of another kind, and no more than `limit` of each of the table's parts.
        """
        ...


class LoadBook(Protocol):
    """What each agent carries. `TicketStore.put_decision` adds to it."""

    def open_tickets(self, agents: Iterable[str]) -> dict[str, int]:
        """Open tickets by mail address; agents without any may be left out."""
        ...

    def loads(self, week: str) -> dict[str, Load]:
        """What every agent carries, by mail address, and was given in a week; who has nothing may be left out."""
        ...

    def move(self, key: TicketKey, agent: str | None, burden: Burden | None = None) -> None:
        """The ticket is another agent's now, or nobody's. Again changes nothing.

        Raises:
            StoreConflict: the agent has no room left, or somebody moved it at the same moment.
        """
        ...

    def release(self, key: TicketKey) -> None:
        """The ticket is over: its agent carries one less. Again changes nothing."""
        ...


class MarkStore(Protocol):
    """How far each desk's changes were read."""

    def get(self, desk: str) -> str | None:
        """The mark to go on from, or None at the very first time."""
        ...

    def put(self, desk: str, mark: str) -> None:
        """Move the mark, after the changes before it are queued."""
        ...
