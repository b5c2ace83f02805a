"""The empathy boundary: where nothing is drafted and a person answers.

Models may add a ticket to the human side and never take one off it, so every rule here only ever
fires towards the human. `judge` is the one place that says who writes the first answer.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from shared.domain.observation import Category, Head, Observations, Sentiment, ServiceFailure, Sureness
from shared.domain.policy_parts import Boundary
from shared.domain.record import Record

_SUSPICION = "suspicion_"


def is_suspicion(rule: str) -> bool:
    """Whether the rule of an id fires for text that tries to steer software."""
    return rule.startswith(_SUSPICION)


class Owner(StrEnum):
    """Who writes the first answer, and with what help."""

    AGENT_WITH_DRAFT = "agent_with_draft"
    AGENT_WITH_BRIEFING = "agent_with_briefing"


class Cause(StrEnum):
    """Why an agent gets a briefing and no draft."""

    BOUNDED = "bounded"
    UNDECIDABLE = "undecidable"
    NO_RESOLUTION = "no_resolution"


class RuleFired(Record):
    """A rule that sent a ticket to the human side.

    Attributes:
        score: the probability or the days that crossed the threshold, where there is one.
        evidence: the customer's own sentence, or the fact, that made it fire.
    """

    id: str
    cause: Cause
    score: float | None = None
    threshold: float | None = None
    evidence: str = ""


class Verdict(Record):
    """Who writes the first answer, why, and by which rules."""

    owner: Owner
    cause: Cause | None
    rules: tuple[RuleFired, ...]

    @property
    def bounded(self) -> bool:
        """Whether the boundary itself, not mere doubt, keeps drafts away."""
        return self.cause is Cause.BOUNDED


def judge(
    observations: Observations | None,
    *,
    signed_up: date | None,
    today: date,
    was_bounded: bool,
    boundary: Boundary,
) -> Verdict:
    """Apply every rule of the boundary to one version of a ticket.

    Args:
        observations: what the models saw, or None when they saw nothing because triage failed.
        signed_up: since when the company is a customer; None when that is unknown.
        was_bounded: whether an earlier version was bounded and no human has lifted it since.
    """
    rules: list[RuleFired] = []
    if was_bounded:
        rules.append(RuleFired(id="once_bounded", cause=Cause.BOUNDED, evidence="an earlier message was bounded"))
    if observations is None:
        rules.append(RuleFired(id="triage_failed", cause=Cause.UNDECIDABLE, evidence="no model answered"))
    else:
        rules += observed_rules(observations, boundary)
        rules += tenure_rules(observations, signed_up=signed_up, today=today, boundary=boundary)
    return verdict_of(rules)


def verdict_of(rules: list[RuleFired]) -> Verdict:
    """Fold the rules that fired into one verdict; the boundary outweighs mere doubt."""
    if not rules:
        return Verdict(owner=Owner.AGENT_WITH_DRAFT, cause=None, rules=())
    bounded = any(rule.cause is Cause.BOUNDED for rule in rules)
    cause = Cause.BOUNDED if bounded else Cause.UNDECIDABLE
    return Verdict(owner=Owner.AGENT_WITH_BRIEFING, cause=cause, rules=tuple(rules))


def observed_rules(seen: Observations, boundary: Boundary) -> list[RuleFired]:
    """The rules that need nothing but the customer's words."""
    return [*_stance_rules(seen, boundary), *_doubt_rules(seen, boundary), *_second_reader_rules(seen)]


def _stance_rules(seen: Observations, boundary: Boundary) -> list[RuleFired]:
    rules = []
    unhappy = seen.sentiment.probability_not(Sentiment.NEUTRAL)
    # The label alone is enough: with three labels the most probable one may lie below any threshold.
    if seen.sentiment.label is not Sentiment.NEUTRAL or unhappy >= boundary.unhappy_at:
        rules.append(_crossed("unhappy_customer", unhappy, boundary.unhappy_at, seen.sentiment.evidence))
    failed = seen.service_failure.probability_not(ServiceFailure.NONE)
    if seen.service_failure.label is not ServiceFailure.NONE or failed >= boundary.failure_at:
        rules.append(_crossed("service_failure", failed, boundary.failure_at, seen.service_failure.evidence))
    return rules


def _crossed(rule: str, score: float, threshold: float, evidence: str) -> RuleFired:
    return RuleFired(id=rule, cause=Cause.BOUNDED, score=round(score, 4), threshold=threshold, evidence=evidence)


def _doubt_rules(seen: Observations, boundary: Boundary) -> list[RuleFired]:
    doubts: list[tuple[str, float | None, float | None, str]] = []
    language = seen.language
    if language.code == "und":
        doubts.append(("nothing_to_read", None, None, "no words to go by"))
    elif not language.readable or language.probability < boundary.sure_language:
        doubts.append(("language_unreadable", language.probability, boundary.sure_language, language.code))
    # The embedded engine's own doubt stays, even where a second reader knew: then only the queue is no longer open.
    sure = seen.first.category.probability
    if sure < boundary.sure_category:
        settled = seen.second is not None and seen.second.settles_category
        rule = "category_settled" if settled else "category_unsure"
        doubts.append((rule, sure, boundary.sure_category, seen.category.label.value))
    doubts += [(f"{_SUSPICION}{s.kind}", None, None, s.evidence) for s in seen.suspicions]
    return [
        RuleFired(id=rule, cause=Cause.UNDECIDABLE, score=score, threshold=threshold, evidence=evidence)
        for rule, score, threshold, evidence in doubts
    ]


def _second_reader_rules(seen: Observations) -> list[RuleFired]:
    """Where the second reader was to say whether a draft may be made, and did not: nobody knows, so a person does."""
    look = seen.second
    asked = [head for head in (Head.SENTIMENT, Head.SERVICE_FAILURE) if look is not None and head in look.asked]
    if look is None or not asked:
        return []
    if look.answer is None:
        return [RuleFired(id="second_reader_failed", cause=Cause.UNDECIDABLE, evidence=look.outcome.value)]
    how = {
        Head.SENTIMENT: look.answer.sentiment.sureness,
        Head.SERVICE_FAILURE: look.answer.service_failure.sureness,
    }
    unsure = [head.value for head in asked if how[head] is Sureness.UNSURE]
    if not unsure:
        return []
    return [RuleFired(id="second_reader_unsure", cause=Cause.UNDECIDABLE, evidence=", ".join(unsure))]


def tenure_rules(seen: Observations, *, signed_up: date | None, today: date, boundary: Boundary) -> list[RuleFired]:
    """A complaint from a customer of long standing is never drafted, however calm it is.

    Tenure that is unknown, or lies in the future, counts as long: the doubt is on the human side. One reader that
    sees a complaint is enough.
    """
    complaints = [one for one in (seen.category, seen.first.category) if one.label is Category.COMPLAINT]
    if not complaints:
        return []
    evidence = complaints[0].evidence
    if signed_up is None or signed_up > today:
        return [RuleFired(id="tenure_unknown", cause=Cause.BOUNDED, evidence=evidence)]
    tenure = today - signed_up
    if tenure < timedelta(days=boundary.long_standing_days):
        return []
    return [_crossed("long_standing_complaint", tenure.days, boundary.long_standing_days, evidence)]
