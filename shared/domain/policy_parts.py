"""The parts of a policy, each by itself; how they hang together is in `policy`."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from shared.domain.hours import Absence, Shift, TimeZone
from shared.domain.observation import Category, Probability, Urgency
from shared.domain.record import Record
from shared.domain.sla_policy import Asked, When

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
