"""Stated probabilities against the share that is right, beside what perfect probabilities score on as many requests."""

from __future__ import annotations

import numpy as np
import pytest

from training.dataset import LABELS
from training.reliability import calibration, calibration_error, reliability
from training.scores import MISSING, Scored


def answers(stated: list[float] | np.ndarray, right: list[bool] | np.ndarray) -> Scored:
    """Every head stated these probabilities and was right or wrong."""
    n = len(stated)
    nothing = np.zeros(n, int)
    said = {head: np.where(right, 0, 1) for head in LABELS}
    confidence = {head: np.array(stated, float) for head in LABELS}
    return Scored(dict.fromkeys(LABELS, nothing), said, confidence, nothing, nothing, nothing)


def test_the_error_can_be_counted_by_hand():
    # Two bins: 0.9 stated and 3 of 4 right; 0.55 stated and 1 of 1 right.
    scored = answers([0.9, 0.9, 0.9, 0.9, 0.55], [True, True, True, False, True])
    assert calibration_error(scored)["urgency"] == pytest.approx((4 * 0.15 + 1 * 0.45) / 5)


def test_a_bin_states_its_mean_and_the_share_right():
    low, high = reliability(answers([0.92, 0.98, 0.5], [True, False, True]), "category")
    assert (low.n, low.stated, low.right) == (1, 0.5, 1.0)
    assert (high.n, high.stated, high.right) == (2, pytest.approx(0.95), 0.5)


def test_certainty_falls_into_the_last_bin():
    (only,) = reliability(answers([1.0, 0.95], [True, True]), "category")
    assert only.n == 2


@pytest.mark.parametrize("n", [100, 1000])
def test_an_engine_whose_probabilities_are_true_scores_as_a_perfect_one_is_said_to(n: int):
    random = np.random.default_rng(11)
    stated = random.uniform(0.3, 1.0, n)
    errors = [calibration_error(answers(stated, random.random(n) < stated))["category"] for _ in range(100)]
    expected = calibration(answers(stated, np.ones(n, bool)))["category"]
    assert np.mean(errors) == pytest.approx(expected["perfect"], rel=0.1)
    low, high = expected["perfect_range"]
    assert sum(low <= error <= high for error in errors) >= 88


def test_more_requests_bring_a_perfect_engine_closer_to_no_error():
    stated = np.random.default_rng(5).uniform(0.3, 1.0, 2000)
    few, many = (calibration(answers(stated[:n], stated[:n] > 0.5))["category"]["perfect"] for n in (100, 2000))
    assert many < few / 3


def test_an_engine_that_is_too_sure_lies_outside_of_what_perfection_allows():
    random = np.random.default_rng(2)
    found = calibration(answers(np.full(400, 0.95), random.random(400) < 0.7))["sentiment"]
    assert found["interval"][0] > found["perfect_range"][1]


def test_without_a_truth_there_is_no_error_to_state():
    scored = answers([0.9], [True])
    scored.truth["urgency"][:] = MISSING
    assert calibration(scored)["urgency"] is None
    assert calibration_error(scored)["urgency"] is None
