"""`firstline evaluate triage` and `firstline tune`: what they print, draw and write."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from shutil import copytree

import pytest
from typer.testing import CliRunner, Result

from cli.evaluation.errors import errors
from cli.evaluation.figures import LENGTHS, length_of
from cli.main import app
from cli.parts import Part, part_of
from cli.playbook.policy_file import read_policy
from shared.domain.observation import Category, Observations, Request, Sentiment, ServiceFailure, Urgency
from shared.domain.policy_parts import Boundary
from tests.fakes.triage import ScriptedEngine, reading
from training.dataset import OWN_DATA, Labelled, kept_out, read

ROOT = Path(__file__).parents[3]
BOUNDARY = Boundary(long_standing_days=365, unhappy_at=0.3, failure_at=0.3, sure_language=0.5, sure_category=0.35)


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def firstline(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture
def requests(tmp_path: Path) -> Path:
    lines = (OWN_DATA / "written_a.jsonl").read_text(encoding="utf-8").splitlines()[:40]
    file = tmp_path / "requests.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def labelled(id: str, **labels: str) -> Labelled:
    calm = {"category": "billing", "urgency": "standard", "sentiment": "neutral", "service_failure": "none"}
    return Labelled(id=id, request=Request(text="any words"), labels=calm | labels)


def said(**readings: tuple[object, float, str]) -> Observations:
    calm = ScriptedEngine(category=Category.BILLING).observe(Request(text="any words"))
    return calm.model_copy(update={head: reading(*one) for head, one in readings.items()})


def test_errors_come_bounded_misses_first_then_critical_misses_then_the_surest():
    sure, unsure = ("service_failure", ServiceFailure.NONE, 0.95), ("service_failure", ServiceFailure.NONE, 0.75)
    rows = [
        labelled("category", category="other"),
        labelled("critical", urgency="critical"),
        labelled("doubtful miss", service_failure="product_defect"),
        labelled("sure miss", service_failure="product_defect"),
        labelled("false alarm"),
    ]
    seen = [
        said(category=(Category.BILLING, 0.99, "the bill")),
        said(urgency=(Urgency.HIGH, 0.5, "today")),
        said(service_failure=(*unsure[1:], "it broke")),
        said(service_failure=(*sure[1:], "it is broken")),
        said(sentiment=(Sentiment.FRUSTRATED, 0.8, "again!")),
    ]
    found = errors(rows, seen, BOUNDARY)
    assert [(one["id"], one["head"]) for one in found] == [
        ("sure miss", "bounded"),
        ("doubtful miss", "bounded"),
        ("critical", "urgency"),
        ("category", "category"),
        ("sure miss", "service_failure"),
        ("false alarm", "bounded"),
        ("false alarm", "sentiment"),
        ("doubtful miss", "service_failure"),
    ]
    assert found[0] == {
        "id": "sure miss",
        "head": "bounded",
        "truth": "bounded",
        "said": "harmless",
        "probability": pytest.approx(0.95 * 0.94),
        "evidence": "it is broken",
    }
    assert (found[5]["truth"], found[5]["said"], found[5]["evidence"]) == (
        "harmless",
        "bounded",
        "unhappy_customer: again!",
    )


def test_what_is_right_or_has_no_label_is_no_error():
    rows = [labelled("right"), Labelled(id="unlabelled", request=Request(text="any words"))]
    assert errors(rows, [said()] * 2, BOUNDARY) == []


def test_a_length_is_told_by_the_words_of_the_body():
    assert [length_of("word " * n) for n in (0, 15, 16, 50, 51, 150, 151)] == [
        LENGTHS[at] for at in (0, 0, 1, 1, 2, 2, 3)
    ]


def test_the_part_that_is_kept_out_is_the_one_that_training_leaves_alone():
    rows, _ = read(OWN_DATA / "written_c.jsonl")
    found = part_of(rows, Part.KEPT_OUT)
    assert found == [row for row in rows if kept_out(row)]
    assert 0 < len(found) < len(rows) / 3
    assert len(part_of(rows, Part.EVEN)) + len(part_of(rows, Part.ODD)) == len(rows)


def test_evaluate_prints_groups_calibration_and_confusion(requests: Path):
    done = firstline("evaluate", "triage", requests, "--json")
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    for title in ("by_language", "by_source", "by_length", "by_channel"):
        assert sum(group["n"] for group in found[title].values()) == found["n"]
    assert list(found["by_length"]) == [name for name in LENGTHS if name in found["by_length"]]
    assert set(found["calibration"]["urgency"]) == {"n", "error", "interval", "perfect", "perfect_range"}
    assert found["calibration_error"]["urgency"] == found["calibration"]["urgency"]["error"]
    for one in found["confusion"].values():
        assert sum(map(sum, one["table"])) == found["n"]
    sides = found["confusion"]["boundary"]["table"]
    assert sides[1][1] / sum(sides[1]) == pytest.approx(found["bounded_recall"], abs=1e-4)


def test_plots_and_errors_are_written_where_they_are_asked_for(requests: Path, tmp_path: Path):
    plots, file = tmp_path / "plots", tmp_path / "errors.jsonl"
    done = firstline("evaluate", "triage", requests, "--plots", plots, "--errors", file)
    assert done.exit_code == 0, done.stderr
    heads = ("category", "urgency", "sentiment", "service_failure", "boundary")
    expected = {*(f"confusion-{head}.png" for head in heads), "reliability.png", "trade-off.png"}
    assert {path.name for path in plots.iterdir()} == expected
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in plots.iterdir())
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert all(line.keys() == {"id", "head", "truth", "said", "probability", "evidence"} for line in lines)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_help_says_that_the_errors_hold_customers_words():
    assert "customers' words" in " ".join(firstline("evaluate", "triage", "--help").stdout.replace("│", " ").split())


def test_tune_prints_the_trade_off_and_writes_nothing_unless_told(requests: Path, tmp_path: Path):
    playbook = copytree(ROOT / "playbook", tmp_path / "playbook")
    before = (playbook / "policy.yaml").read_bytes()
    done = firstline("tune", requests, "--playbook", playbook, "--recall", "0.9", "--json")
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert [row["recall_wanted"] for row in found["curve"]] == [0.9, 0.925, 0.95, 0.96, 0.97, 0.98, 0.99, 0.995]
    assert all(row["recall"] >= row["recall_wanted"] for row in found["curve"])
    assert all(row["intervals"].keys() == {"recall", "kept"} for row in found["curve"])
    assert found["chosen"] == found["curve"][0]
    assert found["written"] is None
    assert (playbook / "policy.yaml").read_bytes() == before


def test_tune_writes_the_chosen_values_and_no_other(requests: Path, tmp_path: Path):
    playbook = copytree(ROOT / "playbook", tmp_path / "playbook")
    before, _ = read_policy(playbook / "policy.yaml")
    done = firstline("tune", requests, "--playbook", playbook, "--write", "--json")
    chosen = json.loads(done.stdout)["chosen"]
    after, _ = read_policy(playbook / "policy.yaml")
    values = {name: chosen[name] for name in ("unhappy_at", "failure_at")}
    assert after == before.model_copy(update={"boundary": before.boundary.model_copy(update=values)})
    assert {path.name for path in playbook.iterdir()} == {path.name for path in (ROOT / "playbook").iterdir()}


def test_tune_draws_and_prints_for_people(requests: Path, tmp_path: Path):
    done = firstline("tune", requests, "--plots", tmp_path / "plots")
    assert done.exit_code == 0, done.stderr
    assert (tmp_path / "plots" / "trade-off.png").exists()
    assert "elsewhere" in done.stdout
    assert "--write" in done.stdout


def test_tune_warns_of_requests_that_the_engine_learned_from():
    done = firstline("tune", OWN_DATA / "written_d.jsonl", "--ids", "odd", "--json")
    assert "learned from it" in done.stderr


def test_tune_says_when_there_are_too_few_to_tell(requests: Path):
    assert "cannot tell a recall of 0.98 from 1" in firstline("tune", requests, "--json").stderr


def test_tune_needs_both_sides(tmp_path: Path):
    file = tmp_path / "calm.jsonl"
    calm = {"id": "a1", "body": "hello there", "sentiment": "neutral", "service_failure": "none"}
    file.write_text(json.dumps(calm))
    done = firstline("tune", file)
    assert done.exit_code == 1
    assert "no request is labelled as bounded" in done.stderr
