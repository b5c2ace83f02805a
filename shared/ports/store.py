"""The ports to what we keep of tickets and drafts. Every write is conditional and safe to repeat."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from shared.domain.briefing import Briefing
from shared.domain.choosing import DraftStory
from shared.domain.decision import Decision
from shared.domain.errors import StoreConflict, StoredItemCorrupt
from shared.domain.facts import Fact
from shared.domain.observation import Observations, Request
from shared.domain.promises import Promise
from shared.domain.record import Instant, Record
from shared.domain.resolution import Draft
from shared.domain.ticket import Customer, EarlierTicket, TicketKey
from shared.domain.ticket_state import TicketState


class VersionText(Record):
    """One version of a ticket as classify, draft and brief read it: the only place with customer's words.

    Kept encrypted and for a limited time.
    """

    request: Request
    customer: Customer
    earlier: tuple[EarlierTicket, ...] = ()


class Burden(NamedTuple):
    """What a ticket adds to an agent's load.

    Attributes:
        weight: by its urgency.
        below: the agent has to have fewer open tickets than this; None sets no limit.
        exactly: the agent has to have just so many; None does not care.
        week: the week it counts in, such as `2026-W48`.
    """

    weight: int = 1
    below: int | None = None
    exactly: int | None = None
    week: str = ""


class StageMark(Record):
    """A recorded stage of a clock.

    Attributes:
        occasion: what it happens once for: the version that nobody triaged, or the beginning of a clock.
        at: the stage's own time, not that of the scan.
    """

    target: str
    stage: str
    occasion: str
    at: Instant


class TicketStore(Protocol):
    """Ticket state and everything stored under a ticket.

    Every method may raise `StoreUnavailable`, reads also `StoredItemCorrupt`. Reads are consistent.
    """

    def get(self, key: TicketKey) -> TicketState | None:
        """The state of a ticket, or None if we do not know it."""
        ...

    def put(self, state: TicketState) -> TicketState:
        """Write a state that was read at `state.revision` (0: it must not exist) and answer it with the next revision.

        The queue and due indexes follow the state: a ticket is in the due index only while `due` is set,
        in the queue index only while it has a rank and is not over.

        Raises:
            StoreConflict: somebody wrote it since.
        """
        ...

    def seen(self, key: TicketKey, event_id: str) -> bool:
        """Whether an event was taken in before. A hint: forgotten after some days."""
        ...

    def mark_seen(self, key: TicketKey, event_id: str) -> None:
        """Remember an event, last of all."""
        ...

    def put_text(self, key: TicketKey, version: str, text: VersionText) -> None:
        """Store the cleaned text of a version; the same version again changes nothing."""
        ...

    def text(self, key: TicketKey, version: str) -> VersionText | None:
        """The cleaned text of a version, or None when it is unknown or has expired."""
        ...

    def put_observations(self, key: TicketKey, version: str, observations: Observations) -> None:
        """Store what the models saw in a version."""
        ...

    def observations(self, key: TicketKey, version: str) -> Observations | None:
        """What the models saw, or None when they saw nothing."""
        ...

    def put_decision(self, decision: Decision, burden: Burden | None = None) -> Decision:
        """Store a version's decision once, and answer the one that stands: the first.

        The load of its agent changes in the same transaction, so that no retry counts twice; a
        ticket that another agent carried before moves over.

        Args:
            burden: what the ticket adds to its agent, and how much the agent may carry before.

        Raises:
            StoreConflict: the agent's load changed at the same moment; decide again.
        """
        ...

    def decision(self, key: TicketKey, version: str) -> Decision | None:
        """The decision on a version."""
        ...

    def put_briefing(self, key: TicketKey, version: str, briefing: Briefing) -> None:
        """Store a version's briefing; again replaces it."""
        ...

    def briefing(self, key: TicketKey, version: str) -> Briefing | None:
        """The briefing of a version."""
        ...

    def put_promises(self, key: TicketKey, promises: tuple[Promise, ...]) -> None:
        """Store what we promised in a ticket, in place of what was stored; kept for half a year."""
        ...

    def promises(self, key: TicketKey) -> tuple[Promise, ...] | None:
        """What we promised in a ticket; None where nobody has looked, or long ago."""
        ...

    def due_before(self, moment: Instant, limit: int) -> Iterable[TicketKey]:
        """Tickets whose next action lies at or before a moment, soonest first within each shard."""
        ...

    def in_queue(self, queue: str, limit: int) -> Iterable[TicketState]:
        """Open tickets of a queue by rank, the top first."""
        ...

    def put_stages(self, state: TicketState, stages: Iterable[StageMark], facts: Iterable[Fact] = ()) -> TicketState:
        """Write a state as `put` does, with SLA stages and facts, all of it or nothing.

        A stage or a fact that is recorded already stays as it is.

        Raises:
            StoreConflict: somebody wrote the state since.
        """
        ...

    def stages(self, key: TicketKey) -> list[StageMark]:
        """The recorded SLA stages of a ticket."""
        ...

    def watched(self, after: str, limit: int) -> tuple[list[TicketKey], str]:
        """The next tickets that are due at any time, and the place to go on from; an empty place begins and ends it.

        A ticket that moves meanwhile may come twice or, when it moves backwards, not at all.
        """
        ...

    def take_lease(self, key: TicketKey, holder: str, until: Instant, now: Instant) -> bool:
        """Take the right to write to the desk for a ticket; False while another holder's lease runs."""
        ...

    def drop_lease(self, key: TicketKey, holder: str) -> None:
        """Give the lease back, if it is still the holder's."""
        ...


_ATTEMPTS = 5


def newest_requests(desk: str, ids: Iterable[str], tickets: TicketStore) -> dict[str, Request]:
    """What a customer wrote in others of their tickets, by id, as far as it is kept."""
    found = {id: _newest_request(TicketKey(desk=desk, id=id), tickets) for id in ids}
    return {id: request for id, request in found.items() if request is not None}


def _newest_request(key: TicketKey, tickets: TicketStore) -> Request | None:
    """What a customer wrote in another ticket of theirs; None where that is not kept or cannot be read."""
    try:
        state = tickets.get(key)
        text = tickets.text(key, state.version) if state and state.version else None
    except StoredItemCorrupt:
        return None
    return text.request if text else None


def amend(tickets: TicketStore, key: TicketKey, change: Callable[[TicketState], TicketState]) -> TicketState:
    """Change a state that others write too: read, change, write, and again if somebody was faster.

    Args:
        change: computes the new state from the one just read; answering it unchanged writes nothing.

    Raises:
        StoreConflict: others were faster every time, or the ticket is unknown.
    """
    for _ in range(_ATTEMPTS):
        state = tickets.get(key)
        if state is None:
            raise StoreConflict(f"ticket {key} is not stored yet")
        changed = change(state)
        if changed == state:
            return state
        try:
            return tickets.put(changed)
        except StoreConflict:
            continue
    raise StoreConflict(f"ticket {key} was written by others {_ATTEMPTS} times in a row")


class DraftStore(Protocol):
    """Drafts, under a partition key of their own, so that a role can be limited to them."""

    def put(self, key: TicketKey, version: str, draft: Draft) -> None:
        """Store a version's draft, for half a year; again replaces it."""
        ...

    def get(self, key: TicketKey, version: str) -> Draft | None:
        """The draft of a version, or None when there is none or it has expired."""
        ...

    def put_story(self, key: TicketKey, version: str, story: DraftStory) -> None:
        """Store how a version's draft came about, or why there is none; again replaces it."""
        ...

    def story(self, key: TicketKey, version: str) -> DraftStory | None:
        """How a version's draft came about; None where none was asked for, or long ago."""
        ...
