"""`firstline evaluate triage` with a model: the same code as the deployed product, against a server on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.engines import Engine, _as_if_calm, costs_of, engine_of
from cli.main import app
from cli.reading import policy_of
from shared.domain.boundary import Owner, observed_rules, verdict_of
from shared.domain.observation import Request
from tests.chat_stub import Asked, ChatStub, Reply, chat_stub, reading, refuses, says
from tests.fakes.redactor import ListedRedactor
from tests.unit.domain.samples import seen

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
ROWS = (
    ("calm", "Where do I find the invoice for March?", "billing", "standard", "neutral", "none"),
    ("angry", "You charged me twice again and nobody answers!", "billing", "high", "frustrated", "billing_error"),
    ("leaving", "Cancel my account today.", "billing", "high", "at_risk", "none"),
    ("down", "The API answers 500 for all of us since nine.", "technical", "critical", "neutral", "product_defect"),
)


def honest(asked: Asked) -> Reply:
    """A reader that agrees with the labels."""
    said = asked.message("user")
    for _, body, category, urgency, sentiment, failure in ROWS:
        if body in said:
            return says(reading(body, category, urgency, sentiment, failure), tokens=(2000, 100))
    return says(reading("call", "other"), tokens=(2000, 100))  # the first call, which is not counted


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatStub]:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("cli.engines.redactor", ListedRedactor)
    with chat_stub(honest) as running:
        settings = {"BASE_URL": running.url, "API_KEY": "none", "MODEL": "gpt-4o-mini"}
        for name, value in settings.items():
            monkeypatch.setenv(f"FIRSTLINE_LLM_{name}", value)
        yield running


@pytest.fixture
def file(tmp_path: Path) -> Path:
    names = ("id", "body", "category", "urgency", "sentiment", "service_failure")
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in ROWS), encoding="utf-8")
    return path


def evaluated(file: Path, *more: str) -> Result:
    return CliRunner().invoke(app, ["evaluate", "triage", str(file), *more])


def figures(file: Path, engine: str) -> dict[str, Any]:
    done = evaluated(file, "--engine", engine, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_a_model_that_agrees_with_the_labels_scores_full_marks_and_its_cost_is_told(stub, file):
    found = figures(file, "llm")
    names = ("category_macro_f1", "critical_recall", "sentiment_macro_f1", "service_failure_macro_f1")
    assert [found[name] for name in (*names, "bounded_recall", "draftable_kept")] == [1.0] * 6
    assert found["llm_share"] == 1.0
    assert found["cost_per_1000"] == pytest.approx(1000 * (2000 * 0.15 + 100 * 0.6) / 1e6)
    assert found["engine"]["name"] == "gpt-4o-mini (second-reader-1)"


def test_the_cascade_asks_about_some_and_never_holds_the_boundary_less_than_the_engine_alone(stub, file):
    alone, both = figures(file, "embedded"), figures(file, "cascade")
    assert alone["llm_share"] == alone["cost_per_1000"] == 0.0
    assert 0.0 <= both["llm_share"] <= 1.0
    assert both["bounded_recall"] >= alone["bounded_recall"]
    assert "+ gpt-4o-mini" in both["engine"]["name"]


def test_a_model_that_never_answers_leaves_every_request_to_a_person(stub, file):
    stub.always = refuses(401)
    found = figures(file, "llm")
    assert (found["bounded_recall"], found["draftable_kept"], found["llm_failed"]) == (1.0, 0.0, 1.0)
    assert found["llm_outcomes"] == {"denied": len(ROWS)}
    assert found["cost_per_1000"] == 0.0


def test_for_people_the_share_and_the_cost_are_told_too(stub, file):
    done = evaluated(file, "--engine", "cascade")
    assert done.exit_code == 0, done.stderr
    assert "llm_share" in done.stdout
    assert "cost_per_1000" in done.stdout


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("FIRSTLINE_LLM_MODEL", "", "set FIRSTLINE_LLM_MODEL"),
        ("FIRSTLINE_LLM_BASE_URL", "localhost:8000", "wrong in: base_url"),
        ("FIRSTLINE_LLM_MODE", "yaml", "wrong in: mode"),
    ],
)
def test_settings_that_cannot_work_are_told_and_nothing_is_sent(stub, file, monkeypatch, variable, value, told):
    monkeypatch.setenv(variable, value)
    done = evaluated(file, "--engine", "cascade")
    assert done.exit_code == 2
    assert told in done.stderr
    assert stub.asked == []


def test_the_model_alone_sends_what_it_is_unsure_of_to_a_person(stub):
    stub.always = says(reading("hello", "other", sureness="unsure"))
    policy = policy_of(ROOT / "playbook")
    observed = engine_of(Engine.LLM, policy).observe(Request(text="hello there"))
    assert verdict_of(observed_rules(observed, policy.boundary)).owner is Owner.AGENT_WITH_BRIEFING


def test_an_engine_that_takes_everything_for_calm_fires_no_rule():
    assert observed_rules(_as_if_calm(seen()), policy_of(ROOT / "playbook").boundary) == []


def test_where_nothing_was_read_nothing_was_spent():
    assert costs_of([]) == {"llm_share": 0.0, "llm_failed": 0.0, "llm_outcomes": {}, "cost_per_1000": 0.0}
