"""`firstline bench triage`: the public yardstick on tiny questions, and what is absent is said."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cli.bench import command, peer, triage
from training.banking77 import OneByOne, Question, measure, questions
from training.outside import POOL, READ


def pool_row(id: str, split: str, intent: str, source: str = "Banking77") -> dict[str, Any]:
    reference = {"path": f"banking_data/{split}.csv", "row": 1}
    return {"id": id, "body": f"about {intent}", "source": source, "source_label": intent, "source_ref": reference}


def pool(folder: Path, *rows: dict[str, Any], read: Sequence[str] = ()) -> Path:
    with gzip.open(folder / POOL, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    lines = (json.dumps({"id": id, "language": "en", "unsure": False}) + "\n" for id in read)
    (folder / READ).write_text("".join(lines), encoding="utf-8")
    return folder


def by_intent(text: str) -> np.ndarray[Any, Any]:
    """A point that tells two intents apart, with a little noise from the text's own length."""
    return np.array([float("card" in text), float("cash" in text), len(text) / 100])


def asked(n: int, *, test: bool, seen: bool = False) -> list[Question]:
    return [Question(f"{'card' if at % 2 else 'cash'} {at}", f"{at % 2}", test, seen) for at in range(n)]


def test_rows_are_told_apart_by_the_split_that_they_came_from(tmp_path: Path):
    rows = [
        pool_row("a", "train", "card"),
        pool_row("b", "test", "cash"),
        pool_row("c", "test", "x", source="CLINC150"),
    ]
    found = questions(pool(tmp_path, *rows, read=["b"]))
    assert [(one.intent, one.test, one.seen) for one in found] == [("card", False, False), ("cash", True, True)]


def test_the_head_learns_from_the_training_split_and_is_counted_on_the_test_split():
    found = measure([*asked(40, test=False), *asked(10, test=True)], OneByOne(by_intent))
    assert (found.n_train, found.n_test, found.accuracy) == (40, 10, 1.0)


def test_intents_of_the_test_split_teach_nothing():
    # In the test split the labels are swapped: a head that had seen them would not be wrong everywhere.
    swapped = [Question(one.text, "1" if one.intent == "0" else "0", True, False) for one in asked(10, test=False)]
    assert measure([*asked(40, test=False), *swapped], OneByOne(by_intent)).accuracy == 0.0


def test_test_rows_that_training_has_met_are_counted_apart():
    rows = [*asked(40, test=False), *asked(6, test=True), *asked(4, test=True, seen=True)]
    found = measure(rows, OneByOne(by_intent))
    assert (found.n_test, found.n_test_unseen, found.accuracy_unseen) == (10, 6, 1.0)


def test_data_that_is_absent_is_said_and_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("cli.reading.embedded_engine", lambda: SimpleNamespace(embed=by_intent))
    skipped: list[str] = []
    assert triage.banking77(tmp_path, skipped, with_peer=False) == []
    assert len(skipped) == 1
    assert POOL in skipped[0]
    assert triage.DATA in skipped[0]


def test_an_engine_without_embeddings_is_said_and_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("cli.reading.embedded_engine", SimpleNamespace)
    skipped: list[str] = []
    assert triage.banking77(pool(tmp_path, pool_row("a", "train", "card")), skipped, with_peer=False) == []
    assert skipped == ["banking77: the engine offers no embedding"]


def test_accuracy_is_measured_where_there_are_requests_and_the_rest_is_said(tmp_path: Path):
    skipped: list[str] = []
    rows = triage.accuracy(tmp_path, skipped)
    assert [row["requests"] for row in rows] == ["written_c.jsonl --ids kept-out"]
    assert rows[0]["n"] > 60
    assert "eval_open.jsonl" in skipped[0]


def test_without_sentence_transformers_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    monkeypatch.setattr(peer, "find_spec", lambda name: None)
    assert "make training" in str(peer.missing())


def test_with_sentence_transformers_a_model_is_asked_for_and_nothing_downloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(peer, "find_spec", lambda name: object())
    monkeypatch.delenv(peer.MODEL, raising=False)
    assert peer.MODEL in str(peer.missing())
    monkeypatch.setenv(peer.MODEL, str(tmp_path))
    assert peer.missing() is None


@pytest.mark.slow
def test_a_cold_start_is_import_load_and_first_call(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(triage, "_COLD_STARTS", 1)
    found = triage.cold_start()
    parts = found["import_ms"] + found["load_ms"] + found["first_call_ms"]
    assert found["total_ms"] == pytest.approx(parts, abs=3)
    assert all(found[name] > 0 for name in ("import_ms", "load_ms", "first_call_ms"))


def test_every_list_of_rows_is_a_table_and_every_skipped_thing_a_line(capsys: pytest.CaptureFixture[str]):
    document = {"rows": [{"what": "engine"}], "accuracy": [{"n": 3}], "artifact_mb": 1.5, "skipped": ["this", "that"]}
    command._show("triage", document)
    shown = capsys.readouterr().out
    assert "accuracy" in shown
    assert "artifact_mb: 1.5" in shown
    assert shown.index("skipped: this") < shown.index("skipped: that")
