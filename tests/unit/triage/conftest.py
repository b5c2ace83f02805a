"""A small encoder with weights by chance, for everything that does not depend on what was learned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared.adapters.embedded.artifact import Artifact
from tests.unit.triage.artifacts import small_vocabulary, small_weights
from training.artifact_writer import uncalibrated, write
from training.dataset import OWN_DATA, Labelled, read
from training.encoder.graph import graph_of, quantised


@pytest.fixture(scope="session")
def few_rows() -> list[Labelled]:
    return read(OWN_DATA / "written_d.jsonl")[0][:160]


@pytest.fixture(scope="session")
def vocabulary() -> bytes:
    return small_vocabulary()


@pytest.fixture(scope="session")
def weights(vocabulary: bytes) -> dict[str, np.ndarray[Any, Any]]:
    return small_weights(vocabulary)


@pytest.fixture(scope="session")
def artifact(vocabulary: bytes, weights: dict[str, np.ndarray[Any, Any]]) -> Artifact:
    heads = ("category", "urgency", "sentiment", "service_failure")
    graph = quantised(graph_of(weights, layers=2, attention_heads=2, heads=heads))
    return uncalibrated(graph, vocabulary, weights, longest=48, languages=("en",), inputs={}, created="2026-01-05")


@pytest.fixture
def small_artifact(artifact: Artifact, tmp_path: Path) -> Path:
    folder = tmp_path / "artifact"
    write(artifact, folder)
    return folder
