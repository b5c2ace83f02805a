"""An artifact is read only when it is whole, unchanged, and of the format that this code reads."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from shared.adapters.embedded.artifact import LEXICON, MANIFEST, MODEL, SHIPPED, VOCABULARY, load_artifact
from shared.adapters.embedded.engine import EmbeddedEngine
from shared.adapters.embedded.lexicon import Lexicon
from shared.domain.errors import EngineUnavailable
from tests.unit.triage.artifacts import reseal
from training.dataset import OWN_DATA, Labelled
from training.linear import fit
from training.package import write
from training.train import LEXICON as LEXICON_SOURCE
from training.train import material

ALL_FILES = (MANIFEST, MODEL, VOCABULARY, LEXICON)


@pytest.mark.parametrize("name", ALL_FILES)
def test_a_missing_file_makes_the_engine_unavailable(small_artifact: Path, name: str):
    (small_artifact / name).unlink()
    with pytest.raises(EngineUnavailable):
        EmbeddedEngine.load(small_artifact)


def test_a_missing_folder_makes_the_engine_unavailable(tmp_path: Path):
    with pytest.raises(EngineUnavailable, match="nowhere"):
        EmbeddedEngine.load(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ALL_FILES)
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_file_cut_short_makes_the_engine_unavailable(small_artifact: Path, name: str, share: float):
    content = (small_artifact / name).read_bytes()
    (small_artifact / name).write_bytes(content[: int(len(content) * share)])
    with pytest.raises(EngineUnavailable):
        EmbeddedEngine.load(small_artifact)


@pytest.mark.parametrize("name", [MODEL, VOCABULARY, LEXICON])
def test_one_changed_byte_makes_the_engine_unavailable(small_artifact: Path, name: str):
    content = bytearray((small_artifact / name).read_bytes())
    content[len(content) // 2] ^= 1
    (small_artifact / name).write_bytes(content)
    with pytest.raises(EngineUnavailable, match="SHA-256"):
        EmbeddedEngine.load(small_artifact)


@pytest.mark.parametrize("change", [{"format": 2}, {"kind": "onnx-encoder"}, {"features": 99}])
def test_another_format_is_refused_with_what_to_do(small_artifact: Path, change: dict[str, object]):
    reseal(small_artifact, **change)
    with pytest.raises(EngineUnavailable, match="train it again"):
        EmbeddedEngine.load(small_artifact)


def _swap_labels(content: dict[str, object]) -> None:
    content["heads"]["sentiment"] = ["frustrated", "neutral", "at_risk"]  # type: ignore[index]


def _rename(content: dict[str, object]) -> None:
    content["kind"] = "tfidf-linear "


def _reweigh(content: dict[str, object]) -> None:
    content["blocks"]["signs"] = 5.0  # type: ignore[index]


@pytest.mark.parametrize("change", [_swap_labels, _rename, _reweigh])
def test_an_edited_manifest_is_refused(small_artifact: Path, change: Callable[[dict[str, object]], None]):
    content = json.loads((small_artifact / MANIFEST).read_text())
    change(content)
    (small_artifact / MANIFEST).write_text(json.dumps(content))
    with pytest.raises(EngineUnavailable):
        EmbeddedEngine.load(small_artifact)


def test_labels_of_another_product_are_refused(small_artifact: Path):
    heads = json.loads((small_artifact / MANIFEST).read_text())["heads"]
    reseal(small_artifact, heads={**heads, "sentiment": ["good", "bad", "ugly"]})
    with pytest.raises(EngineUnavailable, match="sentiment"):
        EmbeddedEngine.load(small_artifact)


def test_a_pickle_in_the_model_is_never_opened(small_artifact: Path):
    content = io.BytesIO()
    np.savez(content, idf=np.array([{"a": 1}], dtype=object), allow_pickle=True)
    (small_artifact / MODEL).write_bytes(content.getvalue())
    reseal(small_artifact)
    with pytest.raises(EngineUnavailable):
        EmbeddedEngine.load(small_artifact)


def test_arrays_that_do_not_fit_the_vocabulary_are_refused(small_artifact: Path):
    vocabulary = json.loads((small_artifact / VOCABULARY).read_text())
    vocabulary["words"].pop()
    (small_artifact / VOCABULARY).write_text(json.dumps(vocabulary))
    reseal(small_artifact)
    with pytest.raises(EngineUnavailable, match="do not fit"):
        EmbeddedEngine.load(small_artifact)


def test_the_same_data_and_code_give_the_same_identity_on_any_day(
    few_rows: list[Labelled], small_artifact: Path, tmp_path: Path
):
    text = LEXICON_SOURCE.read_text(encoding="utf-8")
    again = fit(few_rows, Lexicon.parse(text))
    write(again, tmp_path / "again", lexicon=text, inputs={}, languages=("en",), created="2027-12-31")
    assert load_artifact(tmp_path / "again").manifest.sha256 == load_artifact(small_artifact).manifest.sha256
    assert (tmp_path / "again" / MODEL).read_bytes() == (small_artifact / MODEL).read_bytes()


def test_the_shipped_artifact_was_trained_on_the_data_in_the_repository():
    manifest = load_artifact().manifest
    assert manifest.trained_on == dict(sorted(material(OWN_DATA).inputs.items()))
    assert (SHIPPED / LEXICON).read_bytes() == LEXICON_SOURCE.read_bytes()


def test_the_card_names_the_artifact_and_every_training_file():
    manifest = load_artifact().manifest
    card = (SHIPPED / "CARD.md").read_text(encoding="utf-8")
    assert manifest.sha256 in card
    assert all(one.sha256 in card for one in manifest.trained_on.values())


def test_the_shipped_artifact_is_under_ten_megabytes():
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < 10_000_000
