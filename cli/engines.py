"""The engines that `firstline evaluate` can put to the test, and what asking a language model cost."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypedDict

import typer

from cli.reading import embedded_engine
from shared.adapters.openai_chat.asking import Patience
from shared.adapters.openai_chat.reader import ChatReader
from shared.domain.cascade import combined, doubts
from shared.domain.errors import StoredItemCorrupt
from shared.domain.observation import (
    Category,
    EngineVersion,
    Head,
    Observations,
    Reading,
    Request,
    SecondLook,
    Sentiment,
    ServiceFailure,
    Urgency,
)
from shared.domain.policy import Policy
from shared.domain.policy_parts import Boundary
from shared.domain.reader_policy import SecondReaderPolicy
from shared.ports.second_reader import SecondReader
from shared.ports.triage import TriageEngine
from shared.runtime.second_reader import redactor

SETTINGS = {
    "base_url": "FIRSTLINE_LLM_BASE_URL",
    "api_key": "FIRSTLINE_LLM_API_KEY",
    "model": "FIRSTLINE_LLM_MODEL",
}
"""Where the command line finds what the deployed product finds in its secret."""

OPTIONAL_SETTINGS = {"mode": "FIRSTLINE_LLM_MODE", "reasoning": "FIRSTLINE_LLM_REASONING"}

AT_A_DESK = Patience(one_try=120.0, in_all=240.0)
"""A small model on a CPU takes its time, and nobody's Lambda ends meanwhile."""


class Engine(StrEnum):
    """Which engine reads."""

    EMBEDDED = "embedded"
    LLM = "llm"
    CASCADE = "cascade"


def engine_of(choice: Engine, policy: Policy, environment: Mapping[str, str] | None = None) -> TriageEngine:
    """The engine, or an exit that says what it needs."""
    first = embedded_engine()
    if choice is Engine.EMBEDDED:
        return first
    if policy.llm is None:
        raise _cannot(choice, "the policy has no part `llm`; add it as in the playbook that comes along")
    reader = _reader(choice, os.environ if environment is None else environment)
    kind = Cascade if choice is Engine.CASCADE else ModelAlone
    return kind(first, reader, policy.llm, policy.boundary)


def _reader(choice: Engine, environment: Mapping[str, str]) -> ChatReader:
    if missing := [variable for variable in SETTINGS.values() if not environment.get(variable)]:
        raise _cannot(choice, f"set {', '.join(missing)}; a server without keys takes any text for one")
    known = {**SETTINGS, **OPTIONAL_SETTINGS}
    settings = {name: environment[variable] for name, variable in known.items() if environment.get(variable)}
    try:
        return ChatReader.connect(settings, redactor(), patience=AT_A_DESK)
    except StoredItemCorrupt as error:
        raise _cannot(choice, f"{error}; each is named FIRSTLINE_LLM_... in the environment") from None


def _cannot(choice: Engine, why: str) -> typer.Exit:
    typer.echo(f"the engine '{choice}' cannot be used: {why}. Without a model: --engine embedded", err=True)
    return typer.Exit(2)


class Cascade:
    """The embedded engine, and the model where that is in doubt: as the deployed product reads, without its limits."""

    def __init__(
        self, first: TriageEngine, reader: SecondReader, policy: SecondReaderPolicy, boundary: Boundary
    ) -> None:
        self._first = first
        self._reader = reader
        self._policy = policy
        self._boundary = boundary

    @property
    def version(self) -> EngineVersion:
        """The embedded engine's artifact and the model with its instructions."""
        first, second = self._first.version, self._reader.version
        return EngineVersion(name=f"{first.name} + {second.model} ({second.instructions})", sha256=first.sha256)

    def observe(self, request: Request) -> Observations:
        """Read one request, and once more where that is in doubt."""
        seen = self._first.observe(request)
        asked = doubts(seen, self._policy.ask, self._boundary)
        return self._look(seen, request, asked) if asked else seen

    def _look(self, seen: Observations, request: Request, asked: tuple[Head, ...]) -> Observations:
        now = datetime.now(UTC)
        price = self._policy.price_of(self._reader.version.model, now.date())
        heard = self._reader.read(request)
        used = heard.usage or self._reader.most(request)
        look = SecondLook(
            asked=asked,
            outcome=heard.outcome,
            first=seen.first,
            at=now,
            reader=self._reader.version,
            answer=heard.answer,
            usage=heard.usage,
            micro_dollars=price.of(used) if price else 0,
        )
        return combined(seen, look)


class ModelAlone(Cascade):
    """The model on every request, beside an engine that takes everything for calm and is sure of it.

    Language and suspicions are the embedded engine's. A label that the model is unsure of, and a request that it
    does not answer, go to a person.
    """

    @property
    def version(self) -> EngineVersion:
        """The model and its instructions."""
        second = self._reader.version
        return EngineVersion(name=f"{second.model} ({second.instructions})", sha256=second.sha256)

    def observe(self, request: Request) -> Observations:
        """Read one request with the model."""
        return self._look(_as_if_calm(self._first.observe(request)), request, tuple(Head))


def _as_if_calm(seen: Observations) -> Observations:
    calm = {
        "category": _certain(Category.OTHER),
        "urgency": _certain(Urgency.STANDARD),
        "sentiment": _certain(Sentiment.NEUTRAL),
        "service_failure": _certain(ServiceFailure.NONE),
    }
    # A model reads more languages than the embedded engine does.
    language = seen.language.model_copy(update={"readable": seen.language.code != "und", "probability": 1.0})
    return seen.model_copy(update={**calm, "language": language})


def _certain(label: StrEnum) -> Reading[StrEnum]:
    kind = type(label)
    return Reading[kind](label=label, scores={one: float(one is label) for one in kind})  # type: ignore[valid-type]


class Costs(TypedDict):
    """What asking a model cost.

    Attributes:
        llm_share: the share of requests about which it was asked.
        llm_failed: the share of those without an answer of use.
        llm_outcomes: how often each outcome came of it.
        cost_per_1000: dollars for 1,000 requests by the policy's prices.
    """

    llm_share: float
    llm_failed: float
    llm_outcomes: dict[str, int]
    cost_per_1000: float


def costs_of(seen: Sequence[Observations]) -> Costs:
    """Count the second looks in what was observed."""
    looks = [one.second for one in seen if one.second]
    dollars = sum(look.micro_dollars for look in looks) / 1_000_000
    return {
        "llm_share": round(len(looks) / len(seen), 4) if seen else 0.0,
        "llm_failed": round(sum(look.answer is None for look in looks) / len(looks), 4) if looks else 0.0,
        "llm_outcomes": dict(Counter(look.outcome.value for look in looks)),
        "cost_per_1000": round(1000 * dollars / len(seen), 4) if seen else 0.0,
    }
