"""Scoring observations and decisions against labels, with bootstrap intervals."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from shared.domain.boundary import Cause, Owner, observed_rules, verdict_of
from shared.domain.observation import Observations, Urgency
from shared.domain.policy import Boundary
from training.dataset import LABELS, Labelled

RESAMPLES = 1000
SEED = 20260101
_MISSING = -1

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Scored:
    """What was said about each request, beside what is true; -1 where the truth is not given.

    Attributes:
        side: 1 where the rules keep a request from the draft side for any cause.
        boundary: 1 where a rule of the boundary itself does, not mere doubt.
        confidence: by head, the probability of the label that was chosen.
    """

    truth: dict[str, Array]
    said: dict[str, Array]
    confidence: dict[str, Array]
    bounded: Array
    side: Array
    boundary: Array

    def __len__(self) -> int:
        return len(self.bounded)

    def take(self, at: Array) -> Scored:
        """The rows at these places."""
        truth, said, confidence = (
            {head: values[at] for head, values in part.items()} for part in (self.truth, self.said, self.confidence)
        )
        return Scored(truth, said, confidence, self.bounded[at], self.side[at], self.boundary[at])


def compare(rows: list[Labelled], seen: list[Observations], boundary: Boundary) -> Scored:
    """Line up truth, observations, and what the rules make of them. The tenure rule is left out."""
    verdicts = [verdict_of(observed_rules(one, boundary)) for one in seen]
    readings = {head: [getattr(one, head) for one in seen] for head in LABELS}
    known = {None: _MISSING, False: 0, True: 1}
    return Scored(
        truth={
            head: np.array([labels.index(row.labels[head]) if head in row.labels else _MISSING for row in rows], int)
            for head, labels in LABELS.items()
        },
        said={head: np.array([LABELS[head].index(one.label) for one in readings[head]], int) for head in LABELS},
        confidence={head: np.array([one.probability for one in readings[head]]) for head in LABELS},
        bounded=np.array([known[row.bounded] for row in rows], int),
        side=np.array([verdict.owner is not Owner.AGENT_WITH_DRAFT for verdict in verdicts], int),
        boundary=np.array([verdict.cause is Cause.BOUNDED for verdict in verdicts], int),
    )


def figures(scored: Scored) -> dict[str, float | None]:
    """Every figure; None where its labels do not occur.

    `bounded_recall`, `bounded_precision` and `draftable_kept` are about the side that a request ends on: a bounded
    one is caught when it is kept from the draft side for any cause. `bounded_recall_by_rule` asks for the boundary's
    own rules.
    """
    truly, harmless = scored.bounded == 1, scored.bounded == 0
    critical = scored.truth["urgency"] == list(Urgency).index(Urgency.CRITICAL)
    caught = scored.said["urgency"] == list(Urgency).index(Urgency.CRITICAL)
    return {
        "category_macro_f1": _macro_f1(scored, "category"),
        "urgency_kappa": _kappa(scored, "urgency"),
        "critical_recall": _share(caught[critical]),
        "sentiment_macro_f1": _macro_f1(scored, "sentiment"),
        "service_failure_macro_f1": _macro_f1(scored, "service_failure"),
        "bounded_recall": _share(scored.side[truly]),
        "bounded_recall_by_rule": _share(scored.boundary[truly]),
        "bounded_precision": _share(truly[(scored.side == 1) & (truly | harmless)]),
        "draftable_kept": _share(1 - scored.side[harmless]),
    }


def with_intervals(scored: Scored) -> dict[str, Any]:
    """The figures, and a bootstrap 95 % interval for each under `intervals`. Seeded: the same every time."""
    random = np.random.default_rng(SEED)
    samples = [figures(scored.take(random.integers(0, len(scored), len(scored)))) for _ in range(RESAMPLES)]
    found = figures(scored)
    return {
        "n": len(scored),
        **{name: _rounded(value) for name, value in found.items()},
        "intervals": {name: _interval([sample[name] for sample in samples]) for name in found},
    }


def by_group(scored: Scored, groups: list[str]) -> dict[str, dict[str, Any]]:
    """The figures of each group, largest first."""
    names = np.array(groups)
    sizes = {name: int((names == name).sum()) for name in dict.fromkeys(groups)}
    ordered = sorted(sizes, key=lambda name: (-sizes[name], name))
    return {name: with_intervals(scored.take(np.flatnonzero(names == name))) for name in ordered}


def calibration_error(scored: Scored, bins: int = 10) -> dict[str, float | None]:
    """Expected calibration error of each head: how far a stated probability is from the share that is right."""
    return {head: _rounded(_calibration_error(scored, head, bins)) for head in LABELS}


def _calibration_error(scored: Scored, head: str, bins: int) -> float | None:
    known = scored.truth[head] != _MISSING
    if not known.any():
        return None
    sure = scored.confidence[head][known]
    right = scored.said[head][known] == scored.truth[head][known]
    bin_of = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [abs(float(sure[bin_of == at].sum() - right[bin_of == at].sum())) for at in range(bins)]
    return sum(gaps) / int(known.sum())


def _confusion(scored: Scored, head: str) -> Array:
    """Truth by said."""
    known = scored.truth[head] != _MISSING
    size = len(LABELS[head])
    cells = scored.truth[head][known] * size + scored.said[head][known]
    return np.bincount(cells, minlength=size * size).reshape(size, size)


def _macro_f1(scored: Scored, head: str) -> float | None:
    """Mean F1 over the labels that occur."""
    table = _confusion(scored, head)
    occurs = table.sum(axis=1) > 0
    if not occurs.any():
        return None
    f1 = 2 * np.diag(table) / np.maximum(table.sum(axis=0) + table.sum(axis=1), 1)
    return float(f1[occurs].mean())


def _kappa(scored: Scored, head: str) -> float | None:
    """Cohen's kappa with quadratic weights; None where chance alone explains everything."""
    table = _confusion(scored, head).astype(float)
    steps = np.arange(len(table))
    weights = (steps[:, None] - steps[None, :]) ** 2
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / max(table.sum(), 1.0)
    by_chance = float((weights * expected).sum())
    return 1.0 - float((weights * table).sum()) / by_chance if by_chance else None


def _share(values: Array) -> float | None:
    return float(values.mean()) if len(values) else None


def _interval(values: Iterable[float | None]) -> list[float] | None:
    known = [value for value in values if value is not None]
    if len(known) < RESAMPLES / 2:
        return None
    return [round(float(end), 4) for end in np.percentile(known, [2.5, 97.5])]


def _rounded(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else round(value, 4)


def percentiles(milliseconds: list[float], *wanted: float) -> list[float | None]:
    """Percentiles of times; None where there are none."""
    return [round(float(np.percentile(milliseconds, one)), 3) if milliseconds else None for one in wanted]
