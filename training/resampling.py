"""The bootstrap, all resamples at once: each is a row that says how often it drew every request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

RESAMPLES = 1000
SEED = 20260101
_CELLS_AT_ONCE = 4_000_000  # 32 MB of counts

Array = np.ndarray[Any, Any]


def draws(n: int) -> Iterator[Array]:
    """Counts of `RESAMPLES` draws of n out of n, in blocks of resamples by requests. Seeded: the same every time."""
    random = np.random.default_rng(SEED)
    at_once = max(1, _CELLS_AT_ONCE // max(n, 1))
    for start in range(0, RESAMPLES, at_once):
        size = min(at_once, RESAMPLES - start)
        drawn = random.integers(0, n, (size, n)) + np.arange(size)[:, None] * n
        yield np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n).astype(float)


def interval(values: Array) -> list[float] | None:
    """The 95 % interval of a figure over its resamples; None where most of them do not know it (NaN)."""
    known = values[~np.isnan(values)]
    if len(known) < len(values) / 2:
        return None
    return [round(float(end), 4) for end in np.percentile(known, [2.5, 97.5])]
