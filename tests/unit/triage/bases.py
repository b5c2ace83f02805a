"""A base encoder as small as the tests' own, under the names of the package that brings the real one."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.unit.triage.artifacts import INNER, LAYERS, POSITIONS, UNITS
from training.encoder.base import Base

_THEIRS = {
    "query": "q", "key": "k", "value": "v", "mix": "ao", "mix_norm": "aln", "widen": "fi", "narrow": "fo",
    "narrow_norm": "oln",
}  # fmt: skip


def small_base(weights: dict[str, np.ndarray[Any, Any]]) -> tuple[Base, list[int]]:
    """The base, and the ids of all its pieces."""
    tensors = {
        "emb.word": weights["encoder.word.weight"],
        "emb.pos": weights["encoder.position.weight"],
        "emb.type": np.zeros((2, UNITS), np.float32),
        "emb.ln.w": weights["encoder.norm.weight"],
        "emb.ln.b": weights["encoder.norm.bias"],
    }
    for layer in range(LAYERS):
        for ours, theirs in _THEIRS.items():
            tensors[f"l{layer}.{theirs}.w"] = weights[f"encoder.layers.{layer}.{ours}.weight"]
            tensors[f"l{layer}.{theirs}.b"] = weights[f"encoder.layers.{layer}.{ours}.bias"]
    count = len(weights["encoder.word.weight"])
    base = Base(
        units=UNITS, layers=LAYERS, attention_heads=2, inner=INNER, positions=POSITIONS,
        pieces=[str(at) for at in range(count)], scores=np.zeros(count, np.float32),
        tensors={name: value.reshape(-1) for name, value in tensors.items()},
        special={"start": 1, "end": 2, "unknown": 0},
    )  # fmt: skip
    return base, list(range(count))
