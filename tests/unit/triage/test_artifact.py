"""An artifact is read only when it is whole, unchanged, and of the format that this code reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from shared.adapters.embedded.artifact import ENCODER, MANIFEST, SHIPPED, VOCABULARY, Artifact, load_artifact
from shared.adapters.embedded.engine import EmbeddedEngine
from shared.domain.errors import EngineUnavailable
from tests.unit.triage.artifacts import reseal
from training.artifact_writer import write
from training.dataset import OWN_DATA
from training.train import material

ALL_FILES = (MANIFEST, ENCODER, VOCABULARY)


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


@pytest.mark.parametrize("name", [ENCODER, VOCABULARY])
def test_one_changed_byte_makes_the_engine_unavailable(small_artifact: Path, name: str):
    content = bytearray((small_artifact / name).read_bytes())
    content[len(content) // 2] ^= 1
    (small_artifact / name).write_bytes(content)
    with pytest.raises(EngineUnavailable, match="SHA-256"):
        EmbeddedEngine.load(small_artifact)


@pytest.mark.parametrize("change", [{"format": 1}, {"kind": "tfidf-linear"}, {"reading": 99}])
def test_another_format_is_refused_with_what_to_do(small_artifact: Path, change: dict[str, object]):
    reseal(small_artifact, **change)
    with pytest.raises(EngineUnavailable, match="train it again"):
        EmbeddedEngine.load(small_artifact)


def _swap_labels(content: dict[str, object]) -> None:
    content["heads"]["sentiment"]["labels"] = ["frustrated", "neutral", "at_risk"]  # type: ignore[index]


def _drop_a_number(content: dict[str, object]) -> None:
    content["heads"]["sentiment"]["bias"] = [0.0, 0.0]  # type: ignore[index]


def _read_more(content: dict[str, object]) -> None:
    content["longest"] = 47


@pytest.mark.parametrize("change", [_swap_labels, _drop_a_number, _read_more])
def test_an_edited_manifest_is_refused(small_artifact: Path, change: Callable[[dict[str, object]], None]):
    content = json.loads((small_artifact / MANIFEST).read_text())
    change(content)
    (small_artifact / MANIFEST).write_text(json.dumps(content))
    with pytest.raises(EngineUnavailable):
        EmbeddedEngine.load(small_artifact)


def test_labels_of_another_product_are_refused(small_artifact: Path):
    heads = json.loads((small_artifact / MANIFEST).read_text())["heads"]
    strange = {"labels": ["good", "bad", "ugly"], "bias": [0, 0, 0], "shift": [0, 0, 0], "lean": [1, 1, 1]}
    reseal(small_artifact, heads={**heads, "sentiment": strange})
    with pytest.raises(EngineUnavailable, match="sentiment"):
        EmbeddedEngine.load(small_artifact)


@pytest.mark.parametrize("name", [ENCODER, VOCABULARY])
def test_a_file_of_another_kind_is_refused_though_its_sum_is_right(small_artifact: Path, name: str):
    (small_artifact / name).write_bytes(b"not what it says it is")
    reseal(small_artifact)
    with pytest.raises(EngineUnavailable):
        EmbeddedEngine.load(small_artifact)


def test_an_encoder_with_other_heads_than_the_manifest_is_refused(small_artifact: Path):
    heads = json.loads((small_artifact / MANIFEST).read_text())["heads"]
    del heads["urgency"]
    reseal(small_artifact, heads=heads)
    with pytest.raises(EngineUnavailable, match="head"):
        EmbeddedEngine.load(small_artifact)


def test_the_day_of_training_is_no_part_of_the_identity(artifact: Artifact, tmp_path: Path):
    later = replace(artifact, manifest=artifact.manifest.model_copy(update={"created": "2027-12-31"}))
    write(later, tmp_path)
    assert load_artifact(tmp_path).manifest.sha256 == artifact.manifest.sha256


def test_the_shipped_artifact_was_trained_on_the_data_in_the_repository():
    trained_on = load_artifact().manifest.trained_on
    assert {name: trained_on.get(name) for name in material(OWN_DATA).inputs} == material(OWN_DATA).inputs


def test_the_card_names_the_artifact_and_every_training_file():
    manifest = load_artifact().manifest
    card = (SHIPPED / "CARD.md").read_text(encoding="utf-8")
    assert manifest.sha256 in card
    assert all(one.sha256 in card for one in manifest.trained_on.values())


def test_the_shipped_artifact_is_under_fifty_megabytes():
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < 50_000_000
