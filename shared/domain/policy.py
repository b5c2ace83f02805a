"""The company's policy: everything a support manager may change without a programmer."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, field_validator, model_validator

from shared.domain.observation import Category, Probability, Urgency
from shared.domain.record import Record


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"'{name}' is no time zone; use a name like Europe/Berlin") from error
    return name


TimeZone = Annotated[str, AfterValidator(_known_zone)]
Mail = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Weekday(StrEnum):
    """Days in the order of `datetime.weekday()`."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class Hours(Record):
    """A stretch of opening time within one day; `24:00` ends it at midnight.

    Attributes:
        opens: seconds after midnight, local time.
        closes: seconds after midnight, local time, at most 86,400.
    """

    opens: int = Field(alias="from")
    closes: int = Field(alias="to")

    model_config = {**Record.model_config, "populate_by_name": True}

    @field_validator("opens", "closes", mode="before")
    @classmethod
    def _seconds(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        hour, _, minute = value.partition(":")
        if not (hour.isdigit() and minute.isdigit() and int(minute) < 60):
            raise ValueError(f"'{value}' is no time of day; write it as \"09:00\", in quotes")
        return int(hour) * 3600 + int(minute) * 60

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not 0 <= self.opens < self.closes <= 86_400:
            raise ValueError("opening hours must end after they begin, between 00:00 and 24:00")
        return self


class Calendar(Record):
    """When a team works: opening hours by weekday in a time zone, less the holidays."""

    time_zone: TimeZone
    open: dict[Weekday, tuple[Hours, ...]]
    holidays: frozenset[date] = frozenset()

    @model_validator(mode="after")
    def _opens_at_all(self) -> Self:
        if not any(self.open.values()):
            raise ValueError("this calendar never opens; give at least one day opening hours")
        return self


class Queue(Record):
    """A queue of the team; `group` is its name on the desk."""

    id: Id
    group: str
    categories: tuple[Category, ...] = ()


class Shift(Record):
    """When an agent works, in the agent's own time zone."""

    time_zone: TimeZone
    days: tuple[Weekday, ...]
    opens: time = Field(alias="from")
    closes: time = Field(alias="to")

    model_config = {**Record.model_config, "populate_by_name": True}

    def covers(self, now: datetime) -> bool:
        """Whether the agent is at work. A shift may run past midnight."""
        local = now.astimezone(ZoneInfo(self.time_zone))
        days = list(Weekday)
        today, yesterday = days[local.weekday()], days[local.weekday() - 1]
        clock = local.time().replace(tzinfo=None)
        if self.opens < self.closes:
            return today in self.days and self.opens <= clock < self.closes
        return (today in self.days and clock >= self.opens) or (yesterday in self.days and clock < self.closes)


class Agent(Record):
    """A member of the team, found on the desk by mail address."""

    email: Mail
    name: str
    queues: tuple[Id, ...]
    languages: tuple[str, ...] = ("en",)
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

    default: int = Field(gt=0)
    by_plan: dict[str, int] = {}
    by_urgency: dict[Urgency, int] = {}


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

    urgency_credit_minutes: dict[Urgency, int] = {}
    value_credit_minutes: int = Field(default=0, ge=0)


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

    recipients: tuple[Mail, ...]
    assumed_resolved_after_days: int = Field(default=7, gt=0)


class Company(Record):
    """Whose desk this is."""

    name: str
    time_zone: TimeZone


class Policy(Record):
    """The whole policy. One ticket is judged by one version of it from end to end."""

    company: Company
    queues: tuple[Queue, ...]
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
        known = {queue.id for queue in self.queues}
        named = {"routing.fallback_queue": self.routing.fallback_queue}
        if self.routing.bounded_queue:
            named["routing.bounded_queue"] = self.routing.bounded_queue
        for agent in self.agents:
            named.update({f"agents ({agent.email})": queue for queue in agent.queues if queue not in known})
        for where, queue in named.items():
            if queue not in known:
                raise ValueError(f"{where} names the queue '{queue}', but queues has only {', '.join(sorted(known))}")
        if self.sla.calendar not in self.calendars:
            raise ValueError(
                f"sla.calendar names '{self.sla.calendar}', but calendars has only {', '.join(sorted(self.calendars))}"
            )
        return self
