"""Why there is a draft, or none, in words that an agent understands: the part of `firstline explain` about drafts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shared.domain.boundary import Owner
from shared.domain.choosing import Candidate, DraftStory, Standing
from shared.domain.claims import Claim, Objection
from shared.domain.decision import Decision
from shared.domain.observation import Outcome
from shared.domain.resolution import Draft, FactName, NoDraft
from shared.domain.wording import Asked

REASONS = {
    NoDraft.NO_RESOLUTION: "no approved answer meets the request closely enough",
    NoDraft.MISSING_FACT: "the approved answer needs a fact that nobody knows of this customer",
    NoDraft.CHECK_FAILED: "the approved wording, filled with this customer's facts, did not pass the check",
    NoDraft.SWITCHED_OFF: "drafts were switched off",
}
CLAIMS = {
    Claim.NUMBER: "the figure {what} stands in no source",
    Claim.AMOUNT: "the amount {what} stands in no approved answer",
    Claim.DATE: "the date {what} stands in no source",
    Claim.LINK: "the address {what} stands in no approved answer",
    Claim.NAME: "the name {what} stands in no source",
    Claim.PROMISE: "no approved answer makes the commitment {what}",
    Claim.STATEMENT: "no source speaks of this: {what}",
    Claim.NEGATION: "the source says the opposite of {what}",
    Claim.LANGUAGE: "it is not in the customer's language: {what}",
    Claim.LENGTH: "it is too short or too long: {what}",
    Claim.TONE: "its tone is wrong: {what}",
    Claim.PLACEHOLDER: "a gap was left open: {what}",
    Claim.SOURCE: "it does not rest on what it was given: {what}",
}
OUTCOMES = {
    Outcome.ANSWERED: "it answered",
    Outcome.UNAVAILABLE: "it could not be reached",
    Outcome.LATE: "it did not answer in time",
    Outcome.RATE_LIMITED: "it was asked too often at that moment",
    Outcome.DENIED: "it did not let us in: look at the key, the credit and the model's name",
    Outcome.REJECTED: "it does not take such questions: look at the mode in the secret",
    Outcome.REFUSED: "it would not answer",
    Outcome.EMPTY: "it answered nothing",
    Outcome.CUT_SHORT: "its answer was cut short",
    Outcome.INVALID: "its answer was not of the agreed form",
    Outcome.CONTRADICTORY: "it gave several answers that differ",
    Outcome.UNFOUNDED: "it quoted what was not said",
    Outcome.NOT_CONNECTED: "its secret is incomplete or could not be read",
    Outcome.BREAKER_OPEN: "it had failed several times in a row and was left alone",
    Outcome.LIMIT_REACHED: "the day's money was spent",
    Outcome.UNPRICED: "the policy has no price for it",
}


def told_of(decision: Decision | None, draft: Draft | None, story: DraftStory | None) -> dict[str, Any]:
    """What `explain` says of a draft: the stored story, and the same in sentences."""
    return {
        "story": story.model_dump(mode="json") if story else None,
        "in_words": list(_sentences(decision, draft, story)),
    }


def _sentences(decision: Decision | None, draft: Draft | None, story: DraftStory | None) -> list[str]:
    if decision is not None and decision.verdict.owner is not Owner.AGENT_WITH_DRAFT:
        return ["No draft was asked for: the boundary keeps this one with a person, by the rules above."]
    if story is None:
        return [] if draft else ["No draft was asked for yet, or the step failed."]
    lines = [f"There is a draft, made from “{draft.title}”." if draft else _none(story)]
    lines += [candidate_in_words(one, story) for one in story.candidates]
    lines += _cut(story)
    lines += [f"The approved wording was kept back: {objection_in_words(one)}." for one in story.objections]
    if story.asked is not None:
        lines += _model(story.asked)
    return lines


def _none(story: DraftStory) -> str:
    return f"There is no draft: {REASONS[story.reason]}." if story.reason else "There is no draft any more."


def _cut(story: DraftStory) -> list[str]:
    """What the draft lacks of the approved answer, and what it leaves open."""
    lines = []
    if story.cut.not_asked:
        lines.append(f"Left out, for the request does not speak of it: {', '.join(story.cut.not_asked)}.")
    if story.cut.unknown:
        lines.append(f"Left out, for nobody knows the fact: {_names(story.cut.unknown)}.")
    if story.gaps:
        lines.append(f"To be filled in by the agent, for nobody knows it: {_names(story.gaps)}.")
    return lines


def _names(facts: Iterable[FactName]) -> str:
    return ", ".join(name.value.replace("_", " ") for name in facts)


def candidate_in_words(one: Candidate, story: DraftStory) -> str:
    """One approved answer, how well it fits, and what stood between it and a draft."""
    why = {
        Standing.CHOSEN: f"was taken; it counts from {story.fits_at:.2f} on",
        Standing.ALSO_FITS: "fits as well, and another fits better",
        Standing.BELOW: f"is too far off; it would count from {story.fits_at:.2f} on",
        Standing.RIVALLED: f"is nearer to what it is not for: “{one.against}”",
        Standing.TIED: f"is as near as “{one.against}”: which one is meant, the words do not say",
        Standing.NOT_VALID: "does not hold on that day; see valid_from and valid_until",
        Standing.OTHER_PLAN: "is not meant for this customer's plan",
        Standing.MISSING_FACT: f"needs what nobody knows: {_names(one.missing)}",
    }
    return f"“{one.title}” ({one.resolution}), fit {one.fit:.2f}: {why[one.standing]}."


def objection_in_words(one: Objection) -> str:
    """One reason not to show a wording."""
    return CLAIMS[one.claim].format(what=f"“{one.what}”")


def _model(asked: Asked) -> list[str]:
    model = asked.writer.model if asked.writer else "not known"
    cost = f"{asked.micro_dollars / 1_000_000:.6f} dollars"
    if asked.shown:
        return [f"The language model ({model}) worded it, and every claim is supported; {cost}."]
    if asked.outcome is not Outcome.ANSWERED:
        return [f"The language model ({model}) was to word it: {OUTCOMES[asked.outcome]}. Approved wording; {cost}."]
    head = f"The language model ({model}) worded it, and that was not shown; approved wording instead; {cost}:"
    return [head, *(f"  - {objection_in_words(one)}" for one in asked.objections)]
