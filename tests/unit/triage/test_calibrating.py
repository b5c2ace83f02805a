"""Calibration makes stated probabilities true and changes no order that it need not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from shared.adapters.embedded.artifact import Artifact
from shared.adapters.embedded.engine import EmbeddedEngine, calibrated
from training.artifact_writer import calibrated as with_calibration
from training.artifact_writer import scores_of
from training.calibrating import Calibration, lean_of
from training.dataset import LABELS, Labelled


def test_scores_that_are_too_sure_are_scaled_down():
    chance = np.random.default_rng(1)
    true_scores = chance.normal(0.0, 1.0, (4000, 3))
    odds = np.exp(true_scores)
    truth = np.array([chance.choice(3, p=row / row.sum()) for row in odds])
    found = Calibration.fit(4.0 * true_scores, truth)
    assert found.scale == pytest.approx(0.25, abs=0.02)
    stated = found.probabilities(4.0 * true_scores).max(axis=1).mean()
    right = (found.probabilities(4.0 * true_scores).argmax(axis=1) == truth).mean()
    assert stated == pytest.approx(right, abs=0.02)


def test_one_row_moves_hardly_anything():
    found = Calibration.fit(np.array([[2.0, 0.0]]), np.array([1]), restraint=10.0)
    assert found.scale == pytest.approx(1.0, abs=0.15)
    assert np.abs(found.shift).max() < 0.5


def test_the_engine_and_the_trainer_calibrate_alike(artifact: Artifact, few_rows: list[Labelled]):
    sealed = with_calibration(artifact, few_rows)
    assert sealed.manifest.sha256 != artifact.manifest.sha256
    engine, scores = EmbeddedEngine(sealed), scores_of(sealed, few_rows[:5])
    for at, row in enumerate(few_rows[:5]):
        seen = engine.observe(row.request)
        for name, labels in LABELS.items():
            expected = calibrated(sealed.manifest.heads[name], scores[name][at])
            found = [getattr(seen, name).scores[label] for label in labels]
            assert found == pytest.approx(expected, abs=1e-5)


def test_the_costly_label_is_favoured_until_too_many_alarms_are_false():
    calm, doubtful, sure = [0.9, 0.1], [0.7, 0.3], [0.2, 0.8]
    probabilities = np.array([sure] * 6 + [doubtful] * 4 + [calm] * 10)
    few_false = np.array([1] * 6 + [1, 1, 0, 0] + [0] * 10)
    many_false = np.array([1] * 4 + [0] * 2 + [0] * 4 + [0] * 10)
    assert lean_of(probabilities, few_false) == 6.0  # 0.3 becomes 1.8 against 0.7; 0.1 stays below 0.9
    assert lean_of(probabilities, many_false) == 2.0  # at 3 the doubtful ones would be called critical, too


def test_a_lean_changes_the_label_and_no_probability(artifact: Artifact, few_rows: list[Labelled]):
    head = artifact.manifest.heads["urgency"]
    leaning = head.model_copy(update={"lean": (0.0, 0.0, 1.0)})
    heads = {**artifact.manifest.heads, "urgency": leaning}
    tilted = replace(artifact, manifest=artifact.manifest.model_copy(update={"heads": heads}))
    plain, moved = (EmbeddedEngine(one).observe(few_rows[0].request).urgency for one in (artifact, tilted))
    assert moved.label == "critical"
    assert moved.scores == plain.scores
