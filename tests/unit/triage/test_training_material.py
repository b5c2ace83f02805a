"""What is learned from, what calibrates, and what is kept out."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared.domain.observation import Request
from training.dataset import LABELS, Labelled
from training.outside import IMPLIED, ONE_OF_A_KIND, POOL, READ, read_outside
from training.train import TrainingDataInvalid, material

CALM = {"category": "billing", "urgency": "standard", "sentiment": "neutral", "service_failure": "none"}


def pool_of(folder: Path, rows: list[dict[str, Any]], read: list[dict[str, Any]]) -> Path:
    with gzip.open(folder / POOL, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    (folder / READ).write_text("".join(json.dumps(row) + "\n" for row in read), encoding="utf-8")
    return folder


def row(id: str, **more: Any) -> dict[str, Any]:
    known = {"id": id, "subject": "", "body": f"text of {id}", "source": "a bank", "language": "en"}
    return {**dict.fromkeys(LABELS), **known, **more}


def test_no_row_is_learned_from_that_calibrates_or_is_kept_out():
    found = material()
    ids = [{one.id for one in part} for part in (found.learned, found.calibration, found.kept_out)]
    assert sum(map(len, ids)) == len(set.union(*ids))
    assert {one.source for one in found.kept_out} == {"written_c"}
    assert 60 < len(found.kept_out) < 130
    assert len(found.calibration) > 100
    assert {"en", "de", "es", "fr", "it", "nl", "pt"} <= set(found.languages)


def test_a_reader_s_labels_count_more_than_those_a_source_implies(tmp_path: Path):
    pool = [row("sure"), row("torn"), row("unread", category="billing"), row("unlabelled")]
    read = [{"id": id, **CALM, "language": "en", "unsure": id == "torn"} for id in ("sure", "torn")]
    found = {one.id: one for one in read_outside(pool_of(tmp_path, pool, read))}
    assert found.keys() == {"sure", "torn", "unread"}
    assert found["sure"].weight > found["torn"].weight > found["unread"].weight == IMPLIED
    assert found["sure"].labels == CALM
    assert found["unread"].labels == {"category": "billing"}


def test_of_unread_rows_that_are_alike_a_sample_is_taken(tmp_path: Path):
    pool = [row(f"u{at}", category="billing") for at in range(3 * ONE_OF_A_KIND)]
    assert len(read_outside(pool_of(tmp_path, pool, []))) == ONE_OF_A_KIND


def test_outside_files_are_named_by_their_sums_and_a_missing_one_trains_nothing(tmp_path: Path):
    pool_of(tmp_path, [row("sure")], [{"id": "sure", **CALM, "language": "en", "unsure": False}])
    found = material(outside=tmp_path)
    assert {READ, POOL} <= found.inputs.keys()
    assert len(found.inputs[POOL].sha256) == 64
    (tmp_path / READ).unlink()
    with pytest.raises(TrainingDataInvalid, match="no pool that can be read"):
        material(outside=tmp_path)


def test_training_steps_lower_the_loss_and_the_graph_computes_the_network(vocabulary: bytes):
    torch = pytest.importorskip("torch", reason="torch is not here; `make training` makes an environment that has it")
    import onnxruntime
    from sentencepiece import SentencePieceProcessor

    from tests.unit.triage.artifacts import small_weights
    from tests.unit.triage.bases import small_base
    from training.encoder.fit import Recipe, fit, network_of
    from training.encoder.graph import graph_of

    encode = SentencePieceProcessor(model_proto=vocabulary).encode
    base, kept = small_base(small_weights(vocabulary))
    rows = [
        Labelled(id=str(at), request=Request(text=text), labels={**CALM, "category": category})
        for at, (text, category) in enumerate([("an invoice", "billing"), ("it crashes", "technical")] * 16)
    ]
    told: list[str] = []
    recipe = Recipe(epochs=60, batch=8, longest=32, rate=1e-3, head_rate=1e-2, averaged=0.5)
    weights = fit(rows, base, kept, encode, recipe, told.append)
    losses = [float(line.rsplit(" ", 1)[1]) for line in told]
    assert losses[-1] < losses[0]
    net = network_of(base, kept)
    net.load_state_dict({name: torch.tensor(value) for name, value in weights.items()})
    session = onnxruntime.InferenceSession(
        graph_of(weights, layers=2, attention_heads=2, heads=tuple(LABELS)).SerializeToString()
    )
    pieces = [1, *encode("it crashes"), 2]
    shares = session.run(["shares"], {"pieces": np.array(pieces)})[0].sum(axis=0)
    with torch.no_grad():
        scores = net.eval()(torch.tensor([pieces]), torch.ones(1, len(pieces), dtype=torch.bool))
    expected = np.concatenate([(scores[head] - net.mean[head].bias)[0].numpy() for head in LABELS])
    assert shares == pytest.approx(expected, abs=1e-4)


def test_a_varied_request_keeps_its_words():
    from training.variation import varied

    luck = random.Random(2)
    for _ in range(200):
        subject, text = varied("Invoice 12", "Please send it, now!", luck)
        assert subject.lower() in ("", "invoice 12")
        assert text.lower().translate(str.maketrans("", "", ",.!")) == "please send it now"
