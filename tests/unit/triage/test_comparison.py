"""Engines side by side: paired differences, the engine that does not read, and the reader that is not there."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from cli.evaluation.baselines import BASELINES
from cli.main import app
from shared.domain.boundary import observed_rules
from shared.domain.observation import Category, Observations, Request, Sentiment, ServiceFailure, Urgency
from shared.domain.policy_parts import Boundary
from shared.domain.reader_policy import AskWhen
from tests.fakes.triage import ScriptedEngine, reading
from training.comparison import side_by_side
from training.dataset import LABELS, OWN_DATA, Labelled
from training.majority import MajorityEngine
from training.scores import Scored, with_intervals
from training.simulation import Rule, SimulatedReader, as_deployed, cascade

ROOT = Path(__file__).parents[3]
BOUNDARY = Boundary(long_standing_days=365, unhappy_at=0.1, failure_at=0.2, sure_language=0.5, sure_category=0.35)
ASK = AskWhen(category_below=0.6, urgency_below=0.6, unhappy_from=0.05, failure_from=0.1)
TRUTH = {"category": "billing", "urgency": "high", "sentiment": "frustrated", "service_failure": "none"}
ALWAYS, NEVER = dict.fromkeys(LABELS, 1.0), dict.fromkeys(LABELS, 0.0)


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def labelled(id: str, **labels: str) -> Labelled:
    return Labelled(id=id, request=Request(text="any words"), labels=TRUTH | labels, language="en")


def seen(**readings: tuple[object, float]) -> Observations:
    calm = ScriptedEngine().observe(Request(text="any words"))
    return calm.model_copy(update={head: reading(*one) for head, one in readings.items()})


def right_in(share: float, n: int = 400) -> Scored:
    """An engine that knows the category of this share of requests."""
    truth = {head: np.arange(n) % 2 for head in LABELS}
    said = {**truth, "category": np.where(np.arange(n) < share * n, truth["category"], 1 - truth["category"])}
    nothing = np.zeros(n, int)
    return Scored(truth, said, {head: np.full(n, 0.9) for head in LABELS}, nothing, nothing, nothing)


def test_a_figure_and_its_interval_are_those_of_the_engine_alone():
    engines = {"base": right_in(0.8), "other": right_in(0.9)}
    found = side_by_side(engines, "base")
    for name, scored in engines.items():
        alone = with_intervals(scored)
        assert found[name]["category_macro_f1"]["value"] == alone["category_macro_f1"]
        assert found[name]["category_macro_f1"]["interval"] == alone["intervals"]["category_macro_f1"]


def test_a_difference_is_paired_and_none_to_itself():
    found = side_by_side({"base": right_in(0.8), "other": right_in(0.85)}, "base")
    other = found["other"]["category_macro_f1"]
    low, high = other["difference_interval"]
    assert low > 0.0
    assert high - low < (other["interval"][1] - other["interval"][0])
    assert found["base"]["category_macro_f1"]["difference_interval"] == [0.0, 0.0]


def test_what_one_engine_was_not_scored_on_has_no_difference():
    blind = replace(right_in(0.8), bounded=np.full(400, -1))
    assert side_by_side({"base": blind}, "base")["base"]["bounded_recall"]["difference"] is None


def test_the_majority_engine_says_what_is_most_frequent_with_its_share():
    rows = [labelled("1", category="technical"), labelled("2", category="technical"), labelled("3")]
    found = MajorityEngine.fit(rows).observe(Request(text="whatever it says"))
    assert found.category.label is Category.TECHNICAL
    assert found.category.probability == pytest.approx(3 / 8)
    assert found.language.code == "en"


def test_the_majority_baseline_learns_from_the_projects_own_requests():
    engine = BASELINES["majority"]()
    assert engine.observe(Request(text="hello there")).language.code == "en"


def test_a_simulated_reader_is_right_as_often_as_stated():
    rows = [labelled(str(at)) for at in range(2000)]
    reader = SimulatedReader({"category": 0.92, "urgency": 0.5, "sentiment": 1.0, "service_failure": 0.0})
    found = [reader.read(row, seen()) for row in rows]
    for head, expected in reader.accuracy.items():
        right = np.mean([getattr(one, head).label == TRUTH[head] for one in found])
        assert right == pytest.approx(expected, abs=0.03)
    wrong = {one.service_failure.label for one in found}
    assert wrong == set(ServiceFailure) - {ServiceFailure.NONE}


def test_a_simulated_reader_answers_a_request_the_same_way_whatever_else_it_reads():
    reader = SimulatedReader(dict.fromkeys(LABELS, 0.5))
    alone = reader.read(labelled("7"), seen())
    assert [reader.read(labelled(str(at)), seen()) for at in range(9)][7] == alone
    assert any(SimulatedReader(reader.accuracy, seed).read(labelled("7"), seen()) != alone for seed in range(9))


def test_where_the_truth_is_not_known_the_first_reader_stands():
    row = Labelled(id="1", request=Request(text="any words"))
    assert SimulatedReader(ALWAYS).read(row, seen()) == seen()


def test_only_what_the_rule_asks_for_is_read_again_and_the_share_is_counted():
    rows = [labelled(str(at)) for at in range(4)]
    first = [seen(category=(Category.OTHER, 0.5)), *[seen(category=(Category.OTHER, 0.9))] * 3]
    rule = Rule(asks=lambda one: one.category.probability < 0.6, merge=lambda one, other: other)
    found = cascade(rows, first, SimulatedReader(ALWAYS), rule)
    assert found.asked == 0.25
    assert [one.category.label for one in found.seen] == [Category.BILLING, *[Category.OTHER] * 3]


def test_a_second_reader_settles_what_was_in_doubt_and_leaves_what_was_sure():
    merge = as_deployed(ASK, BOUNDARY).merge
    second = seen(category=(Category.COMPLAINT, 0.9), urgency=(Urgency.STANDARD, 0.9))
    unsure = merge(seen(category=(Category.OTHER, 0.5), urgency=(Urgency.HIGH, 0.5)), second)
    sure = merge(seen(category=(Category.OTHER, 0.9), urgency=(Urgency.HIGH, 0.9)), second)
    assert (unsure.category.label, unsure.urgency.label) == (Category.COMPLAINT, Urgency.STANDARD)
    assert (sure.category.label, sure.urgency.label) == (Category.OTHER, Urgency.HIGH)


def test_no_second_reader_takes_a_ticket_off_a_persons_side():
    rule = as_deployed(ASK, BOUNDARY)
    firsts = [
        seen(sentiment=(sentiment, share), service_failure=(failure, other))
        for sentiment, failure in product(Sentiment, ServiceFailure)
        for share, other in product((0.5, 0.7, 0.97), repeat=2)
    ]
    seconds = [
        seen(sentiment=(sentiment, 0.93), service_failure=(failure, 0.83))
        for sentiment, failure in product(Sentiment, ServiceFailure)
    ]
    for first, second in product(firsts, seconds):
        before = {one.id for one in observed_rules(first, BOUNDARY)}
        after = {one.id for one in observed_rules(rule.merge(first, second), BOUNDARY)}
        assert before <= after


def test_a_ticket_that_a_person_gets_anyway_is_asked_about_its_category_and_urgency_only():
    asks = as_deployed(ASK, BOUNDARY).asks
    angry = {"sentiment": (Sentiment.FRUSTRATED, 0.6)}
    assert not asks(seen(**angry))
    assert asks(seen(**angry, urgency=(Urgency.HIGH, 0.5)))


def firstline(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


UNSEEN = (OWN_DATA / "written_c.jsonl", "--ids", "kept-out", "--baseline", "majority")


def test_engines_are_compared_in_one_run_and_the_simulation_says_that_it_is_one():
    found = json.loads(firstline("evaluate", "engines", *UNSEEN, "--reader", "urgency=1", "--json").stdout)
    engines = found["engines"]
    assert {"majority", "embedded"} <= engines.keys()
    assert all(one["simulated"] == ("simulated" in name) for name, one in engines.items())
    assert found["simulated_reader"]["urgency"] == 1.0
    assert engines["second reader alone (simulated)"]["figures"]["urgency_kappa"]["value"] == 1.0
    assert 0.0 < engines["cascade (simulated)"]["llm_share"] < 1.0
    assert engines["embedded"]["llm_share"] == 0.0


def test_the_comparison_for_people_shows_the_share_asked():
    done = firstline("evaluate", "engines", *UNSEEN)
    assert done.exit_code == 0, done.stderr
    assert "asked of a second reader" in done.stdout
    assert "stands for no real model" in done.stdout


@pytest.mark.parametrize("told", ["mood=0.9", "urgency", "urgency=2", "urgency=often"])
def test_an_accuracy_that_is_none_is_refused(told: str):
    done = firstline("evaluate", "engines", *UNSEEN, "--reader", told)
    assert done.exit_code == 2
    assert told in done.stderr


def test_a_baseline_that_is_not_there_is_refused():
    done = firstline("evaluate", "engines", *UNSEEN, "--baseline", "oracle")
    assert done.exit_code == 2
    assert "majority, tf-idf" in done.stderr
