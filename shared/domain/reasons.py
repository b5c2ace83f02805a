"""Why a person answers a ticket, in words that an agent understands."""

from __future__ import annotations

from shared.domain.advice_words import LANGUAGES
from shared.domain.boundary import RuleFired, is_suspicion
from shared.domain.briefing_words import DOUBT, WHY
from shared.domain.choosing import DraftStory
from shared.domain.decision import Decision
from shared.domain.near_words import named
from shared.domain.nearest import Near
from shared.domain.observation import Observations, Sentiment, ServiceFailure

_BY_READING = frozenset({"unhappy_customer", "service_failure", "long_standing_complaint", "tenure_unknown"})
"""Rules that say something of a text, which nobody can where its language was not read."""


def why(rule: RuleFired) -> str:
    """A rule in words that an agent understands."""
    if is_suspicion(rule.id):
        return "the text tries to give instructions to software; that part is neither read nor quoted"
    return WHY[rule.id]


def reasons(
    decision: Decision,
    failure: ServiceFailure,
    no_draft: str | None,
    story: DraftStory | None,
    near: tuple[Near, ...],
) -> tuple[str, ...]:
    """Why a person answers, each reason once.

    Args:
        failure: what is taken to have failed; less than the models saw, where a calm remark names nothing.
        no_draft: why draft had nothing to offer, if it was asked.
    """
    seen, rules = decision.inputs.observations, decision.verdict.rules
    if decision.understood is None:
        rules = tuple(rule for rule in rules if rule.id not in _BY_READING) or rules
    if rules:
        found = tuple(dict.fromkeys(_reason(rule, seen, failure) for rule in rules))
        return tuple(one for one in found if one != DOUBT) or found  # beside a finding a doubt tells nothing
    looked_at = story.candidates if story else ()
    missing = f" ({named(looked_at[0].missing)})" if looked_at else ""
    told = {
        "missing_fact": f"an approved answer fits, but a fact it needs is not known{missing}",
        "switched_off": "drafts are switched off",
        "draft_failed": "an approved answer may fit, but the draft could not be prepared",
    }
    unsure, nothing = "an approved answer is near, but not surely what is meant", "no approved answer fits this request"
    return (told.get(no_draft or "", unsure if near else nothing),)


def _reason(rule: RuleFired, seen: Observations | None, failure: ServiceFailure) -> str:
    """A rule that fired by a low threshold alone is told as the doubt that it is."""
    if seen is not None and rule.id == "unhappy_customer" and seen.sentiment.label is Sentiment.NEUTRAL:
        return DOUBT
    if (
        seen is not None
        and rule.id == "service_failure"
        and ServiceFailure.NONE in (seen.service_failure.label, failure)
    ):
        return DOUBT
    if seen is not None and rule.id == "language_unreadable":
        name = LANGUAGES.get(seen.language.code)
        return f"{why(rule)}{f'; it looks like {name}' if name else ''}"
    return why(rule)
