"""A second reader that is not there: what a language model of a stated accuracy would change.

It knows the truth and says it as often as it is told to; when it errs, it says any other label. So it errs without
regard to how hard a request is, and independently for each head, which no model does. What comes of it is a
simulation and never more than an estimate of what asking could bring.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.domain.cascade import combined, doubts
from shared.domain.observation import Answer, Observations, Opinion, Outcome, Reading, SecondLook, Sureness
from shared.domain.policy_parts import Boundary
from shared.domain.reader_policy import AskWhen
from training.dataset import LABELS, Labelled

STRONG_READER = {"category": 0.92, "urgency": 0.90, "sentiment": 0.93, "service_failure": 0.83}
"""How far a strong reader with the label guideline agreed with another on real requests, taken as its accuracy."""
SEED = 7
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)


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


def as_deployed(ask: AskWhen, boundary: Boundary) -> Rule:
    """The product's own rule: asked where the policy sees doubt, and put together by the domain's `combined`.

    The simulated reader is always sure of what it says, and quotes nothing.
    """

    def asks(first: Observations) -> bool:
        return bool(doubts(first, ask, boundary))

    def merge(first: Observations, second: Observations) -> Observations:
        said = {head: Opinion(label=getattr(second, head).label, sureness=Sureness.SURE) for head in LABELS}
        asked = doubts(first, ask, boundary)
        look = SecondLook(asked=asked, outcome=Outcome.ANSWERED, first=first.first, at=_ANY_TIME, answer=Answer(**said))
        return combined(first, look)

    return Rule(asks, merge)


def _uniform(key: str) -> float:
    """A number from 0 up to 1 that belongs to a text."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:7]) / 2**56
