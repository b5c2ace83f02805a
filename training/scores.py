"""Scoring observations and decisions against labels, with bootstrap intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from shared.domain.boundary import Cause, Owner, observed_rules, verdict_of
from shared.domain.observation import Observations, Urgency
from shared.domain.policy_parts import Boundary
from training.dataset import LABELS, Labelled
from training.resampling import Array, draws, interval

MISSING = -1
_CRITICAL = list(Urgency).index(Urgency.CRITICAL)


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
    known = {None: MISSING, False: 0, True: 1}
    return Scored(
        truth={
            head: np.array([labels.index(row.labels[head]) if head in row.labels else MISSING for row in rows], int)
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
    found = _weighed(scored, np.ones((1, len(scored))))
    return {name: None if math.isnan(value) else float(value) for name, (value,) in found.items()}


def with_intervals(scored: Scored) -> dict[str, Any]:
    """The figures, and a bootstrap 95 % interval for each under `intervals`. Seeded: the same every time."""
    samples = resampled([scored])[0]
    return {
        "n": len(scored),
        **{name: rounded(value) for name, value in figures(scored).items()},
        "intervals": {name: interval(values) for name, values in samples.items()},
    }


def resampled(engines: Sequence[Scored]) -> list[dict[str, Array]]:
    """The figures of each engine over the resamples; NaN where labels do not occur.

    All engines have read the same requests and are scored on the same draws, so that their differences are paired.
    """
    blocks = [[_weighed(scored, counts) for scored in engines] for counts in draws(len(engines[0]))]
    return [
        {name: np.concatenate([block[at][name] for block in blocks]) for name in blocks[0][at]}
        for at in range(len(engines))
    ]


def by_group(scored: Scored, groups: list[str]) -> dict[str, dict[str, Any]]:
    """The figures of each group, largest first."""
    names = np.array(groups)
    sizes = {name: int((names == name).sum()) for name in dict.fromkeys(groups)}
    ordered = sorted(sizes, key=lambda name: (-sizes[name], name))
    return {name: with_intervals(scored.take(np.flatnonzero(names == name))) for name in ordered}


def confusion(scored: Scored, head: str) -> list[list[int]]:
    """How often each label (rows, the truth) was given each label (columns), in the order of `LABELS`."""
    table: list[list[int]] = _confusion(scored, head, np.ones((1, len(scored))))[0].astype(int).tolist()
    return table


def _weighed(scored: Scored, counts: Array) -> dict[str, Array]:
    """Every figure for each row of counts, NaN where its labels do not occur."""
    truly, harmless = scored.bounded == 1, scored.bounded == 0
    off, by_rule = scored.side == 1, scored.boundary == 1
    critical, caught = scored.truth["urgency"] == _CRITICAL, scored.said["urgency"] == _CRITICAL
    return {
        "category_macro_f1": _macro_f1(_confusion(scored, "category", counts)),
        "urgency_kappa": _kappa(_confusion(scored, "urgency", counts)),
        "critical_recall": _share(caught, critical, counts),
        "sentiment_macro_f1": _macro_f1(_confusion(scored, "sentiment", counts)),
        "service_failure_macro_f1": _macro_f1(_confusion(scored, "service_failure", counts)),
        "bounded_recall": _share(off, truly, counts),
        "bounded_recall_by_rule": _share(by_rule, truly, counts),
        "bounded_precision": _share(truly, off & (truly | harmless), counts),
        "draftable_kept": _share(~off, harmless, counts),
    }


def _confusion(scored: Scored, head: str, counts: Array) -> Array:
    """Truth by said, for each row of counts."""
    known = np.flatnonzero(scored.truth[head] != MISSING)
    size = len(LABELS[head])
    cells = scored.truth[head][known] * size + scored.said[head][known]
    return (counts[:, known] @ np.eye(size * size)[cells]).reshape(-1, size, size)


def _macro_f1(tables: Array) -> Array:
    """Mean F1 over the labels that occur."""
    truth, said = tables.sum(axis=2), tables.sum(axis=1)
    f1 = 2 * np.diagonal(tables, axis1=1, axis2=2) / np.maximum(truth + said, 1)
    occurs = truth > 0
    return _ratio((f1 * occurs).sum(axis=1), occurs.sum(axis=1))


def _kappa(tables: Array) -> Array:
    """Cohen's kappa with quadratic weights; NaN where chance alone explains everything."""
    steps = np.arange(tables.shape[1])
    weights = (steps[:, None] - steps[None, :]) ** 2
    total = np.maximum(tables.sum(axis=(1, 2)), 1.0)
    expected = tables.sum(axis=2)[:, :, None] * tables.sum(axis=1)[:, None, :] / total[:, None, None]
    return 1.0 - _ratio((weights * tables).sum(axis=(1, 2)), (weights * expected).sum(axis=(1, 2)))


def _share(of: Array, among: Array, counts: Array) -> Array:
    return _ratio(counts @ (of & among), counts @ among)


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)


def rounded(value: float | None) -> float | None:
    """Four digits, and None for what is not known."""
    return None if value is None or math.isnan(value) else round(value, 4)


def percentiles(milliseconds: list[float], *wanted: float) -> list[float | None]:
    """Percentiles of times; None where there are none."""
    return [round(float(np.percentile(milliseconds, one)), 3) if milliseconds else None for one in wanted]
