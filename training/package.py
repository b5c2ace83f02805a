"""Writing a trained model as the artifact that the engine reads, the same bytes for the same data and code."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import numpy as np

from shared.adapters.embedded.artifact import FORMAT, KIND, LEXICON, MANIFEST, MODEL, VOCABULARY, Input, Manifest
from shared.adapters.embedded.features import BLOCKS, FEATURES
from training.dataset import LABELS
from training.linear import BLOCK_WEIGHTS, Model


def write(
    model: Model, folder: Path, *, lexicon: str, inputs: dict[str, Input], languages: tuple[str, ...], created: str
) -> Manifest:
    """Write all files but the card.

    Args:
        lexicon: the text that the model's lexicon was parsed from; it travels with the model.
        created: the day of training (ISO 8601).
    """
    files = {
        LEXICON: lexicon.encode(),
        MODEL: _arrays(model),
        VOCABULARY: json.dumps(_vocabulary(model), ensure_ascii=False, separators=(",\n", ":")).encode(),
    }
    manifest = Manifest(
        format=FORMAT,
        kind=KIND,
        features=FEATURES,
        blocks={block: BLOCK_WEIGHTS[block] for block in BLOCKS},
        heads=LABELS,
        languages=languages,
        trained_on=dict(sorted(inputs.items())),
        files={name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
        created=created,
    )
    manifest = manifest.model_copy(update={"sha256": manifest.identity})
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n")
    return manifest


def _vocabulary(model: Model) -> dict[str, list[str]]:
    return {block: [str(term) for term in model.vectors.blocks[block].get_feature_names_out()] for block in BLOCKS}


def _arrays(model: Model) -> bytes:
    """Weights at half precision: a third of the size of double, and no score moves by more than a thousandth."""
    content = io.BytesIO()
    np.savez(
        content,
        idf=np.concatenate([model.vectors.blocks[block].idf_ for block in BLOCKS]).astype(np.float16),
        weights=np.concatenate([model.heads[head].coef_ for head in LABELS]).T.astype(np.float16),
        bias=np.concatenate([model.heads[head].intercept_ for head in LABELS]).astype(np.float32),
        scale=np.concatenate([np.full(len(labels), model.calibrations[head].scale) for head, labels in LABELS.items()]),
        shift=np.concatenate([model.calibrations[head].shift for head in LABELS]),
    )
    return content.getvalue()
