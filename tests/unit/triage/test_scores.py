"""The figures of an evaluation, held to scikit-learn and to cases that can be counted by hand."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score, f1_score

from shared.domain.observation import Category, Request, Sentiment, ServiceFailure, Urgency
from shared.domain.policy_parts import Boundary
from tests.fakes.triage import ScriptedEngine
from training.dataset import LABELS, Labelled
from training.reliability import calibration_error
from training.resampling import RESAMPLES, draws
from training.scores import Scored, by_group, compare, confusion, figures, resampled, with_intervals

BOUNDARY = Boundary(long_standing_days=365, unhappy_at=0.2, failure_at=0.2, sure_language=0.5, sure_category=0.35)


def labelled(
    id: str, *, category="billing", urgency="standard", sentiment="neutral", service_failure="none"
) -> Labelled:
    labels = {"category": category, "urgency": urgency, "sentiment": sentiment, "service_failure": service_failure}
    return Labelled(id=id, request=Request(text="any words"), labels={k: v for k, v in labels.items() if v})


def scored_at_random(n: int) -> Scored:
    random = np.random.default_rng(3)
    truth = {head: random.integers(0, len(labels), n) for head, labels in LABELS.items()}
    said = {head: random.integers(0, len(labels), n) for head, labels in LABELS.items()}
    sides = [random.integers(0, 2, n) for _ in range(3)]
    return Scored(truth, said, {head: random.random(n) for head in LABELS}, *sides)


def test_f1_and_kappa_are_those_of_scikit_learn():
    scored = scored_at_random(500)
    found = figures(scored)
    for head in ("category", "sentiment", "service_failure"):
        expected = f1_score(scored.truth[head], scored.said[head], average="macro")
        assert found[f"{head}_macro_f1"] == pytest.approx(expected)
    expected = cohen_kappa_score(scored.truth["urgency"], scored.said["urgency"], weights="quadratic")
    assert found["urgency_kappa"] == pytest.approx(expected)


def test_bounded_figures_can_be_counted_by_hand():
    rows = [
        labelled("1", sentiment="frustrated"),
        labelled("2", service_failure="product_defect"),
        labelled("3"),
        labelled("4"),
        labelled("5"),
    ]
    calm, angry = ScriptedEngine(), ScriptedEngine(sentiment=Sentiment.AT_RISK)
    seen = [engine.observe(Request(text="any words")) for engine in (angry, calm, calm, calm, angry)]
    found = figures(compare(rows, seen, BOUNDARY))
    assert found["bounded_recall"] == 0.5
    assert found["bounded_precision"] == 0.5
    assert found["draftable_kept"] == pytest.approx(2 / 3)


def test_a_request_that_nobody_can_read_is_off_the_draft_side_but_not_by_the_boundary():
    seen = [ScriptedEngine().observe(Request(text="👍"))]
    found = figures(compare([labelled("1", sentiment="frustrated")], seen, BOUNDARY))
    assert (found["bounded_recall"], found["bounded_recall_by_rule"]) == (1.0, 0.0)


def test_labels_that_are_missing_are_not_scored():
    rows = [Labelled(id="1", request=Request(text="any words")), labelled("2", category="technical", urgency="")]
    engine = ScriptedEngine(category=Category.TECHNICAL)
    found = figures(compare(rows, [engine.observe(row.request) for row in rows], BOUNDARY))
    assert found["category_macro_f1"] == 1.0
    assert found["critical_recall"] is None
    assert found["urgency_kappa"] is None


def test_intervals_hold_the_figure_and_are_the_same_every_time():
    scored = scored_at_random(200)
    first, second = with_intervals(scored), with_intervals(scored)
    assert first == second
    for name, (low, high) in first["intervals"].items():
        assert low < first[name] < high


def test_groups_are_scored_apart_largest_first():
    scored = scored_at_random(30)
    groups = ["de"] * 10 + ["en"] * 20
    found = by_group(scored, groups)
    assert list(found) == ["en", "de"]
    assert found["de"]["n"] == 10
    assert found["de"]["category_macro_f1"] == pytest.approx(
        figures(scored.take(np.arange(10)))["category_macro_f1"], abs=1e-4
    )


def test_probabilities_that_are_right_as_often_as_they_say_have_no_calibration_error():
    rows = [labelled(str(at), category="technical" if at < 9 else "billing") for at in range(10)]
    engine = ScriptedEngine(Category.TECHNICAL, Urgency.STANDARD, Sentiment.NEUTRAL, ServiceFailure.NONE)
    found = calibration_error(compare(rows, [engine.observe(row.request) for row in rows], BOUNDARY))
    assert found["category"] == pytest.approx(0.04)
    assert found["urgency"] == pytest.approx(0.06)


def test_the_vectorised_bootstrap_scores_each_resample_as_if_it_stood_alone():
    scored = scored_at_random(60)
    counts = next(draws(60))[:3]
    for at, row in enumerate(counts.astype(int)):
        alone = figures(scored.take(np.repeat(np.arange(60), row)))
        assert {name: values[at] for name, values in resampled([scored])[0].items()} == pytest.approx(alone)


def test_a_large_sample_is_drawn_in_blocks_and_every_resample_draws_as_many():
    blocks = list(draws(9_000))
    assert len(blocks) > 1
    assert sum(map(len, blocks)) == RESAMPLES
    assert all((block.sum(axis=1) == 9_000).all() for block in blocks)


def test_a_thousand_resamples_of_a_thousand_requests_take_less_than_a_few_seconds():
    began = perf_counter()
    with_intervals(scored_at_random(1000))
    assert perf_counter() - began < 3.0


def test_confusion_counts_truth_by_said():
    rows = [labelled("1", category="technical"), labelled("2"), labelled("3")]
    engine = ScriptedEngine(category=Category.TECHNICAL)
    table = confusion(compare(rows, [engine.observe(row.request) for row in rows], BOUNDARY), "category")
    billing, technical = (LABELS["category"].index(name) for name in ("billing", "technical"))
    assert table[technical][technical] == 1
    assert table[billing][technical] == 2
    assert sum(map(sum, table)) == 3
