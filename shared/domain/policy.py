"""The company's policy: everything a support manager may change without a programmer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NamedTuple, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from shared.domain.hours import Absence, Calendar, Shift, TimeZone
from shared.domain.observation import Category, Probability, Urgency
from shared.domain.reader_policy import SecondReaderPolicy
from shared.domain.record import Record
from shared.domain.sla_policy import Asked, Sla, When, overlaps

Mail = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$"), AfterValidator(str.lower)]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(pattern=r"\S")]
Short = Annotated[str, Field(pattern=r"\S", max_length=160)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Credit = Annotated[int, Field(ge=0, le=525_600)]


class Queue(Record):
    """A queue of the team; `group` is its name on the desk.

    Attributes:
        lead: who knows most about what lies in it, and is asked.
    """

    id: Id
    group: Text
    categories: tuple[Category, ...] = ()
    lead: Mail | None = None


class Pledge(StrEnum):
    """What an agent may be tempted to promise and somebody else decides."""

    LEGAL = "legal"
    REFUND = "refund"
    CONTRACT = "contract"
    FEATURE = "feature"
    DATE = "date"
    COMPENSATION = "compensation"


class Agent(Record):
    """A member of the team, found on the desk by mail address (lower case).

    Attributes:
        skills: words that `routing.skills` asks for.
        away: days of absence.
    """

    email: Mail
    name: Text
    queues: tuple[Id, ...] = Field(min_length=1)
    languages: tuple[Language, ...] = Field(default=("en",), min_length=1)
    skills: tuple[Id, ...] = ()
    shift: Shift
    away: tuple[Absence, ...] = ()
    max_open: int = Field(default=25, ge=1)

    def at_work(self, now: datetime) -> bool:
        """Whether the agent is on shift and not away."""
        today = now.astimezone(ZoneInfo(self.shift.time_zone)).date()
        return self.shift.covers(now) and not any(absence.covers(today) for absence in self.away)


class SkillRule(Record):
    """Which tickets are better answered by somebody with a skill."""

    skill: Id
    when: When


class Routing(Record):
    """Where tickets go when their category alone does not say it, and to whom.

    Attributes:
        skills: what a ticket asks for; who has it goes first, and nobody waits for it.
        continuity_days: a customer comes back to whoever answered within so many days; 0 is off.
        load_weights: how much an open ticket weighs, by urgency; one where nothing is said.
    """

    fallback_queue: Id
    bounded_queue: Id | None = None
    skills: tuple[SkillRule, ...] = ()
    continuity_days: int = Field(default=0, ge=0)
    load_weights: dict[Urgency, Annotated[int, Field(ge=1, le=100)]] = {}

    def weight_of(self, urgency: Urgency | None) -> int:
        """How much an open ticket weighs."""
        return self.load_weights.get(urgency, 1) if urgency else 1

    def skills_for(self, asked: Asked) -> tuple[str, ...]:
        """The skills that a ticket asks for."""
        return tuple(dict.fromkeys(rule.skill for rule in self.skills if rule.when.fits(asked)))


class Boundary(Record):
    """Behind which thresholds a person answers and nothing is drafted.

    Attributes:
        long_standing_days: a complaint from a customer at least this many days old is never drafted.
        unhappy_at: a customer counts as unhappy from this probability of "not neutral" on.
        failure_at: a failure counts as reported from this probability of "not none" on.
        sure_language: below this probability a language counts as unread.
        sure_category: below this probability a category counts as undecided.
    """

    long_standing_days: int = Field(ge=0)
    unhappy_at: Probability
    failure_at: Probability
    sure_language: Probability
    sure_category: Probability


class Value(Record):
    """Whose tickets the customer success team hears of as well.

    Attributes:
        stale_after_days: imported facts older than this are used, and marked so.
    """

    plans: tuple[str, ...] = ()
    mrr_at_least: float | None = Field(default=None, gt=0)
    tenure_days_at_least: int | None = Field(default=None, gt=0)
    stale_after_days: int = Field(default=90, gt=0)


class Rank(Record):
    """How much sooner a ticket counts as due than its clock says, in minutes."""

    urgency_credit_minutes: dict[Urgency, Credit] = {}
    value_credit_minutes: Credit = 0


class Drafting(Record):
    """When a stored resolution counts as fitting a request, 0 to 1."""

    fits_at: Probability
    margin: Probability = 0.0


class OnCall(Record):
    """Somebody who is called while the shift lasts."""

    email: Mail
    shift: Shift


class Alerting(Record):
    """Who is told at once, by mail and through the alerts topic.

    Attributes:
        on_call: who is called when; where nobody is, the manager is.
        quiet: hours in which the manager is left alone: whoever is on call hears instead, and where nobody
            is, the alert waits for their end.
        digest_above: when more tickets than this come due in one scan, there is one alert for all of them.
        incident_from: when so many customers report the same fault, there is one alert for all of them.
    """

    manager: Mail
    customer_success: Mail
    on_call: tuple[OnCall, ...] = ()
    quiet: Shift | None = None
    digest_above: int = Field(default=20, ge=1)
    incident_from: int = Field(default=3, ge=2)

    def called(self, now: datetime) -> tuple[str, ...]:
        """Who is on call."""
        return tuple(one.email for one in self.on_call if one.shift.covers(now))


class ReportSettings(Record):
    """The Monday report: who gets it and how the week is counted.

    Attributes:
        recipients: none: the report is written and kept, and mailed to nobody.
        hour_costs: what an hour of an agent costs the company; without it no money is told.
        handle_minutes_before: minutes an answer took before Firstline, where somebody measured.
    """

    recipients: tuple[Mail, ...]
    assumed_resolved_after_days: int = Field(default=7, gt=0)
    hour_costs: float | None = Field(default=None, ge=0)
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    handle_minutes_before: float | None = Field(default=None, gt=0)


class Company(Record):
    """Whose desk this is."""

    name: Text
    time_zone: TimeZone


class Contradiction(NamedTuple):
    """Two places of the policy that do not fit together: where, what, and what to do about it."""

    at: tuple[str | int, ...]
    fault: str
    remedy: str

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.at))}: {self.fault}; {self.remedy}"


def contradictions(
    *,
    queues: Sequence[Queue] | None = None,
    agents: Sequence[Agent] | None = None,
    routing: Routing | None = None,
    calendars: Mapping[str, Calendar] | None = None,
    value: Value | None = None,
    sla: Sla | None = None,
) -> list[Contradiction]:
    """What does not fit together among the parts given; a part left out is not judged, nor what refers to it."""
    found: list[Contradiction] = []
    if queues is not None:
        found += _ambiguous_queues(queues)
        found += _unknown_queues({queue.id for queue in queues}, agents or (), routing)
    found += _repeated("agents", "email", [agent.email for agent in agents or ()])
    if sla and calendars is not None:
        found += [_unknown(at, "calendar", name, calendars) for at, name in sla.calendars() if name not in calendars]
    if sla:
        found += _unknown_plans(sla, value)
        found += [Contradiction(*overlap) for overlap in overlaps(sla)]
    return found


def _unknown_plans(sla: Sla, value: Value | None) -> Iterator[Contradiction]:
    """Plans are those of the first response's list; where it names none, any name goes."""
    plans = sla.first_response_minutes.by_plan
    valued = value.plans if value else ()
    named = (*sla.plans(), *((("value", "plans", index), plan) for index, plan in enumerate(valued)))
    yield from (_unknown(at, "plan", plan, plans) for at, plan in named if plans and plan not in plans)


def _ambiguous_queues(queues: Sequence[Queue]) -> Iterator[Contradiction]:
    yield from _repeated("queues", "id", [queue.id for queue in queues])
    yield from _repeated("queues", "group", [queue.group for queue in queues])
    taken: dict[Category, str] = {}
    for index, queue in enumerate(queues):
        for category in queue.categories:
            if category in taken:
                fault = f"{category.value} goes to the queue '{taken[category]}' already"
                yield Contradiction(("queues", index, "categories"), fault, "give each category one queue")
            taken.setdefault(category, queue.id)


def _unknown_queues(known: set[str], agents: Sequence[Agent], routing: Routing | None) -> Iterator[Contradiction]:
    for name in ("fallback_queue", "bounded_queue"):
        queue = getattr(routing, name, None)
        if queue is not None and queue not in known:
            yield _unknown(("routing", name), "queue", queue, known)
    for index, agent in enumerate(agents):
        for place, queue in enumerate(agent.queues):
            if queue not in known:
                yield _unknown(("agents", index, "queues", place), "queue", queue, known)


def _unknown(at: tuple[str | int, ...], kind: str, name: str, known: Iterable[str]) -> Contradiction:
    return Contradiction(at, f"there is no {kind} '{name}'", f"name one of {', '.join(sorted(known))}")


def _repeated(section: str, field: str, values: Sequence[str]) -> Iterator[Contradiction]:
    first = {value: index for index, value in reversed(list(enumerate(values)))}
    for index, value in enumerate(values):
        if first[value] != index:
            yield Contradiction((section, index, field), f"'{value}' is there twice", "remove or rename one of the two")


class Policy(Record):
    """The whole policy. One ticket is judged by one version of it from end to end.

    Attributes:
        llm: when a second reader is asked; without it none ever is.
        not_to_promise: the company's own words, for agents, on what needs whose word.
    """

    company: Company
    queues: tuple[Queue, ...] = Field(min_length=1)
    agents: tuple[Agent, ...]
    calendars: dict[str, Calendar]
    routing: Routing
    boundary: Boundary
    value: Value
    sla: Sla
    rank: Rank
    draft: Drafting
    alerts: Alerting
    report: ReportSettings
    llm: SecondReaderPolicy | None = None
    not_to_promise: dict[Pledge, Short] = {}

    @property
    def calendar(self) -> Calendar:
        """The calendar that SLA clocks run by."""
        return self.calendars[self.sla.calendar]

    @property
    def sha(self) -> str:
        """SHA-256 (hex) of the canonical JSON: the policy's version."""
        return hashlib.sha256(self.canonical_json().encode()).hexdigest()

    def canonical_json(self) -> str:
        """The policy as JSON with sorted keys and sets, the same bytes for the same content."""
        content = self.model_dump(mode="json", by_alias=True)
        for calendar in content["calendars"].values():
            calendar["holidays"] = sorted(calendar["holidays"])
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def queue_for(self, category: Category) -> str:
        """The queue that takes a category, or the fallback."""
        return next((q.id for q in self.queues if category in q.categories), self.routing.fallback_queue)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        """References point at something: an unknown queue must never be found out by a customer's ticket."""
        found = contradictions(
            queues=self.queues,
            agents=self.agents,
            routing=self.routing,
            calendars=self.calendars,
            value=self.value,
            sla=self.sla,
        )
        if found:
            raise ValueError(" | ".join(map(str, found)))
        return self
