"""The baseline behind the engine's port, trained anew each time it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from shared.adapters.embedded.language import read_language
from shared.domain.observation import (
    Category,
    EngineVersion,
    Observations,
    Reading,
    Request,
    Sentiment,
    ServiceFailure,
    Urgency,
)
from shared.domain.suspicion import suspicions
from training.baseline.lexicon import Lexicon
from training.baseline.linear import Array, Model, fit
from training.dataset import Labelled

LEXICON = Path(__file__).parent / "lexicon.txt"
Label = TypeVar("Label", Category, Urgency, Sentiment, ServiceFailure)


class LinearEngine:
    """TF-IDF and one linear head for each observation: half a minute to train, no evidence given."""

    def __init__(self, model: Model, languages: tuple[str, ...]) -> None:
        self._model = model
        self._languages = languages

    @classmethod
    def trained_on(cls, rows: list[Labelled]) -> LinearEngine:
        """Train on rows that have every label."""
        complete = [row for row in rows if row.complete]
        model = fit(complete, Lexicon.parse(LEXICON.read_text(encoding="utf-8")))
        return cls(model, tuple(sorted({row.language for row in complete})))

    @property
    def version(self) -> EngineVersion:
        """It has no artifact, and so no hash."""
        return EngineVersion(name="tfidf-linear", sha256="")

    def observe(self, request: Request) -> Observations:
        """Read one request."""
        found = self._model.probabilities([Labelled(id="", request=request)])
        return Observations(
            category=_reading(Category, found["category"][0]),
            urgency=_reading(Urgency, found["urgency"][0]),
            sentiment=_reading(Sentiment, found["sentiment"][0]),
            service_failure=_reading(ServiceFailure, found["service_failure"][0]),
            language=read_language(request.text, self._languages),
            suspicions=suspicions(f"{request.subject}\n{request.text}"),
            engine=self.version,
        )


def _reading(kind: type[Label], probabilities: Array) -> Reading[Label]:
    labels = list(kind)
    scores = {label: min(1.0, float(value)) for label, value in zip(labels, probabilities, strict=True)}
    return Reading[kind](label=max(labels, key=scores.__getitem__), scores=scores)  # type: ignore[valid-type]
