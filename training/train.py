"""From labelled files to an artifact, and to the scores that go on its card."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from shared.adapters.embedded.artifact import KIND, Input, Manifest
from shared.adapters.embedded.lexicon import Lexicon
from shared.domain.observation import (
    Category,
    EngineVersion,
    LanguageReading,
    Observations,
    Reading,
    Sentiment,
    ServiceFailure,
    Urgency,
)
from training.dataset import LABELS, OWN_DATA, Labelled, kept_out, read
from training.linear import Array, Model, fit
from training.package import write

LEXICON = Path(__file__).parent / "lexicon.txt"


class TrainingDataInvalid(Exception):
    """A training file has lines that cannot be learned from; the message lists them."""


@dataclass(frozen=True)
class Material:
    """What is learned from, what is kept out, and where both come from."""

    learned: list[Labelled]
    kept_out: list[Labelled]
    inputs: dict[str, Input]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the engine will read."""
        return tuple(sorted({row.language for row in self.learned}))


@dataclass(frozen=True)
class Outcome:
    """A trained artifact, and what it said about each training row while that row was left out."""

    manifest: Manifest
    unseen: list[Observations]


def material(folder: Path = OWN_DATA) -> Material:
    """Read every `*.jsonl` of a folder.

    Raises:
        TrainingDataInvalid: a line is broken, or lacks a label or a language.
    """
    learned: list[Labelled] = []
    kept: list[Labelled] = []
    inputs: dict[str, Input] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.jsonl")):
        rows, bad = read(path)
        faults += [f"{path.name}: {line}" for line in bad]
        faults += [f"{path.name}: {row.id} lacks a label or its language" for row in rows if not _usable(row)]
        used = [row for row in rows if not kept_out(row)]
        learned += used
        kept += [row for row in rows if kept_out(row)]
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        inputs[path.name] = Input(rows=len(rows), used=len(used), sha256=sha256)
    if not learned:
        faults.append(f"{folder.name} holds no training rows; put labelled *.jsonl files there")
    if faults:
        raise TrainingDataInvalid("\n".join(faults))
    return Material(learned, kept, inputs)


def train(found: Material, out: Path, *, created: str) -> Outcome:
    """Fit, and write the artifact to a folder.

    Args:
        created: the day (ISO 8601) that the manifest states.
    """
    lexicon = LEXICON.read_text(encoding="utf-8")
    model = fit(found.learned, Lexicon.parse(lexicon))
    manifest = write(model, out, lexicon=lexicon, inputs=found.inputs, languages=found.languages, created=created)
    return Outcome(manifest, _unseen(model, found.learned, manifest))


def _usable(row: Labelled) -> bool:
    return row.complete and len(row.language) == 2


def _unseen(model: Model, rows: list[Labelled], manifest: Manifest) -> list[Observations]:
    """Cross-validated probabilities as observations. The language is taken as known: it was not learned here."""
    version = EngineVersion(name=KIND, sha256=manifest.sha256)
    return [
        Observations(
            category=_reading(Category, model.unseen["category"][at]),
            urgency=_reading(Urgency, model.unseen["urgency"][at]),
            sentiment=_reading(Sentiment, model.unseen["sentiment"][at]),
            service_failure=_reading(ServiceFailure, model.unseen["service_failure"][at]),
            language=LanguageReading(code=row.language, probability=1.0, readable=True),
            engine=version,
        )
        for at, row in enumerate(rows)
    ]


def _reading(kind: type, probabilities: Array) -> Reading:  # type: ignore[type-arg]
    labels = [kind(label) for label in next(labels for labels in LABELS.values() if isinstance(labels[0], kind))]
    scores = {label: min(1.0, float(value)) for label, value in zip(labels, probabilities, strict=True)}
    return Reading[kind](label=max(labels, key=scores.__getitem__), scores=scores)  # type: ignore[valid-type]
