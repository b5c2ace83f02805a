"""Writing a trained encoder as the artifact that the engine reads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from shared.adapters.embedded.artifact import (
    ENCODER,
    FORMAT,
    KIND,
    MANIFEST,
    VOCABULARY,
    Artifact,
    Head,
    Input,
    Manifest,
)
from shared.adapters.embedded.encoder import Encoder
from shared.adapters.embedded.pieces import READING
from training.calibrating import Array, Calibration, lean_of
from training.dataset import LABELS, Labelled
from training.encoder.graph import Weights

_FEW_ROWS = 1e-3
"""Calibration's restraint: some hundred rows are held back."""


def uncalibrated(
    encoder: bytes,
    vocabulary: bytes,
    weights: Weights,
    *,
    longest: int,
    languages: tuple[str, ...],
    inputs: Mapping[str, Input],
    created: str,
) -> Artifact:
    """An artifact whose probabilities are the heads' own.

    Args:
        encoder: the graph as it will be shipped.
        created: the day of training (ISO 8601).
    """
    heads = {
        head: Head(
            labels=labels,
            bias=tuple(round(float(one), 6) for one in weights[f"mean.{head}.bias"]),
            shift=(0.0,) * len(labels),
            lean=(1.0,) * len(labels),
        )
        for head, labels in LABELS.items()
    }
    manifest = Manifest(
        format=FORMAT,
        kind=KIND,
        reading=READING,
        heads=heads,
        longest=longest,
        languages=languages,
        trained_on=dict(sorted(inputs.items())),
        files={name: hashlib.sha256(content).hexdigest() for name, content in _files(encoder, vocabulary).items()},
        created=created,
    )
    return Artifact(_signed(manifest), encoder, vocabulary)


def calibrated(artifact: Artifact, rows: list[Labelled]) -> Artifact:
    """The same encoder with probabilities that are right as often as they say, on rows it never learned from.

    Urgency leans towards critical besides: a critical request that waits costs more than an alert too many.
    """
    scores = scores_of(artifact, rows)
    heads = {}
    for name, head in artifact.manifest.heads.items():
        known = np.array([at for at, row in enumerate(rows) if name in row.labels], int)
        truth = np.array([head.labels.index(rows[at].labels[name]) for at in known], int)
        found = Calibration.fit(scores[name][known] + np.array(head.bias), truth, restraint=_FEW_ROWS)
        shift = tuple(round(float(one), 6) for one in found.shift)
        lean = head.lean
        if name == "urgency":
            lean = (1.0, 1.0, lean_of(found.probabilities(scores[name][known] + np.array(head.bias)), truth))
        heads[name] = head.model_copy(update={"scale": round(found.scale, 6), "shift": shift, "lean": lean})
    manifest = artifact.manifest.model_copy(update={"heads": heads})
    return Artifact(_signed(manifest), artifact.encoder, artifact.vocabulary)


def scores_of(artifact: Artifact, rows: list[Labelled]) -> dict[str, Array]:
    """By head: rows by labels, as the shipped graph scores them, without the heads' bias."""
    encoder = Encoder(artifact)
    found = np.stack([encoder.read(row.request.subject, row.request.text).scores for row in rows])
    ends = np.cumsum([len(head.labels) for head in artifact.manifest.heads.values()])
    return dict(zip(artifact.manifest.heads, np.split(found, ends[:-1], axis=1), strict=True))


def write(artifact: Artifact, folder: Path) -> None:
    """Write all files but the card."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in _files(artifact.encoder, artifact.vocabulary).items():
        (folder / name).write_bytes(content)
    (folder / MANIFEST).write_text(artifact.manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _signed(manifest: Manifest) -> Manifest:
    return manifest.model_copy(update={"sha256": manifest.identity})


def _files(encoder: bytes, vocabulary: bytes) -> dict[str, bytes]:
    return {ENCODER: encoder, VOCABULARY: vocabulary}
