"""From labelled files to an artifact."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shared.adapters.embedded.artifact import Artifact, Input
from training.dataset import LABELS, OWN_DATA, Labelled, chance, kept_out, read
from training.outside import IMPLIED, POOL, READ, held_back, read_outside


class TrainingDataInvalid(Exception):
    """A training file has lines that cannot be learned from; the message lists them."""


@dataclass(frozen=True)
class Material:
    """What is learned from, what is not, and where it comes from.

    Attributes:
        calibration: never learned from; here stated probabilities are made true and thresholds chosen.
        kept_out: never looked at before the artifact is done; figures are measured here.
    """

    learned: list[Labelled]
    calibration: list[Labelled]
    kept_out: list[Labelled]
    inputs: dict[str, Input]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the engine will read: those with enough rows of the project's own to learn from."""
        own = [row.language for row in self.learned if row.weight == 1.0 and row.source.startswith("written")]
        return tuple(sorted({language for language in own if own.count(language) >= _ENOUGH and language != "und"}))


_ENOUGH = 20


def material(folder: Path = OWN_DATA, outside: Path | None = None) -> Material:
    """Read every `*.jsonl` of a folder, and a pool from outside the repository where there is one.

    Raises:
        TrainingDataInvalid: a line is broken, or lacks a label or a language; or the pool's files are not there.
    """
    rows: list[Labelled] = []
    inputs: dict[str, Input] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.jsonl")):
        found, bad = read(path)
        faults += [f"{path.name}: {line}" for line in bad]
        faults += [f"{path.name}: {row.id} lacks a label or its language" for row in found if not _usable(row)]
        rows += found
        inputs[path.name] = _input(path, found, _split(found)[0])
    if not rows:
        faults.append(f"{folder.name} holds no training rows; put labelled *.jsonl files there")
    pool = _outside(outside, faults)
    if faults:
        raise TrainingDataInvalid("\n".join(faults))
    learned, calibration, kept = _split([*rows, *pool])
    if outside is not None:
        parts = {
            READ: [row for row in pool if row.weight > IMPLIED],
            POOL: [row for row in pool if row.weight <= IMPLIED],
        }
        inputs |= {name: _input(outside / name, part, _split(part)[0]) for name, part in parts.items()}
    return Material(learned, calibration, kept, inputs)


def train(found: Material, *, created: str, say: Callable[[str], None]) -> Artifact:
    """Fine-tune, quantise and calibrate.

    Args:
        created: the day (ISO 8601) that the manifest states.
        say: told how far it is.

    Raises:
        BaseUnavailable: the package with the base encoder is not installed.
        ImportError: torch is not installed.
    """
    from sentencepiece import SentencePieceProcessor

    from training.artifact_writer import calibrated, uncalibrated
    from training.encoder.base import NAME, SHA256, load_base
    from training.encoder.fit import Recipe, fit
    from training.encoder.graph import graph_of, quantised
    from training.encoder.vocabulary import kept_pieces, vocabulary

    base = load_base()
    kept = kept_pieces(base)
    pieces = vocabulary(base, kept)
    recipe = Recipe()
    encode = SentencePieceProcessor(model_proto=pieces).encode
    weights = fit(found.learned, base, kept, encode, recipe, say)
    say("writing the graph, quantising, calibrating")
    graph = graph_of(weights, layers=base.layers, attention_heads=base.attention_heads, heads=list(LABELS))
    artifact = uncalibrated(
        quantised(graph),
        pieces,
        weights,
        longest=recipe.longest,
        languages=found.languages,
        inputs=found.inputs | {NAME: Input(rows=len(base.pieces), used=len(kept), sha256=SHA256)},
        created=created,
    )
    return calibrated(artifact, found.calibration)


def _outside(folder: Path | None, faults: list[str]) -> list[Labelled]:
    if folder is None:
        return []
    try:
        return read_outside(folder)
    except (OSError, ValueError, KeyError) as error:
        faults.append(f"{folder.name} holds no pool that can be read ({error}); it needs {READ} and {POOL}")
        return []


def _split(rows: list[Labelled]) -> tuple[list[Labelled], list[Labelled], list[Labelled]]:
    """Learned from, held back for calibration, kept out of everything."""
    kept = [row for row in rows if kept_out(row)]
    held = [row for row in rows if _calibrates(row)]
    away = {row.id for row in (*kept, *held)}
    return [row for row in rows if row.id not in away], held, kept


def _calibrates(row: Labelled) -> bool:
    """A tenth of the project's own later files, and a twelfth of the outside rows that were read."""
    if row.source in _ALSO_CALIBRATION:
        return chance(row.id) % 10 == 0
    return not row.source.startswith("written") and held_back(row)


_ALSO_CALIBRATION = frozenset({"written_e", "written_f", "written_g", "written_h"})


def _input(path: Path, rows: list[Labelled], used: list[Labelled]) -> Input:
    return Input(rows=len(rows), used=len(used), sha256=hashlib.sha256(path.read_bytes()).hexdigest())


def _usable(row: Labelled) -> bool:
    return row.complete and (len(row.language) == 2 or row.language == "und")
