"""The company's policy: everything a support manager may change without a programmer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Self

from pydantic import Field, model_validator

from shared.domain.hours import Calendar
from shared.domain.observation import Category
from shared.domain.policy_parts import (
    Agent,
    Alerting,
    Boundary,
    Company,
    Drafting,
    Pledge,
    Queue,
    Rank,
    ReportSettings,
    Routing,
    Short,
    Value,
)
from shared.domain.reader_policy import SecondReaderPolicy
from shared.domain.record import Record
from shared.domain.sla_policy import Sla, overlaps


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
