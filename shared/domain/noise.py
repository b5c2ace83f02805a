"""Telling a change from chance, so that a report points only at what happened.

Every test here answers for independent events. Real weeks vary a little more than that, so a change
called real may still be chance now and then; one called noise is never worth a meeting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from math import ceil, comb, erfc, sqrt
from statistics import fmean, median

from shared.domain.record import Record

_Z = 1.959963984540054  # two-sided 95 %
_ENOUGH_TIMES = 10  # on each side, from which the rank sum is as good as normal
_EXACT_UP_TO = 1000  # events; above it the normal approximation is off by less than anyone could see


class Change(StrEnum):
    """What may be said about a figure against an earlier one. Only up and down deserve an arrow."""

    UP = "up"
    DOWN = "down"
    NOISE = "noise"
    UNKNOWN = "unknown"


class Proportion(Record):
    """A share with its Wilson 95 % interval (Wilson 1927); None where there is nothing to take a share of."""

    n: int
    hits: int
    share: float | None
    low: float | None
    high: float | None


class Spread(Record):
    """Durations in minutes: how many, their average, median and 90th percentile (nearest rank)."""

    n: int
    average: float | None
    median: float | None
    p90: float | None


def proportion(hits: int, n: int) -> Proportion:
    """A share of `n` with its interval."""
    if n == 0:
        return Proportion(n=0, hits=0, share=None, low=None, high=None)
    low, high = _wilson(hits, n)
    return Proportion(n=n, hits=hits, share=round(hits / n, 4), low=round(low, 4), high=round(high, 4))


def _wilson(hits: int, n: int) -> tuple[float, float]:
    share = hits / n
    centre = share + _Z**2 / (2 * n)
    half = _Z * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    scale = 1 + _Z**2 / n
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def share_change(now: Proportion, before: Proportion) -> Change:
    """Whether a share moved: the 95 % interval of the difference leaves zero out (Newcombe 1998, method 10)."""
    if now.n == 0 or before.n == 0:
        return Change.UNKNOWN
    p, q = now.hits / now.n, before.hits / before.n
    (p_low, p_high), (q_low, q_high) = _wilson(now.hits, now.n), _wilson(before.hits, before.n)
    if p - q - sqrt((p - p_low) ** 2 + (q_high - q) ** 2) > 0:
        return Change.UP
    if p - q + sqrt((p_high - p) ** 2 + (q - q_low) ** 2) < 0:
        return Change.DOWN
    return Change.NOISE


def count_change(now: int, before: int | None, *, level: float = 0.05) -> Change:
    """Whether a count moved: given the sum of two Poisson counts, each half of it is binomial."""
    if before is None:
        return Change.UNKNOWN
    if _two_sided(max(now, before), now + before) >= level:
        return Change.NOISE
    return Change.UP if now > before else Change.DOWN


def times_change(now: Sequence[float], other: Sequence[float]) -> Change:
    """Whether durations are mostly longer or shorter than others, by Mann and Whitney's rank sum with ties (1947).

    Unlike a difference of averages it is not carried by a few nights; below ten on a side nothing is said.
    """
    n, m = len(now), len(other)
    if min(n, m) < _ENOUGH_TIMES:
        return Change.UNKNOWN
    seen, ranks = 0, {}
    held = Counter([*now, *other])
    for value in sorted(held):
        ranks[value] = seen + (held[value] + 1) / 2
        seen += held[value]
    total = n + m
    ties = sum(count**3 - count for count in held.values()) / (total * (total - 1))
    deviation = sqrt(n * m / 12 * (total + 1 - ties))
    above = sum(ranks[value] for value in now) - n * (total + 1) / 2
    if abs(above) <= _Z * deviation:
        return Change.NOISE
    return Change.UP if above > 0 else Change.DOWN


def _two_sided(larger: int, total: int) -> float:
    """The chance that two equal rates split `total` events at least as unevenly."""
    if total <= _EXACT_UP_TO:
        tail = sum(comb(total, k) for k in range(larger, total + 1))
        return float(min(1.0, 2 * tail / 2**total))
    return erfc((2 * larger - total - 1) / sqrt(2 * total))


def spread(minutes: list[float]) -> Spread:
    """Average, median and 90th percentile of durations, rounded to a tenth of a minute."""
    if not minutes:
        return Spread(n=0, average=None, median=None, p90=None)
    ordered = sorted(minutes)
    p90 = ordered[ceil(len(ordered) * 9 / 10) - 1]
    return Spread(n=len(ordered), average=round(fmean(ordered), 1), median=round(median(ordered), 1), p90=round(p90, 1))
