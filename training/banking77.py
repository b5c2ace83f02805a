"""Banking77 as a public yardstick: how well a linear head finds its 77 intents in an encoder's embeddings.

The rows lie in the outside pool, which holds most of the official test split; a row's reference says which split it
came from. The head learns from the training split alone.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from training.outside import POOL, READ, read_outside
from training.resampling import SEED, Array

SOURCE = "Banking77"
_INVERSE_REGULARISATIONS = (0.03, 0.1, 0.3, 1.0)
_SPLITS = {"train.csv": False, "test.csv": True}


class Embedder(Protocol):
    """Turns texts into points."""

    def embed(self, texts: Sequence[str]) -> Array:
        """Rows by units."""
        ...


@dataclass(frozen=True)
class Question:
    """A question to a bank, with its intent.

    Attributes:
        test: whether it belongs to the official test split.
        seen: whether the engine's training takes it from the pool: the encoder may know its text, not its intent.
    """

    text: str
    intent: str
    test: bool
    seen: bool


@dataclass(frozen=True)
class Yardstick:
    """Accuracy on the test split, and on those of its rows whose text the encoder cannot have met in training."""

    n_train: int
    n_test: int
    accuracy: float
    n_test_unseen: int
    accuracy_unseen: float | None


def questions(folder: Path) -> list[Question]:
    """The pool's Banking77 rows.

    Raises:
        OSError: the pool is not there.
    """
    seen = {row.id for row in read_outside(folder)} if (folder / READ).exists() else set()
    return list(_questions(folder / POOL, seen))


def measure(found: list[Question], embedder: Embedder) -> Yardstick:
    """Embed, fit a linear head on the training split, and count on the test split."""
    points = embedder.embed([one.text for one in found])
    intents = np.array([one.intent for one in found])
    test = np.array([one.test for one in found])
    unseen = np.array([not one.seen for one in found])[test]
    right = _head(points[~test], intents[~test]).predict(points[test]) == intents[test]
    return Yardstick(
        n_train=int((~test).sum()),
        n_test=len(right),
        accuracy=round(float(right.mean()), 4),
        n_test_unseen=int(unseen.sum()),
        accuracy_unseen=round(float(right[unseen].mean()), 4) if unseen.any() else None,
    )


def _head(points: Array, intents: Array) -> Pipeline:
    """Fitted with the regularisation that does best on a fifth of the training rows."""
    aside = np.random.default_rng(SEED).random(len(points)) < 0.2

    def accuracy(strength: float) -> float:
        return float(_fitted(points[~aside], intents[~aside], strength).score(points[aside], intents[aside]))

    best = max(_INVERSE_REGULARISATIONS, key=accuracy) if aside.any() else _INVERSE_REGULARISATIONS[0]
    return _fitted(points, intents, best)


def _fitted(points: Array, intents: Array, strength: float) -> Pipeline:
    # Encoders crowd their texts into a small part of the space; spread out, units weigh alike.
    return make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=1000, tol=1e-3)).fit(points, intents)


def _questions(pool: Path, seen: set[str]) -> Iterator[Question]:
    with gzip.open(pool, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            split = Path(_reference(row).get("path", "")).name
            if row.get("source") == SOURCE and split in _SPLITS:
                yield Question(row["body"], row["source_label"], _SPLITS[split], row["id"] in seen)


def _reference(row: dict[str, Any]) -> dict[str, Any]:
    found = row.get("source_ref")
    return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class OneByOne:
    """An embedder made of something that embeds a single text."""

    one: Callable[[str], Array]

    def embed(self, texts: Sequence[str]) -> Array:
        """Rows by units."""
        return np.array([self.one(text) for text in texts])
