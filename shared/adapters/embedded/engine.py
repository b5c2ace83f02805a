"""The triage engine that lives in the function: TF-IDF, one linear head for each observation, plain numpy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from shared.adapters.embedded.artifact import SHIPPED, Artifact, load_artifact
from shared.adapters.embedded.features import BLOCKS, Part, grams, parts
from shared.adapters.embedded.language import read_language
from shared.domain.errors import EngineUnavailable
from shared.domain.observation import (
    Category,
    EngineVersion,
    Observations,
    Reading,
    Request,
    Sentiment,
    ServiceFailure,
    Urgency,
)
from shared.domain.suspicion import suspicions

Floats = np.ndarray[Any, np.dtype[np.float32]]
Integers = np.ndarray[Any, np.dtype[np.int64]]
Label = TypeVar("Label", bound=StrEnum)

HEADS: dict[str, type[StrEnum]] = {
    "category": Category,
    "urgency": Urgency,
    "sentiment": Sentiment,
    "service_failure": ServiceFailure,
}
"""The heads of every artifact, with their labels."""


@dataclass(frozen=True)
class _Scores:
    """Raw scores of a request by label, and each sentence's share in them."""

    labels: Floats
    by_sentence: Floats
    sentences: tuple[str, ...]


class EmbeddedEngine:
    """Reads a request with an artifact in memory. Deterministic; needs no network."""

    def __init__(self, artifact: Artifact) -> None:
        self._artifact = artifact
        self._columns = _columns(artifact)
        # Most words of a request were met before, and each has a dozen character n-grams.
        self._rows_of_token = lru_cache(maxsize=20_000)(self._look_up_grams)
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

    def observe(self, request: Request) -> Observations:
        """Read one request: labels with probabilities and evidence, language, suspicions.

        Raises:
            EngineUnavailable: the language identifier's own model is missing.
        """
        scores = self._score(parts(request.subject, request.text, self._artifact.lexicon))
        # The subject alone tells a language badly, and not at all where it is a stock phrase of the desk.
        language = read_language(request.text, self._artifact.manifest.languages)
        if language.code == "und":
            language = read_language(request.subject, self._artifact.manifest.languages)
        return Observations(
            category=self._reading(Category, "category", scores),
            urgency=self._reading(Urgency, "urgency", scores),
            sentiment=self._reading(Sentiment, "sentiment", scores),
            service_failure=self._reading(ServiceFailure, "service_failure", scores),
            language=language,
            suspicions=suspicions(f"{request.subject}\n{request.text}"),
            engine=self._version,
        )

    def _score(self, found: tuple[Part, ...]) -> _Scores:
        """Sum the weights of the features, and of each sentence by its part in every feature's count."""
        artifact = self._artifact
        by_sentence = np.zeros((len(found), len(artifact.bias)), np.float32)
        for block in BLOCKS:
            rows, owners = self._occurrences(found, block)
            if not rows.size:
                continue
            unique, position, counts = np.unique(rows, return_inverse=True, return_counts=True)
            times = counts.astype(np.float32)
            value = (1.0 + np.log(times)) * artifact.idf[unique]
            weight = np.float32(artifact.manifest.blocks[block]) / np.linalg.norm(value)
            share = (weight * value / times)[position]
            starts = np.flatnonzero(np.diff(owners, prepend=-1))
            moved = np.add.reduceat(share[:, None] * artifact.weights[rows], starts, axis=0)
            by_sentence[owners[starts]] += moved
        return _Scores(by_sentence.sum(axis=0) + artifact.bias, by_sentence, tuple(part.sentence for part in found))

    def _occurrences(self, found: tuple[Part, ...], block: str) -> tuple[Integers, Integers]:
        """Every known feature of a block in order: its row, and the sentence that it stands in."""
        rows: list[int] = []
        sizes: list[int] = []
        for part in found:
            before = len(rows)
            if block == "chars":
                for token in part.tokens:
                    rows += self._rows_of_token(token)
            else:
                rows += self._known(block, part.words if block == "words" else part.signs)
            sizes.append(len(rows) - before)
        return np.array(rows, np.int64), np.repeat(np.arange(len(found)), sizes)

    def _look_up_grams(self, token: str) -> list[int]:
        return self._known("chars", grams(token))

    def _known(self, block: str, features: tuple[str, ...]) -> list[int]:
        vocabulary = self._artifact.vocabularies[BLOCKS.index(block)]
        return [row for row in map(vocabulary.get, features) if row is not None]

    def _reading(self, kind: type[Label], head: str, scores: _Scores) -> Reading[Label]:
        columns, artifact = self._columns[head], self._artifact
        calibrated = scores.labels[columns] * artifact.scale[columns] + artifact.shift[columns]
        probabilities = _softmax(calibrated.astype(np.float64))
        chosen = int(probabilities.argmax())
        labels = artifact.manifest.heads[head]
        return Reading[kind](  # type: ignore[valid-type]
            label=kind(labels[chosen]),
            scores={kind(label): round(float(p), 6) for label, p in zip(labels, probabilities, strict=True)},
            evidence=_evidence(scores, columns, chosen),
        )


def _columns(artifact: Artifact) -> dict[str, slice]:
    columns: dict[str, slice] = {}
    start = 0
    for head, labels in artifact.manifest.heads.items():
        if head not in HEADS or set(labels) != {label.value for label in HEADS[head]}:
            raise EngineUnavailable(f"the artifact's labels of {head} are not this product's: train it again")
        columns[head] = slice(start, start + len(labels))
        start += len(labels)
    if set(columns) != set(HEADS):
        raise EngineUnavailable("the artifact lacks a head: train it again")
    return columns


def _softmax(scores: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    raised = np.exp(scores - scores.max())
    normal: np.ndarray[Any, np.dtype[np.float64]] = raised / raised.sum()
    return normal


def _evidence(scores: _Scores, columns: slice, chosen: int) -> str:
    """The sentence that raised the chosen label most against the head's other labels."""
    of_head = scores.by_sentence[:, columns]
    moved = of_head[:, chosen] - of_head.mean(axis=1)
    worded = [at for at, sentence in enumerate(scores.sentences) if sentence]
    return scores.sentences[max(worded, key=lambda at: float(moved[at]))] if worded else ""
