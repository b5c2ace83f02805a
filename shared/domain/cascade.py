"""The second reader's part in a reading: when it is asked, and what its answer may change.

It is asked only for what the embedded engine leaves in doubt. Its answer may move a ticket towards a person, and
may settle a category or an urgency that was in doubt. It never lifts anything: whatever rule fires without it
fires with it. An answer that cannot be used, for whatever reason, is doubt that stays.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from shared.domain.boundary import observed_rules
from shared.domain.observation import (
    Answer,
    FirstLook,
    Head,
    Observations,
    Opinion,
    Reading,
    SecondLook,
    Sentiment,
    ServiceFailure,
    Sureness,
    Suspicion,
    Urgency,
)
from shared.domain.policy_parts import Boundary
from shared.domain.reader_policy import AskWhen

STEERING = "second_reader"
"""The kind of a suspicion that the second reader raised."""

WORTH = {Sureness.SURE: 0.95, Sureness.LIKELY: 0.8, Sureness.UNSURE: 0.5}
"""The probability that each word of the second reader stands for."""

Label = TypeVar("Label", bound=StrEnum)


def doubts(seen: Observations, ask: AskWhen, boundary: Boundary) -> tuple[Head, ...]:
    """The questions that the embedded engine leaves in doubt; none where a second reading could change nothing.

    A text that tries to steer software is for a person, and no lever is handed to it. A text without words says
    nothing to anybody.
    """
    if seen.suspicions or seen.language.code == "und":
        return ()
    found = []
    # In a language that the engine cannot read, its other answers are guesses.
    unread = not seen.language.readable or seen.language.probability < boundary.sure_language
    if unread or seen.category.probability < ask.category_below:
        found.append(Head.CATEGORY)
    # What is critical stays so, whatever anybody says.
    if seen.urgency.label is not Urgency.CRITICAL and (unread or seen.urgency.probability < ask.urgency_below):
        found.append(Head.URGENCY)
    if not observed_rules(seen, boundary):
        # On a person's side already there is nothing to win.
        if seen.sentiment.probability_not(Sentiment.NEUTRAL) >= ask.unhappy_from:
            found.append(Head.SENTIMENT)
        if seen.service_failure.probability_not(ServiceFailure.NONE) >= ask.failure_from:
            found.append(Head.SERVICE_FAILURE)
    return tuple(found)


def combined(first: Observations, look: SecondLook) -> Observations:
    """What the embedded engine saw, with what a second look added to it. Pure: the same again from what is stored."""
    answer = look.answer
    if answer is None:
        return first.model_copy(update={"second": look})
    return first.model_copy(
        update={
            "category": _moved(first.category, answer.category) if look.settles_category else first.category,
            "urgency": _urgency(first.urgency, answer.urgency, asked=Head.URGENCY in look.asked),
            "sentiment": _sentiment(first.sentiment, answer.sentiment),
            "service_failure": _failure(first.service_failure, answer.service_failure),
            "suspicions": (*first.suspicions, *_steering(answer)),
            "second": look,
        }
    )


def uncombined(seen: Observations) -> Observations:
    """The observations as they were before anybody looked a second time."""
    first = seen.first
    return seen.model_copy(
        update={
            **{name: getattr(first, name) for name in FirstLook.model_fields},
            "suspicions": tuple(one for one in seen.suspicions if one.kind != STEERING),
            "second": None,
        }
    )


def combined_again(seen: Observations) -> Observations:
    """Stored observations, put together once more from what each reader said."""
    return seen if seen.second is None else combined(uncombined(seen), seen.second)


def _urgency(first: Reading[Urgency], said: Opinion[Urgency], *, asked: bool) -> Reading[Urgency]:
    if said.sureness is Sureness.UNSURE or first.label is Urgency.CRITICAL:
        return first
    order = list(Urgency)
    raised = order.index(said.label) > order.index(first.label)
    return _moved(first, said) if raised or asked else first


def _sentiment(first: Reading[Sentiment], said: Opinion[Sentiment]) -> Reading[Sentiment]:
    order = list(Sentiment)
    graver = order.index(said.label) > order.index(first.label)
    return _moved(first, said) if graver else first


def _failure(first: Reading[ServiceFailure], said: Opinion[ServiceFailure]) -> Reading[ServiceFailure]:
    none = ServiceFailure.NONE
    return _moved(first, said) if first.label is none and said.label is not none else first


def _steering(answer: Answer) -> tuple[Suspicion, ...]:
    return (Suspicion(kind=STEERING, evidence=answer.steering),) if answer.steering else ()


def _moved(first: Reading[Label], said: Opinion[Label]) -> Reading[Label]:
    """The second reader's label with the probability of its word; the others keep their shares of the rest.

    No label but this one gains, so that no probability of being unhappy or wronged ever falls by it.
    """
    before = first.scores.get(said.label, 0.0)
    now = max(before, WORTH[said.sureness])
    keep = (1.0 - now) / (1.0 - before) if before < 1.0 else 0.0
    scores = {label: now if label == said.label else share * keep for label, share in first.scores.items()}
    return first.model_copy(update={"label": said.label, "scores": scores, "evidence": said.evidence or first.evidence})
