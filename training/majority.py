"""An engine that does not read: it always says what is most frequent. What every other engine has to beat."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

from shared.adapters.embedded.engine import HEADS
from shared.domain.observation import (
    EngineVersion,
    LanguageReading,
    Observations,
    Reading,
    Request,
)
from training.dataset import LABELS, Labelled

_SIGNS = ".,;:!?\"'()"


class MajorityEngine:
    """Says each label with its share of the requests that it was fitted to."""

    def __init__(self, shares: dict[str, dict[str, float]], language: str) -> None:
        identity = json.dumps([shares, language], sort_keys=True)
        self.version = EngineVersion(name="majority", sha256=hashlib.sha256(identity.encode()).hexdigest())
        self._readings = {head: _reading(head, shares[head]) for head in LABELS}
        self._language = LanguageReading(code=language, probability=1.0, readable=True)

    @classmethod
    def fit(cls, rows: list[Labelled]) -> MajorityEngine:
        """Count the labels of some requests, each label of every head once more than it occurs."""
        shares = {}
        for head, labels in LABELS.items():
            counts = Counter(labels) + Counter(row.labels[head] for row in rows if head in row.labels)
            shares[head] = {label: counts[label] / counts.total() for label in labels}
        return cls(shares, Counter(row.language for row in rows if row.language).most_common(1)[0][0])

    def observe(self, request: Request) -> Observations:
        """The same for every text that has a word."""
        worded = any(word.strip(_SIGNS).isalpha() for word in f"{request.subject} {request.text}".split())
        nothing = LanguageReading(code="und", probability=1.0, readable=False)
        language = self._language if worded else nothing
        return Observations(**self._readings, language=language, engine=self.version)


def _reading(head: str, shares: dict[str, float]) -> Reading:  # type: ignore[type-arg]
    kind = HEADS[head]
    scores = {kind(label): share for label, share in shares.items()}
    return Reading[kind](label=max(scores, key=scores.__getitem__), scores=scores)  # type: ignore[valid-type]
