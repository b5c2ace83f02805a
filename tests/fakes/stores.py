"""The stores in memory. The contract suites hold them to the same promises as the real ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

from shared.domain.briefing import Briefing
from shared.domain.decision import Decision
from shared.domain.errors import PolicyInvalid, StoreConflict
from shared.domain.facts import Fact, FactKind
from shared.domain.observation import Observations
from shared.domain.policy import Policy
from shared.domain.record import Instant
from shared.domain.resolution import Draft
from shared.domain.ticket import DueKind, Snapshot, TicketKey, TicketState
from shared.ports.store import VersionText
from tests.fakes.failing import Failing

Version = tuple[TicketKey, str]


def _now() -> datetime:
    return datetime.now(UTC)


class InMemoryLoadBook(Failing):
    """`LoadBook` in memory; `carried` says who has which ticket."""

    def __init__(self) -> None:
        self.carried: dict[TicketKey, str] = {}

    def open_tickets(self, agents: Iterable[str]) -> dict[str, int]:
        """Open tickets by mail address."""
        self._reach()
        counts = Counter(self.carried.values())
        return {agent: counts[agent] for agent in agents if counts[agent]}

    def release(self, key: TicketKey) -> None:
        """The ticket is over."""
        self._reach()
        self.carried.pop(key, None)

    def hand_over(self, key: TicketKey, agent: str | None) -> None:
        """The ticket is an agent's now, or nobody's."""
        self.carried.pop(key, None)
        if agent:
            self.carried[key] = agent


class InMemoryTicketStore(Failing):
    """`TicketStore` in memory."""

    def __init__(self, loads: InMemoryLoadBook | None = None, *, clock: Callable[[], datetime] = _now) -> None:
        self.states: dict[TicketKey, TicketState] = {}
        self.loads = loads or InMemoryLoadBook()
        self._clock = clock
        self._seen: dict[Version, datetime] = {}
        self._texts: dict[Version, tuple[datetime, VersionText]] = {}
        self._observations: dict[Version, Observations] = {}
        self._decisions: dict[Version, Decision] = {}
        self._briefings: dict[Version, Briefing] = {}
        self._stages: set[tuple[TicketKey, str, DueKind, str]] = set()
        self._leases: dict[TicketKey, tuple[str, datetime]] = {}

    def get(self, key: TicketKey) -> TicketState | None:
        """The state of a ticket."""
        self._reach()
        return self.states.get(key)

    def put(self, state: TicketState) -> TicketState:
        """Write a state, unless somebody wrote it since it was read."""
        self._reach()
        stands = self.states.get(state.key)
        if (stands.revision if stands else 0) != state.revision:
            raise StoreConflict(f"ticket {state.key} was written since")
        written = state.model_copy(update={"revision": state.revision + 1})
        self.states[state.key] = written
        return written

    def seen(self, key: TicketKey, event_id: str) -> bool:
        """Whether an event was taken in before."""
        self._reach()
        return self._seen.get((key, event_id), self._clock()) > self._clock()

    def mark_seen(self, key: TicketKey, event_id: str) -> None:
        """Remember an event for a week."""
        self._reach()
        self._seen[key, event_id] = self._clock() + timedelta(days=7)

    def put_text(self, key: TicketKey, version: str, text: VersionText) -> None:
        """Store the text of a version for a month; the first one stays."""
        if self.text(key, version) is None:
            self._texts[key, version] = (self._clock() + timedelta(days=30), text)

    def text(self, key: TicketKey, version: str) -> VersionText | None:
        """The text of a version, until it expires."""
        self._reach()
        expires, text = self._texts.get((key, version), (self._clock(), None))
        return text if expires > self._clock() else None

    def put_observations(self, key: TicketKey, version: str, observations: Observations) -> None:
        """Store what the models saw; what they saw first stays."""
        self._reach()
        self._observations.setdefault((key, version), observations)

    def observations(self, key: TicketKey, version: str) -> Observations | None:
        """What the models saw."""
        self._reach()
        return self._observations.get((key, version))

    def put_decision(self, decision: Decision) -> Decision:
        """Store a decision and move the ticket to its agent, or answer the decision that stands."""
        self._reach()
        key = (decision.inputs.key, decision.inputs.version)
        if key not in self._decisions:
            self._decisions[key] = decision
            self.loads.hand_over(decision.inputs.key, decision.agent)
        return self._decisions[key]

    def decision(self, key: TicketKey, version: str) -> Decision | None:
        """The decision on a version."""
        self._reach()
        return self._decisions.get((key, version))

    def put_briefing(self, key: TicketKey, version: str, briefing: Briefing) -> None:
        """Store a version's briefing; again replaces it."""
        self._reach()
        self._briefings[key, version] = briefing

    def briefing(self, key: TicketKey, version: str) -> Briefing | None:
        """The briefing of a version."""
        self._reach()
        return self._briefings.get((key, version))

    def due_before(self, moment: datetime, limit: int) -> list[TicketKey]:
        """Tickets due at or before a moment, soonest first."""
        self._reach()
        due = [(state.due.at, str(key), key) for key, state in self.states.items() if state.due]
        return [key for at, _, key in sorted(due, key=lambda entry: entry[:2]) if at <= moment][:limit]

    def in_queue(self, queue: str, limit: int) -> list[TicketState]:
        """Open tickets of a queue by rank."""
        self._reach()
        ranked = [s for s in self.states.values() if s.queue == queue and s.rank is not None and not s.status.is_over]
        return sorted(ranked, key=lambda state: (state.rank or 0, str(state.key)))[:limit]

    def record_stage(self, key: TicketKey, target: str, stage: DueKind, version: str, at: datetime) -> bool:
        """Record an SLA stage once."""
        self._reach()
        entry = (key, target, stage, version)
        first = entry not in self._stages
        self._stages.add(entry)
        return first

    def take_lease(self, key: TicketKey, holder: str, until: datetime, now: datetime) -> bool:
        """Take the lease where it is free, over, or the holder's own."""
        self._reach()
        other, held_until = self._leases.get(key, (holder, now))
        if other != holder and held_until > now:
            return False
        self._leases[key] = (holder, until)
        return True

    def drop_lease(self, key: TicketKey, holder: str) -> None:
        """Give the lease back, if it is still the holder's."""
        self._reach()
        if self._leases.get(key, ("", None))[0] == holder:
            del self._leases[key]


class InMemoryDraftStore(Failing):
    """`DraftStore` in memory."""

    def __init__(self) -> None:
        self.drafts: dict[Version, Draft] = {}

    def put(self, key: TicketKey, version: str, draft: Draft) -> None:
        """Store a version's draft; again replaces it."""
        self._reach()
        self.drafts[key, version] = draft

    def get(self, key: TicketKey, version: str) -> Draft | None:
        """The draft of a version."""
        self._reach()
        return self.drafts.get((key, version))


class InMemoryPolicyStore(Failing):
    """`PolicyStore` in memory."""

    def __init__(self) -> None:
        self._policies: dict[str, Policy] = {}
        self._current: str | None = None
        self._drafting = True

    def get(self, sha: str) -> Policy:
        """A policy by its sha."""
        self._reach()
        if sha not in self._policies:
            raise PolicyInvalid(f"no policy {sha} is stored")
        return self._policies[sha]

    def current(self) -> str:
        """The sha of the policy that new tickets are judged by."""
        self._reach()
        if self._current is None:
            raise PolicyInvalid("no policy was published yet")
        return self._current

    def publish(self, policy: Policy) -> str:
        """Store a policy, point `current` to it, and answer its sha."""
        self._reach()
        self._policies[policy.sha] = policy
        self._current = policy.sha
        return policy.sha

    def drafting_is_on(self) -> bool:
        """The off switch."""
        self._reach()
        return self._drafting

    def switch_drafting(self, *, on: bool) -> None:
        """Turn drafts off or on again."""
        self._reach()
        self._drafting = on


class InMemoryFactLog(Failing):
    """`FactLog` in memory."""

    def __init__(self) -> None:
        self._facts: dict[tuple[datetime, TicketKey, FactKind], Fact] = {}

    def record(self, facts: Iterable[Fact]) -> None:
        """Record facts; one that is there already stays as it is."""
        self._reach()
        for fact in facts:
            self._facts.setdefault((fact.at, fact.key, fact.kind), fact)

    def between(self, first: date, last: date) -> list[Fact]:
        """Facts that happened on UTC days first to last, in order of time."""
        self._reach()
        facts = [fact for fact in self._facts.values() if first <= fact.at.date() <= last]
        return sorted(facts, key=lambda fact: (fact.at, str(fact.key), fact.kind))


class InMemoryCustomerStore(Failing):
    """`CustomerStore` in memory, where everything stays fresh."""

    def __init__(self) -> None:
        self.snapshots: dict[tuple[str, str], Snapshot] = {}

    def get(self, desk: str, customer_id: str) -> Snapshot | None:
        """What was kept."""
        self._reach()
        return self.snapshots.get((desk, customer_id))

    def put(self, desk: str, customer_id: str, snapshot: Snapshot) -> None:
        """Keep it."""
        self._reach()
        self.snapshots[desk, customer_id] = snapshot


class InMemoryOccasions(Failing):
    """`Occasions` in memory, which never run out."""

    def __init__(self) -> None:
        self.told: dict[str, Instant] = {}

    def seen(self, id: str) -> bool:
        """Whether it is remembered."""
        self._reach()
        return id in self.told

    def remember(self, id: str, until: Instant) -> None:
        """Remember it."""
        self._reach()
        self.told[id] = until


class InMemoryMarkStore(Failing):
    """`MarkStore` in memory."""

    def __init__(self) -> None:
        self.marks: dict[str, str] = {}

    def get(self, desk: str) -> str | None:
        """The mark to go on from."""
        self._reach()
        return self.marks.get(desk)

    def put(self, desk: str, mark: str) -> None:
        """Move the mark."""
        self._reach()
        self.marks[desk] = mark
