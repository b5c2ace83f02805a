"""The engine's artifact on disk: a folder that says what it is, and that is read only when it is whole.

manifest.json     format, kind, features, labels of each head, training data, SHA-256 of every file
model.npz         idf, weights and calibration (numpy, no pickles)
vocabulary.json   the n-grams and signs of each block, in the order of the weights' rows
lexicon.txt       the words behind the signs
CARD.md           for people: data, licences, scores, limits (not read here)
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field, ValidationError

from shared.adapters.embedded.features import BLOCKS, FEATURES
from shared.adapters.embedded.lexicon import Lexicon
from shared.domain.errors import EngineUnavailable
from shared.domain.record import Record

FORMAT = 1
KIND = "tfidf-linear"
SHIPPED = Path(__file__).parent / "artifact"
"""The artifact that comes with this code."""

MODEL, VOCABULARY, LEXICON, MANIFEST = "model.npz", "vocabulary.json", "lexicon.txt", "manifest.json"
_FILES = {MODEL, VOCABULARY, LEXICON}


class Input(Record):
    """A training file: how many rows it has, how many were learned from, and its SHA-256 (hex)."""

    rows: int
    used: int
    sha256: str


class Manifest(Record):
    """What an artifact is.

    Attributes:
        features: version of the code that turns text into features; another one would read gibberish.
        blocks: weight of each feature block.
        heads: labels of each head, in the order of the weights' columns.
        languages: ISO 639-1 codes of the languages in the training data.
        trained_on: training files by name.
        created: the day of training (ISO 8601). Not part of the identity: same data and code, same identity.
        sha256: the artifact's identity, see `identity`.
    """

    format: int
    kind: str
    features: int
    blocks: dict[str, float]
    heads: dict[str, tuple[str, ...]]
    languages: tuple[str, ...] = Field(min_length=1)
    trained_on: dict[str, Input]
    files: dict[str, str]
    created: str
    sha256: str = ""

    @property
    def identity(self) -> str:
        """SHA-256 over everything the manifest says but the day, the hashes of all files included.

        In the manifest's own order: that of the labels is the order of the weights' columns.
        """
        content = self.model_dump(mode="json", exclude={"created", "sha256"})
        return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True)
class Artifact:
    """A whole artifact in memory.

    Attributes:
        vocabularies: feature -> row of the weights, for each block in the order of `BLOCKS`.
        idf: inverse document frequency by row.
        weights: row by label (all heads side by side), float32.
        bias: by label.
        scale: calibration by label: a head's scores are multiplied by it ...
        shift: ... and then moved by this, before the softmax.
    """

    manifest: Manifest
    lexicon: Lexicon
    vocabularies: tuple[dict[str, int], ...]
    idf: np.ndarray[Any, np.dtype[np.float32]]
    weights: np.ndarray[Any, np.dtype[np.float32]]
    bias: np.ndarray[Any, np.dtype[np.float32]]
    scale: np.ndarray[Any, np.dtype[np.float32]]
    shift: np.ndarray[Any, np.dtype[np.float32]]


def load_artifact(folder: Path = SHIPPED) -> Artifact:
    """Read and verify an artifact.

    Raises:
        EngineUnavailable: a file is missing, cut short or changed, or the format is another one.
    """
    manifest = _manifest(folder)
    files = {name: _verified(folder / name, manifest.files[name]) for name in sorted(_FILES)}
    try:
        vocabulary = json.loads(files[VOCABULARY])
        with np.load(io.BytesIO(files[MODEL]), allow_pickle=False) as arrays:
            found = {name: arrays[name].astype(np.float32) for name in ("idf", "weights", "bias", "scale", "shift")}
        lexicon = Lexicon.parse(files[LEXICON].decode())
        artifact = Artifact(manifest, lexicon, _rows(vocabulary), **found)
    except (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise EngineUnavailable(f"the artifact's files do not hold what format {FORMAT} says") from error
    _check_shapes(artifact)
    return artifact


def _manifest(folder: Path) -> Manifest:
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except OSError as error:
        raise EngineUnavailable(f"no artifact in {folder.name}: {MANIFEST} cannot be read") from error
    except ValidationError as error:
        raise EngineUnavailable(f"{MANIFEST} is damaged or of another format") from error
    if (manifest.format, manifest.kind, manifest.features) != (FORMAT, KIND, FEATURES):
        raise EngineUnavailable(
            f"artifact of format {manifest.format}, kind {manifest.kind}, features {manifest.features}; "
            f"this code reads format {FORMAT}, kind {KIND}, features {FEATURES}: train it again"
        )
    if manifest.sha256 != manifest.identity or set(manifest.files) != _FILES or set(manifest.blocks) != set(BLOCKS):
        raise EngineUnavailable(f"{MANIFEST} was changed after training")
    return manifest


def _verified(path: Path, sha256: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EngineUnavailable(f"the artifact lacks {path.name}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise EngineUnavailable(f"{path.name} is not the file that was trained: its SHA-256 differs")
    return content


def _rows(vocabulary: dict[str, list[str]]) -> tuple[dict[str, int], ...]:
    rows: list[dict[str, int]] = []
    start = 0
    for block in BLOCKS:
        rows.append({feature: start + at for at, feature in enumerate(vocabulary[block])})
        start += len(vocabulary[block])
    return tuple(rows)


def _check_shapes(artifact: Artifact) -> None:
    features = sum(map(len, artifact.vocabularies))
    labels = sum(map(len, artifact.manifest.heads.values()))
    shapes = [array.shape for array in (artifact.idf, artifact.weights, artifact.bias, artifact.scale, artifact.shift)]
    if shapes != [(features,), (features, labels), (labels,), (labels,), (labels,)]:
        raise EngineUnavailable("the artifact's arrays, vocabulary and labels do not fit each other")
