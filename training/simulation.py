"""A second reader that is not there: what a language model of a stated accuracy would change.

It knows the truth and says it as often as it is told to; when it errs, it says any other label. So it errs without
regard to how hard a request is, and independently for each head, which no model does. What comes of it is a
simulation and never more than an estimate of what asking could bring.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.domain.boundary import observed_rules
from shared.domain.observation import Observations, Reading, Sentiment, ServiceFailure, Urgency
from shared.domain.policy import Boundary
from training.dataset import LABELS, Labelled

STRONG_READER = {"category": 0.92, "urgency": 0.90, "sentiment": 0.93, "service_failure": 0.83}
"""How far a strong reader with the label guideline agreed with another on real requests, taken as its accuracy."""
SEED = 7
_NONE = ServiceFailure.NONE


@dataclass(frozen=True)
class SimulatedReader:
    """Answers the truth of each head with the probability stated for it; the same for a request every time."""

    accuracy: Mapping[str, float]
    seed: int = SEED

    def read(self, row: Labelled, first: Observations) -> Observations:
        """What this reader says of a request; where the truth is not known, what the first reader said."""
        said = {head: self._answer(row, head, getattr(first, head)) for head in LABELS}
        return first.model_copy(update=said)

    def _answer(self, row: Labelled, head: str, first: Reading) -> Reading:  # type: ignore[type-arg]
        if head not in row.labels:
            return first
        accuracy = self.accuracy[head]
        truth, others = row.labels[head], [label for label in LABELS[head] if label != row.labels[head]]
        drawn = _uniform(f"{self.seed}/{head}/{row.id}")
        label = truth if drawn < accuracy else others[int((drawn - accuracy) / (1.0 - accuracy) * len(others))]
        scores = {one: accuracy if one == label else (1.0 - accuracy) / len(others) for one in first.scores}
        return first.model_copy(update={"label": type(first.label)(label), "scores": scores})


@dataclass(frozen=True)
class Rule:
    """When a second reader is asked, and what comes of the two readings (the first, then the second)."""

    asks: Callable[[Observations], bool]
    merge: Callable[[Observations, Observations], Observations]


@dataclass(frozen=True)
class Cascaded:
    """What an engine and a second reader said together, and how often the second was asked, 0 to 1."""

    seen: list[Observations]
    asked: float


def cascade(rows: list[Labelled], first: list[Observations], reader: SimulatedReader, rule: Rule) -> Cascaded:
    """Ask the reader for what the rule leaves to it."""
    asked = [rule.asks(one) for one in first]
    seen = [
        rule.merge(one, reader.read(row, one)) if asks else one
        for row, one, asks in zip(rows, first, asked, strict=True)
    ]
    return Cascaded(seen, sum(asked) / len(asked) if asked else 0.0)


def in_doubt(boundary: Boundary, *, sure_at: float = 0.8) -> Rule:
    """Ask where a head is not sure of its label, unless a person gets the ticket anyway and only its side is in doubt.

    The second reader may make a ticket graver, and settles category and urgency where the first was unsure of them.
    It never takes a ticket off a person's side.
    """

    def unsure(reading: Reading) -> bool:  # type: ignore[type-arg]
        return reading.probability < sure_at

    def asks(one: Observations) -> bool:
        side_open = not observed_rules(one, boundary)
        open_heads = (one.category, one.urgency, *((one.sentiment, one.service_failure) if side_open else ()))
        return any(map(unsure, open_heads))

    def merge(first: Observations, second: Observations) -> Observations:
        graver = {
            "sentiment": _grade(second.sentiment) > _grade(first.sentiment),
            "service_failure": first.service_failure.label is _NONE and second.service_failure.label is not _NONE,
            "urgency": _grade(second.urgency) > _grade(first.urgency),
        }
        settled = {head: unsure(getattr(first, head)) for head in ("category", "urgency")}
        taken = {head for part in (graver, settled) for head, yes in part.items() if yes}
        return first.model_copy(update={head: getattr(second, head) for head in taken})

    return Rule(asks, merge)


def _grade(reading: Reading) -> int:  # type: ignore[type-arg]
    return (list(Sentiment) if isinstance(reading.label, Sentiment) else list(Urgency)).index(reading.label)


def _uniform(key: str) -> float:
    """A number from 0 up to 1 that belongs to a text."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:7]) / 2**56
