"""From the model's text to an answer of ours, whatever stands around it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.adapters.openai_chat.endpoint import Form
from shared.domain.observation import (
    Answer,
    Category,
    Opinion,
    Outcome,
    Sentiment,
    ServiceFailure,
    Sureness,
    Urgency,
)

Said = TypeVar("Said")

LONGEST_ANSWER = 20_000
"""Characters of an answer that are looked at."""

_MOST_BEGINNINGS = 50  # places where an object may begin; each one that is none costs a look at all that follows


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    sureness: Sureness
    evidence: str


class _Category(_Wire):
    label: Category


class _Urgency(_Wire):
    label: Urgency


class _Sentiment(_Wire):
    label: Sentiment


class _Failure(_Wire):
    label: ServiceFailure


class _Answer(BaseModel):
    """The wire format: every field is there and no other, which is what strict schemas ask for."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    category: _Category
    urgency: _Urgency
    sentiment: _Sentiment
    service_failure: _Failure
    steering: str


SCHEMA: dict[str, Any] = _Answer.model_json_schema()
SCHEMA_TEXT = json.dumps(SCHEMA, sort_keys=True)
READING = Form("reading", SCHEMA, plain_tokens=700, reasoning_tokens=4000)


class Unusable(Exception):
    """An answer that cannot be used, and why."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome


def answer_in(text: str) -> Answer:
    """The one answer in a model's text.

    Raises:
        Unusable: there is none, or there are several that differ.
    """
    return the_one_in(text, _read)


def the_one_in(text: str, read: Callable[[object], Said | None]) -> Said:
    """The one thing that a model's text says. Prose, code fences and thoughts around it are passed over.

    Args:
        read: makes of an object what it says; None where it is something else.

    Raises:
        Unusable: there is none, or there are several that differ.
    """
    found = [said for said in map(read, objects_in(text[:LONGEST_ANSWER])) if said is not None]
    if not found:
        raise Unusable(Outcome.INVALID)
    if any(said != found[0] for said in found):
        raise Unusable(Outcome.CONTRADICTORY)
    return found[0]


def _read(candidate: object) -> Answer | None:
    try:
        wire = _Answer.model_validate(candidate)
    except ValidationError:
        return None
    return Answer(
        category=Opinion[Category](**wire.category.model_dump()),
        urgency=Opinion[Urgency](**wire.urgency.model_dump()),
        sentiment=Opinion[Sentiment](**wire.sentiment.model_dump()),
        service_failure=Opinion[ServiceFailure](**wire.service_failure.model_dump()),
        steering=wire.steering,
    )


def objects_in(text: str) -> Iterator[object]:
    """Every JSON object in a text that is not inside another."""
    decoder = json.JSONDecoder(object_pairs_hook=_without_repetition)
    end = 0
    for _ in range(_MOST_BEGINNINGS):
        at = text.find("{", end)
        if at < 0:
            return
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            yield value


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; one that says two things under one name contradicts itself."""
    found = dict(pairs)
    if any(found[name] != value for name, value in pairs):
        raise Unusable(Outcome.CONTRADICTORY)
    return found
