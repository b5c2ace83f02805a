"""The triage engine that lives in the function: one small encoder, a head for each observation, onnxruntime."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from shared.adapters.embedded.artifact import SHIPPED, Artifact, Head, load_artifact
from shared.adapters.embedded.encoder import Encoder, Floats, Read
from shared.adapters.embedded.language import UNKNOWN, read_language
from shared.domain.errors import EngineUnavailable
from shared.domain.observation import (
    Category,
    EngineVersion,
    LanguageReading,
    Observations,
    Reading,
    Request,
    Sentiment,
    ServiceFailure,
    Urgency,
)
from shared.domain.suspicion import suspicions

Label = TypeVar("Label", bound=StrEnum)

HEADS: dict[str, type[StrEnum]] = {
    "category": Category,
    "urgency": Urgency,
    "sentiment": Sentiment,
    "service_failure": ServiceFailure,
}
"""The heads of every artifact, with their labels."""


class EmbeddedEngine:
    """Reads a request with an artifact in memory. Deterministic on one machine; needs no network."""

    def __init__(self, artifact: Artifact) -> None:
        self._heads = artifact.manifest.heads
        self._columns = _columns(self._heads)
        self._encoder = Encoder(artifact)
        self._languages = artifact.manifest.languages
        self._version = EngineVersion(name=artifact.manifest.kind, sha256=artifact.manifest.sha256)

    @classmethod
    def load(cls, folder: Path = SHIPPED) -> EmbeddedEngine:
        """Load and verify an artifact.

        Raises:
            EngineUnavailable: it is missing, damaged, or of another format.
        """
        return cls(load_artifact(folder))

    @property
    def version(self) -> EngineVersion:
        """The engine's name and the SHA-256 of its artifact."""
        return self._version

    def embed(self, text: str) -> Floats:
        """The text's embedding, of length 1: near for texts that ask the same."""
        return self._encoder.read("", text).embedding

    def observe(self, request: Request) -> Observations:
        """Read one request: labels with probabilities and evidence, language, suspicions.

        Raises:
            EngineUnavailable: the language identifier's own model is missing.
        """
        read = self._encoder.read(request.subject, request.text)
        return Observations(
            category=self._reading(Category, "category", read),
            urgency=self._reading(Urgency, "urgency", read),
            sentiment=self._reading(Sentiment, "sentiment", read),
            service_failure=self._reading(ServiceFailure, "service_failure", read),
            language=self._language(request),
            suspicions=suspicions(request.words),
            engine=self._version,
            embedding=as_signed_bytes(read.embedding),
        )

    def _language(self, request: Request) -> LanguageReading:
        language = read_language(request.text, self._languages)
        # The subject alone tells a language badly, and not at all where it is a stock phrase of the desk.
        return read_language(request.subject, self._languages) if language.code == UNKNOWN else language

    def _reading(self, kind: type[Label], name: str, read: Read) -> Reading[Label]:
        head, columns = self._heads[name], self._columns[name]
        probabilities = calibrated(head, read.scores[columns])
        chosen = int((probabilities * head.lean).argmax())
        return Reading[kind](  # type: ignore[valid-type]
            label=kind(head.labels[chosen]),
            scores={kind(label): round(float(p), 6) for label, p in zip(head.labels, probabilities, strict=True)},
            evidence=_evidence(read, columns, chosen),
        )


def as_signed_bytes(embedding: Floats) -> bytes:
    """An embedding in 8 bits a dimension. Its length is lost; what is near stays near."""
    largest = max(float(np.abs(embedding).max(initial=0.0)), 1e-9)
    return np.round(embedding / largest * 127).astype(np.int8).tobytes()


def calibrated(head: Head, scores: Floats) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Probabilities of a head's labels, from the sum of all shares."""
    raised = (scores.astype(np.float64) + head.bias) * head.scale + head.shift
    powers = np.exp(raised - raised.max())
    normal: np.ndarray[Any, np.dtype[np.float64]] = powers / powers.sum()
    return normal


def _columns(heads: dict[str, Head]) -> dict[str, slice]:
    columns: dict[str, slice] = {}
    start = 0
    for name, head in heads.items():
        if name not in HEADS or set(head.labels) != {label.value for label in HEADS[name]}:
            raise EngineUnavailable(f"the artifact's labels of {name} are not this product's: train it again")
        columns[name] = slice(start, start + len(head.labels))
        start += len(head.labels)
    if set(columns) != set(HEADS):
        raise EngineUnavailable("the artifact lacks a head: train it again")
    return columns


def _evidence(read: Read, columns: slice, chosen: int) -> str:
    """The sentence that raised the chosen label most against the head's other labels."""
    if not read.sentences:
        return ""
    of_head = read.shares[:-1, columns]
    moved = of_head[:, chosen] - of_head.mean(axis=1)
    return read.sentences[int(moved.argmax())]
