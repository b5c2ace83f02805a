"""One small training run for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.adapters.embedded.lexicon import Lexicon
from training.dataset import OWN_DATA, Labelled, read
from training.linear import Model, fit
from training.package import write
from training.train import LEXICON


@pytest.fixture(scope="session")
def few_rows() -> list[Labelled]:
    return read(OWN_DATA / "written_d.jsonl")[0][:160]


@pytest.fixture(scope="session")
def small_model(few_rows: list[Labelled]) -> Model:
    return fit(few_rows, Lexicon.parse(LEXICON.read_text(encoding="utf-8")))


@pytest.fixture
def small_artifact(small_model: Model, tmp_path: Path) -> Path:
    folder = tmp_path / "artifact"
    text = LEXICON.read_text(encoding="utf-8")
    write(small_model, folder, lexicon=text, inputs={}, languages=("en",), created="2026-01-05")
    return folder
