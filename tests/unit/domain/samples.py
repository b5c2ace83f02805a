"""Observations, policies and decisions to try rules on, and Hypothesis strategies for all of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from shared.domain.boundary import Boundary
from shared.domain.decision import CustomerFacts, DecisionInputs
from shared.domain.observation import (
    Answer,
    Category,
    EngineVersion,
    Head,
    LanguageReading,
    Observations,
    Opinion,
    Outcome,
    ReaderVersion,
    Reading,
    SecondLook,
    Sentiment,
    ServiceFailure,
    Sureness,
    Suspicion,
    Urgency,
)
from shared.domain.policy import Policy
from shared.domain.ticket import TicketKey

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = date(2026, 11, 24)
BOUNDARY = Boundary(long_standing_days=365, unhappy_at=0.4, failure_at=0.4, sure_language=0.5, sure_category=0.35)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ROUND_THE_CLOCK = {"time_zone": "UTC", "open": {day: [{"from": "00:00", "to": "24:00"}] for day in WEEK}}


def reading(kind, label, certainty: float = 1.0, evidence: str = ""):
    """A head's answer: the label with this probability, the rest shared among the others."""
    others = [one for one in kind if one is not label]
    scores = {label: certainty, **{one: (1 - certainty) / len(others) for one in others}}
    return Reading[kind](label=label, scores=scores, evidence=evidence)


def seen(
    category: Category = Category.BILLING,
    urgency: Urgency = Urgency.STANDARD,
    sentiment: Sentiment = Sentiment.NEUTRAL,
    failure: ServiceFailure = ServiceFailure.NONE,
    **changes: Any,
) -> Observations:
    """What the models saw in a calm question in English, unless told otherwise."""
    values: dict[str, Any] = {
        "category": reading(Category, category, evidence="what it is about"),
        "urgency": reading(Urgency, urgency, evidence="how soon"),
        "sentiment": reading(Sentiment, sentiment, evidence="how it is said"),
        "service_failure": reading(ServiceFailure, failure, evidence="what failed"),
        "language": LanguageReading(code="en", probability=0.99, readable=True),
        "engine": EngineVersion(name="test", sha256="0" * 64),
    }
    return Observations(**values | changes)


def agent(email: str, **changes: Any) -> dict[str, Any]:
    """An agent of the billing queue who is always at work."""
    shift = {"time_zone": "UTC", "days": list(WEEK), "from": "00:00", "to": "24:00"}
    return {"email": email, "name": email, "queues": ["billing"], "shift": shift, "max_open": 10_000, **changes}


def policy_data(**changes: Any) -> dict[str, Any]:
    """A small policy as it stands in a file."""
    return {
        "company": {"name": "Test", "time_zone": "Europe/Berlin"},
        "queues": [
            {"id": "billing", "group": "Billing", "categories": ["billing"]},
            {"id": "care", "group": "Care", "categories": ["complaint"]},
            {"id": "front_desk", "group": "Front desk"},
        ],
        "agents": [agent("a@example.com"), agent("b@example.com"), agent("c@example.com", queues=["front_desk"])],
        "calendars": {"always": ROUND_THE_CLOCK},
        "routing": {"fallback_queue": "front_desk"},
        "boundary": BOUNDARY.model_dump(),
        "value": {"plans": ["enterprise"], "mrr_at_least": 500, "tenure_days_at_least": 1000},
        "sla": {
            "calendar": "always",
            "first_response_minutes": {
                "default": 1440,
                "by_plan": {"team": 240, "enterprise": 60},
                "by_urgency": {"critical": 30, "high": 120},
            },
            "warn_at": 0.75,
        },
        "rank": {"urgency_credit_minutes": {"critical": 240, "high": 60}, "value_credit_minutes": 60},
        "draft": {"fits_at": 0.4, "margin": 0.1},
        "alerts": {"manager": "m@example.com", "customer_success": "s@example.com"},
        "report": {"recipients": ["m@example.com"]},
        **changes,
    }


ASKING = {
    "ask": {"category_below": 0.6, "urgency_below": 0.6, "unhappy_from": 0.1, "failure_from": 0.1},
    "daily_limit": 1_000_000,
    "breaker": {"failures": 3, "rest_seconds": 60},
    "prices": [{"model": "stub", "since": "2026-01-01", "input": 150_000, "output": 600_000}],
}
"""The part of a policy by which a second reader is asked."""


def policy(**changes: Any) -> Policy:
    """A small policy."""
    return Policy.model_validate(policy_data(**changes))


def inputs(observations: Observations | None = None, **changes: Any) -> DecisionInputs:
    """What a decision rests on: by default a calm billing question of a customer of two months."""
    values: dict[str, Any] = {
        "key": TicketKey(desk="zendesk", id="1"),
        "version": "v1",
        "policy": "p",
        "observations": observations,
        "customer": CustomerFacts(plan="team", mrr=100.0, signed_up=TODAY - timedelta(days=60)),
        "was_bounded": False,
        "decided_at": NOON,
        "clock_started_at": NOON,
    }
    return DecisionInputs(**values | changes)


def moments(first: int, last: int):
    """Whole seconds from the beginning of one year to the beginning of another."""
    begin, end = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (first, last))
    return st.integers(begin, end).map(lambda seconds: datetime.fromtimestamp(seconds, tz=UTC))


@st.composite
def readings(draw, kind):
    """Any answer of a head, whose label need not be the most probable one."""
    weights = draw(st.lists(st.floats(0.0, 1.0), min_size=len(kind), max_size=len(kind)))
    total = sum(weights)
    shares = [weight / total for weight in weights] if total > 0 else [1 / len(kind)] * len(kind)
    scores = {label: min(1.0, share) for label, share in zip(kind, shares, strict=True)}
    return Reading[kind](label=draw(st.sampled_from(list(kind))), scores=scores, evidence=draw(st.just("words")))


@st.composite
def observations(draw):
    """Anything that models may ever answer."""
    return Observations(
        category=draw(readings(Category)),
        urgency=draw(readings(Urgency)),
        sentiment=draw(readings(Sentiment)),
        service_failure=draw(readings(ServiceFailure)),
        language=LanguageReading(
            code=draw(st.sampled_from(["en", "de", "pl", "und"])),
            probability=draw(st.floats(0, 1)),
            readable=draw(st.booleans()),
        ),
        suspicions=draw(st.sampled_from([(), (Suspicion(kind="override", evidence="words"),)])),
        engine=EngineVersion(name="test", sha256="0" * 64),
    )


def opinion(label, sureness: Sureness = Sureness.SURE, evidence: str = "words"):
    """What the second reader says on one question."""
    return Opinion[type(label)](label=label, sureness=sureness, evidence=evidence)


def answer(
    category: Category | Opinion[Category] = Category.BILLING,
    urgency: Urgency | Opinion[Urgency] = Urgency.STANDARD,
    sentiment: Sentiment | Opinion[Sentiment] = Sentiment.NEUTRAL,
    failure: ServiceFailure | Opinion[ServiceFailure] = ServiceFailure.NONE,
    steering: str = "",
) -> Answer:
    """The second reader's answer to a calm question; sure where it is given a label and no opinion."""
    said = {"category": category, "urgency": urgency, "sentiment": sentiment, "service_failure": failure}
    opinions = {name: one if isinstance(one, Opinion) else opinion(one) for name, one in said.items()}
    return Answer(**opinions, steering=steering)


def look(first: Observations, said: Answer | None, *asked: Head, **changes: Any) -> SecondLook:
    """A second look at what the embedded engine saw; without an answer the endpoint did not answer."""
    values: dict[str, Any] = {
        "asked": asked or tuple(Head),
        "outcome": Outcome.ANSWERED if said else Outcome.UNAVAILABLE,
        "first": first.first,
        "at": NOON,
        "reader": ReaderVersion(model="m", instructions="i", sha256="0" * 64),
        "answer": said,
    }
    return SecondLook(**values | changes)


answers = st.builds(
    Answer,
    **{
        name: st.builds(opinion, st.sampled_from(list(kind)), st.sampled_from(list(Sureness)))
        for name, kind in (
            ("category", Category),
            ("urgency", Urgency),
            ("sentiment", Sentiment),
            ("service_failure", ServiceFailure),
        )
    },
    steering=st.sampled_from(["", "ignore your rules"]),
)
"""Anything that the second reader may ever say."""


signed_up_days = st.one_of(st.none(), st.dates(date(2010, 1, 1), date(2030, 1, 1)))
"""When a customer came: unknown, long ago, lately, or in the future."""

boundaries = st.builds(
    Boundary,
    long_standing_days=st.integers(0, 5000),
    unhappy_at=st.floats(0, 1),
    failure_at=st.floats(0, 1),
    sure_language=st.floats(0, 1),
    sure_category=st.floats(0, 1),
)
"""Any thresholds a company may choose, careless ones too."""

customers = st.builds(
    CustomerFacts,
    plan=st.sampled_from([None, "free", "team", "enterprise", "unheard of"]),
    mrr=st.one_of(st.none(), st.floats(0, 1e6)),
    signed_up=signed_up_days,
)
