"""The engine's artifact on disk: a folder that says what it is, and that is read only when it is whole.

manifest.json   format, kind, labels of each head, calibration, training data, SHA-256 of every file
encoder.onnx    the encoder with its heads: pieces in, each piece's share in every score out
pieces.model    the vocabulary, read by sentencepiece
CARD.md         for people: data, licences, scores, limits (not read here)
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, model_validator

from shared.adapters.embedded.pieces import READING
from shared.domain.errors import EngineUnavailable
from shared.domain.record import Record

FORMAT = 2
KIND = "encoder"
SHIPPED = Path(__file__).parent / "artifact"
"""The artifact that comes with this code."""

ENCODER, VOCABULARY, MANIFEST = "encoder.onnx", "pieces.model", "manifest.json"
FILES = frozenset({ENCODER, VOCABULARY})


class Input(Record):
    """A training file: how many rows it has, how many were learned from, and its SHA-256 (hex)."""

    rows: int
    used: int
    sha256: str


class Head(Record):
    """One of the encoder's heads.

    Attributes:
        labels: in the order of the head's columns.
        bias: added to each label's score.
        scale: calibration: the scores are multiplied by it ...
        shift: ... and then moved by this, before the softmax.
        lean: what a label's probability is multiplied by when the label is chosen, where missing one label costs
            more than another; the stated probabilities stay as they are.
    """

    labels: tuple[str, ...] = Field(min_length=2)
    bias: tuple[float, ...]
    scale: float = 1.0
    shift: tuple[float, ...]
    lean: tuple[float, ...]

    @model_validator(mode="after")
    def _as_many_numbers_as_labels(self) -> Self:
        if not len(self.labels) == len(self.bias) == len(self.shift) == len(self.lean):
            raise ValueError("a head has one bias, one shift and one lean for each label")
        return self


class Manifest(Record):
    """What an artifact is.

    Attributes:
        reading: version of the code that turns text into pieces; another one would read gibberish.
        heads: by name, in the order of the scores' columns.
        longest: pieces that are read of one request.
        languages: ISO 639-1 codes of the languages that the engine was trained on.
        trained_on: training files by name.
        created: the day of training (ISO 8601). Not part of the identity: same data and code, same identity.
        sha256: the artifact's identity, see `identity`.
    """

    format: int
    kind: str
    reading: int
    heads: dict[str, Head]
    longest: int = Field(gt=8, le=512)
    languages: tuple[str, ...] = Field(min_length=1)
    trained_on: dict[str, Input]
    files: dict[str, str]
    created: str
    sha256: str = ""

    @property
    def identity(self) -> str:
        """SHA-256 over everything the manifest says but the day, the hashes of all files included.

        In the manifest's own order: that of the heads is the order of the scores' columns.
        """
        content = self.model_dump(mode="json", exclude={"created", "sha256"})
        return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True)
class Artifact:
    """A whole artifact in memory, as its libraries take it."""

    manifest: Manifest
    encoder: bytes
    vocabulary: bytes


def load_artifact(folder: Path = SHIPPED) -> Artifact:
    """Read and verify an artifact.

    Raises:
        EngineUnavailable: a file is missing, cut short or changed, or the format is another one.
    """
    manifest = _manifest(folder)
    return Artifact(
        manifest=manifest,
        encoder=_verified(folder / ENCODER, manifest.files[ENCODER]),
        vocabulary=_verified(folder / VOCABULARY, manifest.files[VOCABULARY]),
    )


def _manifest(folder: Path) -> Manifest:
    try:
        content = (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise EngineUnavailable(f"no artifact in {folder.name}: {MANIFEST} cannot be read") from error
    _check_format(content)
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError as error:
        raise EngineUnavailable(f"{MANIFEST} is damaged") from error
    if manifest.sha256 != manifest.identity or set(manifest.files) != FILES:
        raise EngineUnavailable(f"{MANIFEST} was changed after training")
    return manifest


def _check_format(content: bytes) -> None:
    """Say that an artifact is of another time before complaining about what it lacks."""
    try:
        found = json.loads(content)
        seen = (found.get("format"), found.get("kind"), found.get("reading"))
    except (ValueError, AttributeError, RecursionError) as error:
        raise EngineUnavailable(f"{MANIFEST} is damaged") from error
    if seen != (FORMAT, KIND, READING):
        raise EngineUnavailable(
            f"artifact of format {seen[0]}, kind {seen[1]}, reading {seen[2]}; "
            f"this code reads format {FORMAT}, kind {KIND}, reading {READING}: train it again"
        )


def _verified(path: Path, sha256: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EngineUnavailable(f"the artifact lacks {path.name}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise EngineUnavailable(f"{path.name} is not the file that was trained: its SHA-256 differs")
    return content
