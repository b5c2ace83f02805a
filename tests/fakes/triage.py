"""A triage engine that sees what the test tells it to see."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from shared.domain.observation import (
    Category,
    EngineVersion,
    LanguageReading,
    Observations,
    Reading,
    Request,
    Sentiment,
    ServiceFailure,
    Urgency,
)
from tests.fakes.failing import Failing

Label = TypeVar("Label", bound=StrEnum)


def reading(label: Label, probability: float = 0.94, evidence: str = "") -> Reading[Label]:
    """A label with its probability; the rest is spread over the head's other labels."""
    others = [other for other in type(label) if other is not label]
    scores = {label: probability} | {other: (1 - probability) / len(others) for other in others}
    return Reading[type(label)](label=label, scores=scores, evidence=evidence)  # type: ignore[misc]


class ScriptedEngine(Failing):
    """Answers every text that holds letters with the same labels."""

    version = EngineVersion(name="scripted", sha256="0" * 64)

    def __init__(
        self,
        category: Category = Category.TECHNICAL,
        urgency: Urgency = Urgency.STANDARD,
        sentiment: Sentiment = Sentiment.NEUTRAL,
        service_failure: ServiceFailure = ServiceFailure.NONE,
        language: str = "en",
    ) -> None:
        self._labels = {
            "category": reading(category),
            "urgency": reading(urgency),
            "sentiment": reading(sentiment),
            "service_failure": reading(service_failure),
        }
        self._language = LanguageReading(code=language, probability=0.99, readable=True)

    def observe(self, request: Request) -> Observations:
        """The scripted answer; a text of links, numbers and signs alone has no language."""
        self._reach()
        worded = any(word.isalpha() for word in f"{request.subject} {request.text}".split())
        nothing = LanguageReading(code="und", probability=1.0, readable=False)
        return Observations(
            **self._labels,  # type: ignore[arg-type]
            language=self._language if worded else nothing,
            engine=self.version,
        )
