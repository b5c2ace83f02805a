"""Fitting the weights by which approved answers are ordered and judged: two logistic regressions."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize

from shared.adapters.search.answer_ranking import Order, Surety, Views, lead_of

_PARTS = 8
_WEIGHT = {"own": 1.0, "left out": 0.5}
"""How much a trial counts."""


class Seen(NamedTuple):
    """What is seen in one trial: the views of every answer, and the place of the right one, if it is there.

    Attributes:
        family: of the answer that it is about, whatever the language.
    """

    kind: str
    family: str
    views: tuple[Views, ...]
    right: int | None


def fitted(seen: Sequence[Seen]) -> tuple[Order, Surety]:
    """The weights under which the right answers come first, and the curve of how often the first one is right."""
    order = _order([one for one in seen if one.right is not None])
    return order, _surety(seen, order)


def fitted_without(seen: Sequence[Seen]) -> Callable[[str], tuple[Order, Surety]]:
    """For a family of answers, the weights that were fitted without it and some others: cross-validation."""
    parts = [fitted([one for one in seen if _part(one.family) != part]) for part in range(_PARTS)]
    return lambda family: parts[_part(family)]


def _part(family: str) -> int:
    return zlib.crc32(family.encode()) % _PARTS


def _order(seen: Sequence[Seen]) -> Order:
    """Conditional logistic regression (McFadden, 1974): the right answer among the others of its playbook."""
    tables = [(np.array([view[:3] for view in one.views]), one.right, _WEIGHT[one.kind]) for one in seen]

    def loss(weights: Any) -> float:
        total = 0.002 * float(weights @ weights)
        for table, right, counts in tables:
            ranks = table @ weights
            most = ranks.max()
            total += counts * float(most + np.log(np.exp(ranks - most).sum()) - ranks[right])
        return total

    return Order(*(round(float(weight), 2) for weight in minimize(loss, np.zeros(3), method="L-BFGS-B").x))


def _surety(seen: Sequence[Seen], order: Order) -> Surety:
    rows, rights, counts = [], [], []
    for one in seen:
        ranks = [view.rank(order) for view in one.views]
        place = int(np.argmax(ranks))
        rows.append(one.views[place].features(lead_of(ranks, place)))
        rights.append(place == one.right)
        counts.append(_WEIGHT[one.kind])
    features, right, weight = np.array(rows), np.array(rights, float), np.array(counts)

    def loss(weights: Any) -> float:
        sums = features @ weights
        return float((weight * (np.logaddexp(0, sums) - right * sums)).sum() + 0.01 * (weights[:-1] ** 2).sum())

    found = minimize(loss, np.zeros(features.shape[1]), method="L-BFGS-B").x
    return Surety(*(round(float(value), 2) for value in found))
