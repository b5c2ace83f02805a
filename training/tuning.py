"""Choosing the boundary's thresholds on labelled requests: enough recall first, then as many harmless ones kept.

All pairs of thresholds are judged at once. A table over the grid counts the requests that a pair leaves on the draft
side; the best pair for any wanted recall is a lookup in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shared.domain.boundary import observed_rules
from shared.domain.observation import Observations, Sentiment, ServiceFailure
from shared.domain.policy_parts import Boundary
from training.dataset import Labelled
from training.resampling import SEED, Array

THRESHOLDS = np.array([round(0.001 * step, 3) for step in (*range(20), *range(20, 100, 2), *range(100, 1001, 5))])
"""What a threshold may be: numbers that a manager can read, finer where scores of a sure engine lie. 0 bounds all."""
SPLITS = 200
CURVE = [round(0.80 + 0.005 * step, 3) for step in range(41)]
"""Recalls wanted, close enough to each other to draw a line."""


class NothingToTune(Exception):
    """Labelled requests on one of the two sides are missing; the message says which."""


@dataclass(frozen=True)
class Sample:
    """Labelled requests as the boundary's thresholds see them.

    Attributes:
        unhappy: probability that the customer is not neutral.
        failure: probability that a failure is reported.
        held: True where a request is off the draft side whatever the thresholds are: by a label, or by doubt.
        bounded: True where the boundary has to hold.
        group: a number that requests of one contrast set share.
    """

    unhappy: Array
    failure: Array
    held: Array
    bounded: Array
    group: Array

    def __len__(self) -> int:
        return len(self.bounded)

    def take(self, at: Array) -> Sample:
        """The rows at these places."""
        return Sample(self.unhappy[at], self.failure[at], self.held[at], self.bounded[at], self.group[at])

    @property
    def two_sided(self) -> bool:
        """Whether there are bounded requests as well as harmless ones."""
        return bool(self.bounded.any() and not self.bounded.all())

    @property
    def joint(self) -> Sample:
        """The same requests with one score: the probability of either, were both independent (noisy-or)."""
        either = 1.0 - (1.0 - self.unhappy) * (1.0 - self.failure)
        return Sample(either, np.zeros(len(self)), self.held, self.bounded, self.group)


@dataclass(frozen=True)
class Thresholds:
    """A pair of thresholds, in the policy's words."""

    unhappy_at: float
    failure_at: float


@dataclass(frozen=True)
class Outcome:
    """What a pair does to requests: shares of the bounded ones caught and of the harmless ones kept, 0 to 1."""

    recall: float
    kept: float


@dataclass(frozen=True)
class Expected:
    """What to expect of tuning on requests that it did not see, from repeated halves: tuned on one, taken on the other.

    Attributes:
        recall: mean share of the bounded caught.
        recall_range: the middle 95 % of halves.
        kept: mean share of the harmless kept.
        reached: share of halves in which the recall wanted was reached.
    """

    recall: float
    recall_range: tuple[float, float]
    kept: float
    reached: float


def lay_out(rows: list[Labelled], seen: list[Observations], boundary: Boundary) -> Sample:
    """The requests whose labels say on which side they belong.

    Raises:
        NothingToTune: there is none that is bounded, or none that is harmless.
    """
    # With thresholds that nothing reaches, only labels and doubts are left to fire.
    labels_alone = boundary.model_copy(update={"unhappy_at": 1.0, "failure_at": 1.0})
    told = [(row, one) for row, one in zip(rows, seen, strict=True) if row.bounded is not None]
    groups = {name: number for number, name in enumerate(dict.fromkeys(row.group or row.id for row, _ in told))}
    sample = Sample(
        *np.array([scores_of(one) for _, one in told], float).reshape(-1, 2).T,
        held=np.array([bool(observed_rules(one, labels_alone)) for _, one in told], bool),
        bounded=np.array([row.bounded for row, _ in told], bool),
        group=np.array([groups[row.group or row.id] for row, _ in told], int),
    )
    if not sample.two_sided:
        missing = "harmless" if sample.bounded.any() else "bounded"
        raise NothingToTune(f"no request is labelled as {missing}, so there is nothing to weigh against each other")
    return sample


def scores_of(seen: Observations) -> tuple[float, float]:
    """The two scores that the policy's thresholds are held against, as the boundary's rules compute them."""
    return seen.sentiment.probability_not(Sentiment.NEUTRAL), seen.service_failure.probability_not(ServiceFailure.NONE)


def tune(sample: Sample, recall: float) -> Thresholds:
    """The pair that keeps most harmless requests among those with at least this recall on the sample.

    Among equals the one with the higher recall, then the lower thresholds: towards the human.
    """
    return tune_all(sample, [recall])[0]


def tune_all(sample: Sample, recalls: list[float]) -> list[Thresholds]:
    """A pair for each recall wanted."""
    missed, kept = _left_on_draft_side(sample, sample.bounded), _left_on_draft_side(sample, ~sample.bounded)
    total = int(sample.bounded.sum())
    # One number in the order of preference: kept first, then recall. argmax takes the lowest of equal thresholds.
    worth = kept * (total + 1) + (total - missed)
    chosen = []
    for recall in recalls:
        may_miss = int(np.floor(total * (1.0 - recall) + 1e-9))
        place = int(np.where(missed <= may_miss, worth, -1).argmax())
        unhappy, failure = np.unravel_index(place, worth.shape)
        chosen.append(Thresholds(float(THRESHOLDS[unhappy]), float(THRESHOLDS[failure])))
    return chosen


def outcome(sample: Sample, thresholds: Thresholds) -> Outcome:
    """What a pair does to a sample."""
    fires = (sample.unhappy >= thresholds.unhappy_at) | (sample.failure >= thresholds.failure_at)
    off = sample.held | fires
    return Outcome(float(off[sample.bounded].mean()), float(1.0 - off[~sample.bounded].mean()))


def expected(sample: Sample, recalls: list[float]) -> list[Expected | None]:
    """For each recall wanted, what tuning to it brings elsewhere; None where the sample cannot be halved.

    Contrast sets stay together. Seeded: the same every time.
    """
    random = np.random.default_rng(SEED)
    groups = int(sample.group.max()) + 1
    found = []
    for _ in range(SPLITS):
        first = (random.random(groups) < 0.5)[sample.group]
        half, other = sample.take(np.flatnonzero(first)), sample.take(np.flatnonzero(~first))
        if half.two_sided and other.two_sided:
            found.append([outcome(other, pair) for pair in tune_all(half, recalls)])
    return [_summed_up([one[at] for one in found], recall) for at, recall in enumerate(recalls)]


def _summed_up(found: list[Outcome], wanted: float) -> Expected | None:
    if not found:
        return None
    recalls = np.array([one.recall for one in found])
    low, high = np.percentile(recalls, [2.5, 97.5])
    return Expected(
        recall=float(recalls.mean()),
        recall_range=(float(low), float(high)),
        kept=float(np.mean([one.kept for one in found])),
        reached=float((recalls >= wanted - 1e-9).mean()),
    )


def _left_on_draft_side(sample: Sample, among: Array) -> Array:
    """How many of some requests each pair of thresholds leaves on the draft side."""
    free = among & ~sample.held
    # A request is free of a threshold that lies above its score, so from this place of the grid on.
    places = [np.searchsorted(THRESHOLDS, score[free], side="right") for score in (sample.unhappy, sample.failure)]
    size = len(THRESHOLDS)
    table = np.zeros((size + 1, size + 1), int)
    np.add.at(table, tuple(places), 1)
    return table.cumsum(axis=0).cumsum(axis=1)[:size, :size]
