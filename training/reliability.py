"""Whether stated probabilities are right as often as they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from training.dataset import LABELS
from training.resampling import RESAMPLES, SEED, Array, draws, interval
from training.scores import MISSING, Scored, rounded

BINS = 10


@dataclass(frozen=True)
class Bin:
    """The answers whose stated probability lies in one tenth: what they stated on average, and the share right."""

    n: int
    stated: float
    right: float


def calibration(scored: Scored) -> dict[str, dict[str, Any] | None]:
    """Expected calibration error of each head over ten bins of equal width; None where no truth is given.

    A finite sample never shows an error of 0, so `perfect` is what an engine scores whose probabilities are exactly
    true: the mean over `RESAMPLES` sets of answers drawn from these very probabilities, with `perfect_range` for 95 %
    of them. The bootstrap adds sampling noise of its own to what the sample has, so `interval` leans upwards.
    """
    return {head: _of_head(scored, head) for head in LABELS}


def calibration_error(scored: Scored) -> dict[str, float | None]:
    """How far a stated probability is from the share that is right, by head."""
    known = {head: _known(scored, head) for head in LABELS}
    return {head: _error_of(stated, right) if len(stated) else None for head, (stated, right) in known.items()}


def reliability(scored: Scored, head: str) -> list[Bin]:
    """The bins that hold an answer, lowest first."""
    stated, right = _known(scored, head)
    bin_of = _bin_of(stated)
    return [
        Bin(int(inside.sum()), float(stated[inside].mean()), float(right[inside].mean()))
        for inside in (bin_of == at for at in range(BINS))
        if inside.any()
    ]


def _of_head(scored: Scored, head: str) -> dict[str, Any] | None:
    stated, right = _known(scored, head)
    if not len(stated):
        return None
    bins = np.eye(BINS)[_bin_of(stated)]
    gap = stated - right
    again = np.concatenate([_error(counts * gap, bins) for counts in draws(len(stated))])
    perfect = np.concatenate([_error(stated - answers, bins) for answers in _answers(stated)])
    return {
        "n": len(stated),
        "error": _error_of(stated, right),
        "interval": interval(again),
        "perfect": rounded(float(perfect.mean())),
        "perfect_range": interval(perfect),
    }


def _error_of(stated: Array, right: Array) -> float | None:
    return rounded(float(_error((stated - right)[None, :], np.eye(BINS)[_bin_of(stated)])[0]))


def _known(scored: Scored, head: str) -> tuple[Array, Array]:
    known = scored.truth[head] != MISSING
    right = scored.said[head][known] == scored.truth[head][known]
    return scored.confidence[head][known], right.astype(float)


def _bin_of(stated: Array) -> Array:
    return np.minimum((stated * BINS).astype(int), BINS - 1)


def _error(gaps: Array, bins: Array) -> Array:
    """For each row of gaps between stated and right: the sum of what remains in each bin, per request."""
    return np.abs(gaps @ bins).sum(axis=1) / gaps.shape[1]


def _answers(stated: Array) -> Iterator[Array]:
    """Sets of right (1) and wrong (0) answers by an engine that is right exactly as often as it states."""
    random = np.random.default_rng(SEED)
    for _ in range(0, RESAMPLES, 100):
        yield (random.random((100, len(stated))) < stated).astype(float)
