"""A small encoder to try things on, and the means to seal an artifact again after it was changed."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from sentencepiece import SentencePieceProcessor, SentencePieceTrainer

from shared.adapters.embedded.artifact import MANIFEST, Manifest
from training.dataset import LABELS, OWN_DATA, read

UNITS, INNER, LAYERS, POSITIONS = 16, 32, 2, 48


def small_vocabulary() -> bytes:
    """A few hundred pieces, learned from the project's own requests."""
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder, "text.txt")
        rows, _ = read(OWN_DATA / "written_d.jsonl")
        text.write_text("\n".join(row.request.text.replace("\n", " ") for row in rows), encoding="utf-8")
        SentencePieceTrainer.train(
            input=str(text), model_prefix=f"{folder}/model", vocab_size=400, unk_id=0, bos_id=1, eos_id=2, minloglevel=2
        )
        return Path(folder, "model.model").read_bytes()


def small_weights(vocabulary: bytes) -> dict[str, np.ndarray[Any, Any]]:
    """Weights by chance under the names that training gives them; the same every time."""
    pieces = SentencePieceProcessor(model_proto=vocabulary).vocab_size()
    shapes: dict[str, tuple[int, ...]] = {
        "encoder.word.weight": (pieces, UNITS),
        "encoder.position.weight": (POSITIONS, UNITS),
        **_norm("encoder.norm"),
    }
    for layer in range(LAYERS):
        at = f"encoder.layers.{layer}"
        for name in ("query", "key", "value", "mix"):
            shapes |= _linear(f"{at}.{name}", UNITS, UNITS)
        shapes |= _linear(f"{at}.widen", INNER, UNITS) | _linear(f"{at}.narrow", UNITS, INNER)
        shapes |= _norm(f"{at}.mix_norm") | _norm(f"{at}.narrow_norm")
    for head, labels in LABELS.items():
        shapes |= _linear(f"mean.{head}", len(labels), UNITS)
        shapes |= {f"attended.{head}.weight": (len(labels), UNITS), f"query.{head}": (UNITS,)}
    chance = np.random.default_rng(3)
    return {name: chance.normal(0.0, 0.4, shape).astype(np.float32) for name, shape in shapes.items()}


def _linear(name: str, out: int, given: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (out, given), f"{name}.bias": (out,)}


def _norm(name: str) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (UNITS,), f"{name}.bias": (UNITS,)}


def reseal(folder: Path, **changes: Any) -> None:
    """Change fields of the manifest and make all of its sums true again."""
    content = {**json.loads((folder / MANIFEST).read_text()), **changes}
    content["files"] = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in content["files"]}
    manifest = Manifest.model_validate(content)
    sealed = manifest.model_copy(update={"sha256": manifest.identity})
    (folder / MANIFEST).write_text(sealed.model_dump_json())
