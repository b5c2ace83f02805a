"""The stores in memory. The contract suites hold them to the same promises as the real ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime, timedelta
from threading import Lock

from shared.domain.assignment import Load
from shared.domain.breaker import Breaker
from shared.domain.briefing import Briefing
from shared.domain.choosing import DraftStory
from shared.domain.customers import Profile, RowAside
from shared.domain.decision import Decision
from shared.domain.errors import PolicyInvalid, StoreConflict
from shared.domain.facts import Fact, FactKind
from shared.domain.health import History
from shared.domain.observation import Observations, Usage
from shared.domain.policy import Policy
from shared.domain.promises import Promise
from shared.domain.record import Instant
from shared.domain.resolution import Draft
from shared.domain.ticket import Snapshot, TicketKey
from shared.domain.ticket_state import TicketState
from shared.ports.store import Burden, StageMark, VersionText
from tests.fakes.failing import Failing

Version = tuple[TicketKey, str]


def _now() -> datetime:
    return datetime.now(UTC)


class InMemoryLoadBook(Failing):
    """`LoadBook` in memory; `carried` says who has which ticket."""

    def __init__(self) -> None:
        self.carried: dict[TicketKey, str] = {}
        self.weights: dict[TicketKey, int] = {}
        self.given: Counter[tuple[str, str]] = Counter()

    def open_tickets(self, agents: Iterable[str]) -> dict[str, int]:
        """Open tickets by mail address."""
        self._reach()
        counts = Counter(self.carried.values())
        return {agent: counts[agent] for agent in agents if counts[agent]}

    def loads(self, week: str) -> dict[str, Load]:
        """What every agent carries, and was given in a week."""
        self._reach()
        tickets = Counter(self.carried.values())
        agents = {*tickets, *(agent for one, agent in self.given if one == week)}
        return {
            agent: Load(tickets=tickets[agent], weight=self._weight(agent), week=self.given[week, agent])
            for agent in sorted(agents)
        }

    def release(self, key: TicketKey) -> None:
        """The ticket is over."""
        self.move(key, None)

    def move(self, key: TicketKey, agent: str | None, burden: Burden | None = None) -> None:
        """The ticket is an agent's now, or nobody's."""
        self._reach()
        self.hand_over(key, agent, burden or Burden())

    def hand_over(self, key: TicketKey, agent: str | None, burden: Burden) -> None:
        """What a transaction of the real store does, on its conditions."""
        if self.carried.get(key) == agent:
            return
        has = Counter(self.carried.values())[agent or ""]
        full = burden.below is not None and has >= burden.below
        if agent and ((burden.exactly is not None and has != burden.exactly) or (burden.exactly is None and full)):
            raise StoreConflict(f"{agent} carries {has} by now")
        self.carried.pop(key, None)
        if agent:
            self.carried[key] = agent
            self.weights[key] = burden.weight
            self.given.update([(burden.week, agent)] if burden.week else [])

    def _weight(self, agent: str) -> int:
        return sum(self.weights.get(key, 1) for key, who in self.carried.items() if who == agent)


class InMemoryTicketStore(Failing):
    """`TicketStore` in memory."""

    def __init__(
        self,
        loads: InMemoryLoadBook | None = None,
        *,
        clock: Callable[[], datetime] = _now,
        facts: InMemoryFactLog | None = None,
    ) -> None:
        self.states: dict[TicketKey, TicketState] = {}
        self.loads = loads or InMemoryLoadBook()
        self._facts = facts or InMemoryFactLog()
        self._clock = clock
        self._seen: dict[Version, datetime] = {}
        self._texts: dict[Version, tuple[datetime, VersionText]] = {}
        self._observations: dict[Version, Observations] = {}
        self._decisions: dict[Version, Decision] = {}
        self._briefings: dict[Version, Briefing] = {}
        self._promises: dict[TicketKey, tuple[datetime, tuple[Promise, ...]]] = {}
        self._stages: dict[TicketKey, dict[tuple[str, str, str], StageMark]] = {}
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

    def put_decision(self, decision: Decision, burden: Burden | None = None) -> Decision:
        """Store a decision and move the ticket to its agent, or answer the decision that stands."""
        self._reach()
        key = (decision.inputs.key, decision.inputs.version)
        if key not in self._decisions:
            self.loads.hand_over(decision.inputs.key, decision.agent, burden or Burden())
            self._decisions[key] = decision
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

    def put_promises(self, key: TicketKey, promises: tuple[Promise, ...]) -> None:
        """Store what we promised in a ticket for half a year."""
        self._reach()
        self._promises[key] = (self._clock() + timedelta(days=180), promises)

    def promises(self, key: TicketKey) -> tuple[Promise, ...] | None:
        """What we promised in a ticket, until it runs out."""
        self._reach()
        expires, promises = self._promises.get(key, (self._clock(), None))
        return promises if expires > self._clock() else None

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

    def put_stages(self, state: TicketState, stages: Iterable[StageMark], facts: Iterable[Fact] = ()) -> TicketState:
        """Write a state with stages and facts, all of it or nothing."""
        written = self.put(state)
        recorded = self._stages.setdefault(state.key, {})
        for mark in stages:
            recorded.setdefault((mark.target, mark.stage, mark.occasion), mark)
        self._facts.record(facts)
        return written

    def stages(self, key: TicketKey) -> list[StageMark]:
        """The recorded SLA stages of a ticket."""
        self._reach()
        return [mark for _, mark in sorted(self._stages.get(key, {}).items())]

    def watched(self, after: str, limit: int) -> tuple[list[TicketKey], str]:
        """The next tickets that are due at any time, by their keys."""
        self._reach()
        keys = sorted((str(key), key) for key, state in self.states.items() if state.due and str(key) > after)
        found = keys[:limit]
        return [key for _, key in found], found[-1][0] if len(keys) > limit else ""

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

    def __init__(self, *, clock: Callable[[], datetime] = _now) -> None:
        self._clock = clock
        self.drafts: dict[Version, Draft] = {}
        self._until: dict[Version, datetime] = {}
        self.stories: dict[Version, DraftStory] = {}
        self._story_until: dict[Version, datetime] = {}

    def put(self, key: TicketKey, version: str, draft: Draft) -> None:
        """Store a version's draft, for half a year; again replaces it."""
        self._reach()
        self.drafts[key, version] = draft
        self._until[key, version] = self._clock() + timedelta(days=180)

    def get(self, key: TicketKey, version: str) -> Draft | None:
        """The draft of a version."""
        self._reach()
        until = self._until.get((key, version))
        return self.drafts.get((key, version)) if until is None or until > self._clock() else None

    def put_story(self, key: TicketKey, version: str, story: DraftStory) -> None:
        """Store how a version's draft came about, for as long as a draft; again replaces it."""
        self._reach()
        self.stories[key, version] = story
        self._story_until[key, version] = self._clock() + timedelta(days=180)

    def story(self, key: TicketKey, version: str) -> DraftStory | None:
        """How a version's draft came about."""
        self._reach()
        until = self._story_until.get((key, version))
        return self.stories.get((key, version)) if until is None or until > self._clock() else None


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

    def between(self, first: date, last: date, *, but: Collection[FactKind] = ()) -> list[Fact]:
        """Facts that happened on UTC days first to last, in order of time."""
        self._reach()
        facts = [fact for fact in self._facts.values() if first <= fact.at.date() <= last and fact.kind not in but]
        return sorted(facts, key=lambda fact: (fact.at, str(fact.key), fact.kind))

    def newest(self, kind: FactKind, *, since: datetime, until: datetime, limit: int) -> list[Fact]:
        """The newest facts of one kind from one moment to another."""
        self._reach()
        facts = [fact for fact in self._facts.values() if fact.kind is kind and since <= fact.at <= until]
        return sorted(facts, key=lambda fact: (fact.at, str(fact.key)), reverse=True)[:limit]


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
    """`Occasions` in memory; without a clock they never run out."""

    def __init__(self, clock: Callable[[], datetime] | None = None) -> None:
        self._clock = clock
        self.told: dict[str, Instant] = {}

    def seen(self, id: str) -> bool:
        """Whether it is remembered, and has not run out."""
        self._reach()
        return id in self.told and (self._clock is None or self.told[id] > self._clock())

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


class InMemoryCustomerBook(Failing):
    """`CustomerBook` in memory."""

    def __init__(self) -> None:
        self.profiles: dict[str, Profile] = {}
        self.histories: dict[tuple[str, str], History] = {}

    def profile(self, email: str) -> Profile | None:
        """What was imported of a customer."""
        self._reach()
        return self.profiles.get(email.lower())

    def put_profiles(self, profiles: Iterable[Profile]) -> int:
        """Store profiles."""
        self._reach()
        before = list(profiles)
        self.profiles |= {profile.email: profile for profile in before}
        return len(before)

    def history(self, desk: str, customer: str) -> History:
        """A customer's history."""
        self._reach()
        return self.histories.get((desk, customer), History(desk=desk, customer=customer))

    def put_history(self, history: History) -> History:
        """Write a history, unless somebody wrote it since it was read."""
        if self.history(history.desk, history.customer).revision != history.revision:
            raise StoreConflict(f"the history of {history.customer} was written since")
        written = history.model_copy(update={"revision": history.revision + 1})
        self.histories[history.desk, history.customer] = written
        return written


class InMemoryRowsAside(Failing):
    """`RowsAside` in memory."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, int], RowAside] = {}

    def keep(self, rows: Iterable[RowAside]) -> None:
        """Keep rows."""
        self._reach()
        self.rows |= {(row.delivery, row.place): row for row in rows}

    def kept(self) -> list[RowAside]:
        """All that are kept."""
        self._reach()
        return [self.rows[key] for key in sorted(self.rows)]

    def forget(self, row: RowAside) -> None:
        """It was looked at."""
        self._reach()
        self.rows.pop((row.delivery, row.place), None)


class InMemoryReaderBook(Failing):
    """`ReaderBook` in memory."""

    def __init__(self) -> None:
        self.days: Counter[date] = Counter()
        self._one_at_a_time = Lock()
        self._breaker = Breaker()

    def reserve(self, day: date, micro_dollars: int, limit: int) -> bool:
        """Set money aside, if the day has room for it."""
        self._reach()
        with self._one_at_a_time:
            if self.days[day] + micro_dollars > limit:
                return False
            self.days[day] += micro_dollars
            return True

    def settle(self, day: date, reserved: int, spent: int, usage: Usage) -> None:
        """Replace what was set aside by what was spent."""
        self._reach()
        self.days[day] += spent - reserved

    def spent(self, day: date) -> int:
        """Micro-dollars of a day."""
        self._reach()
        return self.days[day]

    def breaker(self) -> Breaker:
        """How the second reader has done lately."""
        self._reach()
        return self._breaker

    def put_breaker(self, breaker: Breaker) -> None:
        """Write the breaker, unless somebody wrote it since it was read."""
        self._reach()
        if breaker.revision != self._breaker.revision:
            raise StoreConflict("the breaker was written since")
        self._breaker = breaker.model_copy(update={"revision": breaker.revision + 1})
