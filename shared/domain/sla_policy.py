"""What the company promises its customers, as it stands in the playbook."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from shared.domain.observation import Urgency
from shared.domain.record import Record
from shared.domain.ticket import Target, TicketStatus

Minutes = Annotated[int, Field(gt=0, le=525_600)]
Share = Annotated[float, Field(gt=0, lt=1)]
Place = tuple[str | int, ...]
Waiting = Literal[TicketStatus.PENDING, TicketStatus.HOLD]


class Targets(Record):
    """A target in minutes of open time: the plan's, or the urgency's where that is stricter; else `default`."""

    default: Minutes
    by_plan: dict[str, Minutes] = {}
    by_urgency: dict[Urgency, Minutes] = {}

    def minutes(self, plan: str | None, urgency: Urgency | None) -> int:
        """The target of a ticket."""
        by_plan = self.by_plan.get(plan, self.default) if plan else self.default
        by_urgency = self.by_urgency.get(urgency) if urgency else None
        return min(by_plan, by_urgency) if by_urgency else by_plan

    @property
    def longest(self) -> int:
        """The longest of all."""
        return max(self.default, *self.by_plan.values(), *self.by_urgency.values(), 0)


class Asked(Record):
    """What a promise depends on. `tags` are other people's, not our own."""

    plan: str | None = None
    urgency: Urgency | None = None
    channel: str = ""
    tags: frozenset[str] = frozenset()


class When(Record):
    """Which tickets are meant: each list that is not empty has to hold the ticket's own; of tags one is enough."""

    plans: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    urgencies: tuple[Urgency, ...] = ()

    def fits(self, asked: Asked) -> bool:
        """Whether a ticket is meant."""
        return (
            (not self.plans or asked.plan in self.plans)
            and (not self.tags or not asked.tags.isdisjoint(self.tags))
            and (not self.channels or asked.channel in self.channels)
            and (not self.urgencies or asked.urgency in self.urgencies)
        )

    def covers(self, other: When) -> bool:
        """Whether every ticket that `other` means is meant here too."""
        pairs = (
            (self.plans, other.plans),
            (self.tags, other.tags),
            (self.channels, other.channels),
            (self.urgencies, other.urgencies),
        )
        return all(not mine or (theirs and set(theirs) <= set(mine)) for mine, theirs in pairs)


class SlaRule(Record):
    """A promise of its own for some tickets. What it leaves out is promised as to everybody."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    when: When
    calendar: str | None = None
    first_response_minutes: Minutes | None = None
    next_response_minutes: Minutes | None = None
    resolution_minutes: Minutes | None = None

    def minutes(self, target: Target) -> int | None:
        """What it promises for a target, or None."""
        return {
            Target.FIRST_RESPONSE: self.first_response_minutes,
            Target.NEXT_RESPONSE: self.next_response_minutes,
            Target.RESOLUTION: self.resolution_minutes,
        }[target]

    @model_validator(mode="after")
    def _promises_something(self) -> Self:
        if not self.promised():
            raise ValueError("this rule promises nothing; give it first_response_minutes, or remove it")
        return self

    def promised(self) -> frozenset[Target]:
        """The targets it has minutes for."""
        return frozenset(target for target in Target if self.minutes(target))


class Step(StrEnum):
    """What a stage does besides being recorded."""

    DESK = "desk"
    MANAGER = "manager"
    ON_CALL = "on_call"
    REASSIGN = "reassign"


Steps = tuple[Step, ...]


class Stage(Record):
    """A stage before the warning: from which share of the target on, and what it does."""

    at: Share
    does: Steps = (Step.DESK,)

    @property
    def name(self) -> str:
        """Its name in records: `at_50` for one half."""
        return f"at_{self.at * 100:g}".replace(".", "_")


class Pauses(Record):
    """In which of the desk's states a target's clock stands still. While a ticket is solved none runs."""

    first_response: tuple[Waiting, ...] = ()
    next_response: tuple[Waiting, ...] = ()
    resolution: tuple[Waiting, ...] = (TicketStatus.PENDING, TicketStatus.HOLD)

    def of(self, target: Target) -> frozenset[TicketStatus]:
        """The states that stop a target's clock."""
        named: dict[Target, tuple[Waiting, ...]] = {
            Target.FIRST_RESPONSE: self.first_response,
            Target.NEXT_RESPONSE: self.next_response,
            Target.RESOLUTION: self.resolution,
        }
        return frozenset((*named[target], TicketStatus.SOLVED))


class Promise(NamedTuple):
    """A target in minutes of a calendar's open time, and the rule that says so ("" for what all are promised)."""

    minutes: int
    calendar: str
    rule: str


class Sla(Record):
    """What the company promises its customers.

    Attributes:
        rules: the first one that fits a ticket and names a target counts for it, alone.
        stages: what happens before the warning.
        warn_at: share of the target after which the ticket is raised to the top of its queue, 0 to 1.
        untriaged_after_seconds: a ticket that nobody triaged by then is handed to a person.
        desk_writes_per_minute: how fast the desk is told when many tickets are due at once.
    """

    calendar: str
    first_response_minutes: Targets
    next_response_minutes: Targets | None = None
    resolution_minutes: Targets | None = None
    rules: tuple[SlaRule, ...] = ()
    pauses: Pauses = Pauses()
    stages: tuple[Stage, ...] = ()
    warn_at: Share
    on_warning: Steps = (Step.DESK, Step.MANAGER)
    on_breach: Steps = (Step.DESK, Step.MANAGER)
    untriaged_after_seconds: int = Field(default=120, gt=0)
    desk_writes_per_minute: int = Field(default=60, gt=0, le=10_000)

    def promise(self, target: Target, asked: Asked) -> Promise | None:
        """What a ticket is promised for a target; None where nothing is."""
        for rule in self.rules:
            minutes = rule.minutes(target)
            if minutes and rule.when.fits(asked):
                return Promise(minutes, rule.calendar or self.calendar, rule.id)
        targets = self._table(target)
        return Promise(targets.minutes(asked.plan, asked.urgency), self.calendar, "") if targets else None

    def _table(self, target: Target) -> Targets | None:
        return {
            Target.FIRST_RESPONSE: self.first_response_minutes,
            Target.NEXT_RESPONSE: self.next_response_minutes,
            Target.RESOLUTION: self.resolution_minutes,
        }[target]

    def longest(self) -> Iterator[tuple[Place, int, str]]:
        """The longest promise of each place, with its calendar."""
        for target in Target:
            if targets := self._table(target):
                yield (f"{target}_minutes",), targets.longest, self.calendar
        for index, rule in enumerate(self.rules):
            for target in sorted(rule.promised()):
                place: Place = ("rules", index, f"{target}_minutes")
                yield place, rule.minutes(target) or 0, rule.calendar or self.calendar

    def calendars(self) -> Iterator[tuple[Place, str]]:
        """Every calendar that is named, and where."""
        yield ("sla", "calendar"), self.calendar
        for index, rule in enumerate(self.rules):
            if rule.calendar:
                yield ("sla", "rules", index, "calendar"), rule.calendar

    def plans(self) -> Iterator[tuple[Place, str]]:
        """Every plan that a rule names, and where."""
        for index, rule in enumerate(self.rules):
            for place, plan in enumerate(rule.when.plans):
                yield ("sla", "rules", index, "when", "plans", place), plan

    @model_validator(mode="after")
    def _stages_in_order(self) -> Self:
        shares = [stage.at for stage in self.stages]
        if any(later <= earlier for earlier, later in pairwise([*shares, self.warn_at])):
            raise ValueError("stages are not in order; list them by share, each below warn_at")
        return self


def overlaps(sla: Sla) -> Iterator[tuple[Place, str, str]]:
    """Rules that can never count, because an earlier one fits whenever they do and promises the same targets."""
    for index, rule in enumerate(sla.rules):
        for earlier in sla.rules[:index]:
            if earlier.id == rule.id:
                yield ("sla", "rules", index, "id"), f"'{rule.id}' is there twice", "rename one of the two"
            elif earlier.when.covers(rule.when) and rule.promised() <= earlier.promised():
                fault = f"never counts: the rule '{earlier.id}' above it fits every ticket that it fits"
                yield ("sla", "rules", index), fault, "put the narrower rule first, or remove it"
