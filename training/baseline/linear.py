"""What the encoder has to beat: TF-IDF blocks, a logistic regression for each head, calibration by cross-validation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from training.baseline.features import BLOCKS, document, parts
from training.baseline.lexicon import Lexicon
from training.calibrating import Calibration
from training.dataset import LABELS, Labelled

BLOCK_WEIGHTS = {"words": 1.0, "chars": 1.0, "signs": 0.5}
# Chosen by cross-validation on the project's own data: 3 to 30 differ by less than a point.
INVERSE_REGULARISATION = 10.0
FEWEST_DOCUMENTS = 2
FOLDS = 5
SEED = 7

Matrix = Any  # a sparse matrix, rows by features: scipy has no types
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Vectors:
    """The fitted blocks."""

    lexicon: Lexicon
    blocks: dict[str, TfidfVectorizer]

    @classmethod
    def fit(cls, rows: list[Labelled], lexicon: Lexicon) -> tuple[Vectors, Matrix]:
        """Learn the vocabulary and document frequencies, and transform the same rows."""
        documents = _documents(rows, lexicon)
        blocks = {
            block: TfidfVectorizer(analyzer=_as_is, sublinear_tf=True, min_df=FEWEST_DOCUMENTS) for block in BLOCKS
        }
        fitted = [blocks[block].fit_transform(documents[block]) * BLOCK_WEIGHTS[block] for block in BLOCKS]
        return cls(lexicon, blocks), hstack(fitted).tocsr()

    def transform(self, rows: list[Labelled]) -> Matrix:
        """Rows by features."""
        documents = _documents(rows, self.lexicon)
        return hstack(
            [self.blocks[block].transform(documents[block]) * BLOCK_WEIGHTS[block] for block in BLOCKS]
        ).tocsr()


@dataclass(frozen=True)
class Model:
    """Everything that an artifact is written from, and the probabilities of the training rows made without them."""

    vectors: Vectors
    heads: dict[str, LogisticRegression]
    calibrations: dict[str, Calibration]
    unseen: dict[str, Array]

    def probabilities(self, rows: list[Labelled]) -> dict[str, Array]:
        """By head: rows by labels, as scikit-learn computes them."""
        features = self.vectors.transform(rows)
        scores = {name: head.decision_function(features) for name, head in self.heads.items()}
        return {name: self.calibrations[name].probabilities(found) for name, found in scores.items()}


def fit(rows: list[Labelled], lexicon: Lexicon) -> Model:
    """Train on all rows; calibrate on scores that each row got while it was left out."""
    truth = {head: np.array([LABELS[head].index(row.labels[head]) for row in rows]) for head in LABELS}
    scores = {head: np.zeros((len(rows), len(labels))) for head, labels in LABELS.items()}
    for seen, left_out in folds(rows):
        vectors, features = Vectors.fit([rows[at] for at in seen], lexicon)
        others = vectors.transform([rows[at] for at in left_out])
        for head in LABELS:
            scores[head][left_out] = head_of(features, truth[head][seen]).decision_function(others)
    calibrations = {head: Calibration.fit(scores[head], truth[head]) for head in LABELS}
    vectors, features = Vectors.fit(rows, lexicon)
    return Model(
        vectors=vectors,
        heads={head: head_of(features, truth[head]) for head in LABELS},
        calibrations=calibrations,
        unseen={head: calibrations[head].probabilities(scores[head]) for head in LABELS},
    )


def folds(rows: list[Labelled]) -> list[tuple[Array, Array]]:
    """Folds that keep a contrast set together and every mix of tone and failure in proportion."""
    strata = [row.labels["sentiment"] + row.labels["service_failure"] for row in rows]
    groups = [row.group for row in rows]
    return list(StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED).split(strata, strata, groups))


def head_of(features: Matrix, truth: Array | list[str]) -> LogisticRegression:
    """One head, fitted."""
    return LogisticRegression(
        C=INVERSE_REGULARISATION, class_weight="balanced", max_iter=500, tol=1e-3, random_state=SEED
    ).fit(features, truth)


def _documents(rows: list[Labelled], lexicon: Lexicon) -> dict[str, list[list[str]]]:
    cut = [parts(row.request.subject, row.request.text, lexicon) for row in rows]
    return {block: [document(found, block) for found in cut] for block in BLOCKS}


def _as_is(features: list[str]) -> list[str]:
    return features
