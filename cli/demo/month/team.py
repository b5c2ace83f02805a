"""What the invented team makes of its tickets: people answer in sittings, and faster where a draft fits."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cli.replay.triage import Replayed, clock_facts, outcome
from shared.domain.assignment import Load, Wanted, choose
from shared.domain.draft_use import Use
from shared.domain.facts import Fact, FactKind
from shared.domain.outcome import Answer
from shared.domain.policy import Policy
from shared.domain.policy_parts import Agent
from shared.domain.week import Week

_SITTING = timedelta(minutes=80)
_MINUTES = {Use.AS_IS: 2.4, Use.EDITED: 4.0, Use.UNUSED: 10.5, "briefing": 8.5, "alone": 10.5}
_SPREAD = 0.35  # of the logarithm
_FATES = {"": (0.62, 0.27, 0.11), "calendar-sync": (0.15, 0.65, 0.20), "data-import": (0.20, 0.32, 0.48)}
"""How often a draft is sent as it is, edited, not used; two approved answers are worded badly."""

_DISTANCES = {Use.AS_IS: 0.0, Use.EDITED: 0.16, Use.UNUSED: 0.93}
_BADLY_WORDED = 0.46
_CONTENT = {Use.AS_IS: 0.93, Use.EDITED: 0.92, Use.UNUSED: 0.8, "briefing": 0.8, "alone": 0.78}
_SOLVED, _BACK, _RATED = 0.93, 0.05, 0.36
_CLOCKS = {FactKind.SLA_WARNING, FactKind.SLA_BREACH}  # the replay knew of no answer yet
_HEARD, _NEEDLESS, _MISSED = 0.85, 0.05, 0.012


@dataclass(frozen=True)
class Work:
    """A ticket with what triage made of it and who has it.

    Attributes:
        live: whether Firstline was there.
    """

    replayed: Replayed
    agent: str
    live: bool
    use: Use | None = None

    @property
    def opened(self) -> datetime:
        """When it came in."""
        assert self.replayed.told.created_at is not None
        return self.replayed.told.created_at

    @property
    def kind(self) -> str:
        """What decides how long an answer takes."""
        if not self.live:
            return "alone"
        return self.use or ("briefing" if self.replayed.bounded else "alone")


class Team:
    """The agents of a policy at work. The same tickets give the same facts.

    Attributes:
        before: their answers before Firstline.
    """

    def __init__(self, policy: Policy, *, live_from: datetime, until: datetime, seed: int) -> None:
        self._policy = policy
        self._live_from, self._until = live_from, until
        self._chance = random.Random(seed)
        self.before: list[Answer] = []

    def facts(self, tickets: Sequence[Replayed]) -> list[Fact]:
        """Everything that is recorded of the tickets up to the end."""
        given: dict[str, list[Work]] = defaultdict(list)
        for work in self._assigned(tickets):
            given[work.agent].append(work)
        team = {agent.email: agent for agent in self._policy.agents}
        answered = [one for email, pile in sorted(given.items()) for one in self._answered(team[email], pile)]
        found = [fact for work, at in answered if work.live for fact in self._told(work, at)]
        self.before = [_by_hand(work, at) for work, at in answered if not work.live]
        return sorted((fact for fact in found if fact.at < self._until), key=lambda one: (one.at, str(one.key)))

    def _assigned(self, tickets: Sequence[Replayed]) -> Iterator[Work]:
        week: Counter[tuple[Week, str]] = Counter()
        for one in tickets:
            opened = one.told.created_at
            assert opened is not None
            now = Week.of(opened, self._policy.company.time_zone)
            loads = {agent.email: Load(week=week[now, agent.email]) for agent in self._policy.agents}
            wanted = Wanted(queue=one.decision.queue, language=one.seen.language.code)
            choice = choose(wanted, self._policy.agents, loads, self._policy.routing, now=opened)
            able = [agent.email for agent in self._policy.agents if one.decision.queue in agent.queues]
            agent = choice.agent or able[0]
            week[now, agent] += 1
            live = opened >= self._live_from
            yield Work(one, agent, live, self._use(one.draft) if live and one.draft else None)

    def _use(self, resolution: str) -> Use:
        return self._chance.choices(tuple(Use), weights=_FATES.get(resolution, _FATES[""]))[0]

    def _answered(self, agent: Agent, pile: Sequence[Work]) -> Iterator[tuple[Work, datetime]]:
        """Each ticket with the moment of its first answer; who needs a person goes first."""
        waiting = sorted(pile, key=lambda work: work.opened)
        now = waiting[0].opened
        while waiting:
            now += _SITTING + timedelta(minutes=self._chance.uniform(-12, 12))
            if not agent.at_work(now):
                continue
            there = [work for work in waiting if work.opened < now]
            waiting = waiting[len(there) :]
            at = now
            for work in sorted(there, key=lambda work: (not work.replayed.bounded, work.opened)):
                raised = self._raised(work, agent, now)
                at += timedelta(minutes=_MINUTES[work.kind] * self._chance.lognormvariate(0, _SPREAD))
                yield work, raised or at
            now = max(now, at)

    def _raised(self, work: Work, agent: Agent, sitting: datetime) -> datetime | None:
        """When somebody answered a ticket that was raised before its deadline; None where it waited for the sitting."""
        clock = work.replayed.decision.clock
        heard = self._chance.random() < _HEARD and agent.at_work(clock.warn_at)
        if not (work.live and heard and work.opened < clock.warn_at < sitting):
            return None
        return clock.warn_at + (clock.due_at - clock.warn_at) * self._chance.uniform(0.3, 0.9)

    def _told(self, work: Work, at: datetime) -> Iterator[Fact]:
        """The facts of a ticket that was first answered at a moment."""
        one, chance = work.replayed, self._chance
        solved, back = self._solved(work, at)
        rated = solved is not None and back is None and chance.random() < _RATED
        content = chance.random() < _CONTENT[work.kind]
        told = one.told.model_copy(
            update={
                "agent_id": work.agent,
                "first_response_at": at,
                "resolved_at": solved,
                "reopened_at": back,
                "csat": (5.0 if content else 2.0) if rated else None,
            }
        )
        yield from (_given(fact, work.agent) for fact in one.facts if fact.kind not in _CLOCKS)
        yield from clock_facts(told, one.decision, work.opened)
        yield from self._verdict(work, at)
        for fact in outcome(told, work.opened):
            yield _with_use(fact, work.use) if work.use else fact

    def _solved(self, work: Work, at: datetime) -> tuple[datetime | None, datetime | None]:
        """When it was solved and when it came back; None for what did not happen."""
        if self._chance.random() > _SOLVED:
            return None, None
        solved = at + timedelta(minutes=4 if work.use else self._chance.expovariate(1 / 300))
        back = solved + timedelta(hours=self._chance.uniform(2, 60))
        return solved, back if self._chance.random() < _BACK else None

    def _verdict(self, work: Work, at: datetime) -> Iterator[Fact]:
        """What agents say with their answer: of the draft, and of the boundary."""
        one, chance = work.replayed, self._chance.random()

        def told(kind: FactKind, **detail: str) -> Fact:
            return Fact(kind=kind, key=one.decision.inputs.key, at=at, recorded_at=at, detail=detail)

        if work.use and one.draft:
            far = _BADLY_WORDED if work.use is Use.EDITED and one.draft in _FATES else _DISTANCES[work.use]
            version, distance = one.decision.inputs.version, f"{far:.4f}"
            used = {"resolution": one.draft, "use": work.use.value, "distance": distance, "version": version}
            yield told(FactKind.DRAFT_USED, **used)
            if chance < _MISSED:
                yield told(FactKind.BOUNDARY_MISSED, found_by="agent", resolution=one.draft)
        elif one.bounded and chance < _NEEDLESS:
            yield told(FactKind.BRIEFING_NEEDLESS, found_by="agent")


def _by_hand(work: Work, at: datetime) -> Answer:
    """An answer of the time before."""
    seen = work.replayed.seen
    return Answer(agent=work.agent, at=at, help="none", category=seen.category.label.value)


def _given(fact: Fact, agent: str) -> Fact:
    """Triage's fact with whom it gave the ticket to; a history's replay knows nobody on shift."""
    return replace_detail(fact, agent=agent) if fact.kind is FactKind.TRIAGED else fact


def _with_use(fact: Fact, use: Use) -> Fact:
    return replace_detail(fact, used_draft=use.value) if fact.kind is FactKind.FIRST_RESPONSE else fact


def replace_detail(fact: Fact, **detail: str) -> Fact:
    """A fact with more or other detail."""
    return fact.model_copy(update={"detail": {**fact.detail, **detail}})
