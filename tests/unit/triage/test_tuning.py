"""Thresholds are chosen on data: the recall wanted is met, and nothing that it allows is given away."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from shared.domain.boundary import observed_rules
from shared.domain.observation import Category, Observations, Request, Sentiment, ServiceFailure
from shared.domain.policy_parts import Boundary
from tests.fakes.triage import ScriptedEngine, reading
from training.dataset import Labelled
from training.tuning import (
    THRESHOLDS,
    NothingToTune,
    Sample,
    Thresholds,
    expected,
    lay_out,
    outcome,
    scores_of,
    tune,
    tune_all,
)

BOUNDARY = Boundary(long_standing_days=365, unhappy_at=0.1, failure_at=0.2, sure_language=0.5, sure_category=0.35)
RECALLS = [0.80, 0.90, 0.95, 0.98, 0.995, 1.0]


def sample_of(*rows: tuple[float, float, bool, bool]) -> Sample:
    """Requests as (unhappy, failure, held, bounded)."""
    unhappy, failure, held, bounded = (np.array(column) for column in zip(*rows, strict=True))
    return Sample(unhappy, failure, held, bounded, np.arange(len(rows)))


def noisy(n: int, seed: int = 1) -> Sample:
    """Scores that tell the two sides apart, but not quite."""
    random = np.random.default_rng(seed)
    bounded = random.random(n) < 0.6
    unhappy = np.where(bounded, random.beta(3, 2, n), random.beta(1, 5, n))
    failure = np.where(bounded, random.beta(2, 2, n), random.beta(1, 6, n))
    return Sample(unhappy, failure, (unhappy > 0.6) | (random.random(n) < 0.02), bounded, np.arange(n))


def seen(sentiment: float, failure: float, *, sure: float = 0.9) -> Observations:
    """Observations with these probabilities of unhappiness and failure."""
    calm = ScriptedEngine().observe(Request(text="any words"))
    changed = {
        "category": reading(Category.BILLING, sure),
        "sentiment": reading(Sentiment.NEUTRAL, 1.0 - sentiment),
        "service_failure": reading(ServiceFailure.NONE, 1.0 - failure),
    }
    return calm.model_copy(update=changed)


def labelled(id: str, sentiment: str = "neutral", group: str = "") -> Labelled:
    labels = {"sentiment": sentiment, "service_failure": "none"}
    return Labelled(id=id, request=Request(text="any words"), labels=labels, group=group)


def test_the_best_pair_of_a_tiny_sample_is_the_one_that_a_person_would_find():
    # One bounded request is told by unhappiness (0.30), one by failure (0.40); the last harmless one looks unhappy.
    sample = sample_of(
        (0.30, 0.05, False, True),
        (0.05, 0.40, False, True),
        (0.10, 0.10, False, False),
        (0.20, 0.30, False, False),
        (0.50, 0.10, False, False),
    )
    chosen = tune(sample, 1.0)
    assert 0.20 < chosen.unhappy_at <= 0.30
    assert 0.30 < chosen.failure_at <= 0.40
    assert outcome(sample, chosen).recall == 1.0
    assert outcome(sample, chosen).kept == pytest.approx(2 / 3)


def test_what_labels_and_doubts_hold_needs_no_threshold():
    sample = sample_of((0.01, 0.01, True, True), (0.02, 0.02, False, False))
    assert outcome(sample, tune(sample, 1.0)).kept == 1.0


def test_when_nothing_tells_the_sides_apart_everything_goes_to_a_person():
    sample = sample_of((0.0, 0.0, False, True), (0.0, 0.0, False, False))
    assert tune(sample, 1.0) == Thresholds(0.0, 0.0)


@pytest.mark.parametrize("recall", RECALLS)
@pytest.mark.parametrize("seed", range(5))
def test_the_recall_wanted_is_met_on_the_data_given(recall: float, seed: int):
    sample = noisy(300, seed)
    assert outcome(sample, tune(sample, recall)).recall >= recall - 1e-9


@pytest.mark.parametrize("seed", range(5))
def test_more_recall_never_keeps_more(seed: int):
    sample = noisy(300, seed)
    kept = [outcome(sample, pair).kept for pair in tune_all(sample, RECALLS)]
    assert kept == sorted(kept, reverse=True)


def test_no_other_pair_of_the_grid_keeps_more():
    sample = noisy(40)
    chosen = outcome(sample, tune(sample, 0.95))
    for pair in itertools.product(THRESHOLDS[::6], repeat=2):
        other = outcome(sample, Thresholds(*map(float, pair)))
        assert other.recall < 0.95 or other.kept <= chosen.kept


def test_the_sample_sees_what_the_rules_of_the_boundary_see():
    grid = [
        seen(unhappy, failure, sure=sure)
        for unhappy in (0.05, 0.3, 0.6)
        for failure in (0.1, 0.7)
        for sure in (0.3, 0.9)
    ]
    rows = [labelled(str(at), "frustrated" if at % 2 else "neutral") for at in range(len(grid))]
    sample = lay_out(rows, grid, BOUNDARY)
    for pair in (Thresholds(0.05, 0.05), Thresholds(0.1, 0.2), Thresholds(0.3, 0.7), Thresholds(0.9, 0.9)):
        boundary = BOUNDARY.model_copy(update={"unhappy_at": pair.unhappy_at, "failure_at": pair.failure_at})
        off = np.array([bool(observed_rules(one, boundary)) for one in grid])
        assert outcome(sample, pair).recall == off[sample.bounded].mean()
        assert outcome(sample, pair).kept == 1 - off[~sample.bounded].mean()


def test_scores_are_the_probabilities_that_the_policy_is_about():
    assert scores_of(seen(0.3, 0.1)) == pytest.approx((0.3, 0.1))


def test_the_joint_score_is_the_probability_of_either():
    assert sample_of((0.5, 0.2, False, True)).joint.unhappy[0] == pytest.approx(0.6)


def test_elsewhere_less_is_reached_than_where_it_was_tuned():
    sample = noisy(200)
    (found,) = expected(sample, [0.95])
    assert found.recall < 0.955
    assert found.recall_range[0] < 0.95 < found.recall_range[1]
    assert 0.2 < found.reached < 0.8
    assert expected(sample, [0.95]) == [found]


def test_a_contrast_set_is_never_torn_apart():
    # Two sets only: a half has one of them, and each set holds one side of the boundary alone.
    rows = [labelled(str(at), "frustrated" if at < 3 else "neutral", group="a" if at < 3 else "b") for at in range(6)]
    sample = lay_out(rows, [seen(0.2, 0.1)] * 6, BOUNDARY)
    assert expected(sample, [0.95]) == [None]


def test_requests_without_the_labels_that_count_are_left_out():
    unknown = Labelled(id="?", request=Request(text="any words"), labels={"category": "billing"})
    rows = [labelled("1"), unknown, labelled("2", "at_risk")]
    assert len(lay_out(rows, [seen(0.2, 0.1)] * 3, BOUNDARY)) == 2


@pytest.mark.parametrize(("sentiment", "missing"), [("neutral", "bounded"), ("frustrated", "harmless")])
def test_one_side_alone_cannot_be_weighed(sentiment: str, missing: str):
    with pytest.raises(NothingToTune, match=missing):
        lay_out([labelled("1", sentiment)], [seen(0.2, 0.1)], BOUNDARY)
