"""The company's policy: everything a support manager may change without a programmer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, NamedTuple, Self

from pydantic import AfterValidator, Field, model_validator

from shared.domain.hours import Calendar, Shift, TimeZone
from shared.domain.observation import Category, Probability, Urgency
from shared.domain.reader_policy import SecondReaderPolicy
from shared.domain.record import Record

Mail = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$"), AfterValidator(str.lower)]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(pattern=r"\S")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Minutes = Annotated[int, Field(gt=0, le=525_600)]
Credit = Annotated[int, Field(ge=0, le=525_600)]


class Queue(Record):
    """A queue of the team; `group` is its name on the desk."""

    id: Id
    group: Text
    categories: tuple[Category, ...] = ()


class Agent(Record):
    """A member of the team, found on the desk by mail address (lower case)."""

    email: Mail
    name: Text
    queues: tuple[Id, ...] = Field(min_length=1)
    languages: tuple[Language, ...] = Field(default=("en",), min_length=1)
    shift: Shift
    max_open: int = Field(default=25, ge=1)


class Routing(Record):
    """Where tickets go when their category alone does not say it."""

    fallback_queue: Id
    bounded_queue: Id | None = None


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
    """Whose tickets the customer success team hears of as well."""

    plans: tuple[str, ...] = ()
    mrr_at_least: float | None = Field(default=None, gt=0)
    tenure_days_at_least: int | None = Field(default=None, gt=0)


class Targets(Record):
    """First response targets in minutes of open time, by plan; `default` for all others."""

    default: Minutes
    by_plan: dict[str, Minutes] = {}
    by_urgency: dict[Urgency, Minutes] = {}


class Sla(Record):
    """What the company promises its customers.

    Attributes:
        warn_at: share of the target after which the ticket is raised, 0 to 1.
        untriaged_after_seconds: a ticket that nobody triaged by then is handed to a person.
    """

    calendar: str
    first_response_minutes: Targets
    warn_at: float = Field(gt=0, lt=1)
    untriaged_after_seconds: int = Field(default=120, gt=0)


class Rank(Record):
    """How much sooner a ticket counts as due than its clock says, in minutes."""

    urgency_credit_minutes: dict[Urgency, Credit] = {}
    value_credit_minutes: Credit = 0


class Drafting(Record):
    """When a stored resolution counts as fitting a request, 0 to 1."""

    fits_at: Probability
    margin: Probability = 0.0


class Alerting(Record):
    """Who is told at once. Addresses subscribe to the alerts topic when the stack is deployed."""

    manager: Mail
    customer_success: Mail


class ReportSettings(Record):
    """The Monday report: who gets it and how the week is counted."""

    recipients: tuple[Mail, ...] = Field(min_length=1)
    assumed_resolved_after_days: int = Field(default=7, gt=0)


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
    if sla and calendars is not None and sla.calendar not in calendars:
        found.append(_unknown(("sla", "calendar"), "calendar", sla.calendar, calendars))
    if sla and value:
        plans = sla.first_response_minutes.by_plan
        for index, plan in enumerate(value.plans):
            if plans and plan not in plans:
                found.append(_unknown(("value", "plans", index), "plan", plan, plans))
    return found


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
