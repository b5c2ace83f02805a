"""What went wrong, one error a line, the worst first."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.domain.boundary import Cause, observed_rules, verdict_of
from shared.domain.observation import Observations, Sentiment, ServiceFailure, Urgency
from shared.domain.policy_parts import Boundary
from training.dataset import LABELS, Labelled

_BOUNDED_MISSED, _CRITICAL_MISSED, _OTHER = range(3)


def errors(rows: list[Labelled], seen: list[Observations], boundary: Boundary) -> list[dict[str, Any]]:
    """Every wrong answer with its probability and evidence.

    First the bounded requests that were left on the draft side, then the critical ones that were not seen as such,
    then all others; within each the surest first. The head `bounded` is what the rules made of a request: it says
    `harmless`, `bounded`, or `undecidable` for mere doubt.
    """
    found = [
        (rank, -error["probability"], error)
        for row, one in zip(rows, seen, strict=True)
        for rank, error in (*_of_boundary(row, one, boundary), *_of_heads(row, one))
    ]
    return [error for _, _, error in sorted(found, key=lambda entry: entry[:2])]


def write_errors(file: Path, found: list[dict[str, Any]]) -> None:
    """Write JSON lines that nobody but the owner of the file may read: they quote customers."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(error, ensure_ascii=False) + "\n" for error in found)


def _of_boundary(row: Labelled, one: Observations, boundary: Boundary) -> Iterator[tuple[int, dict[str, Any]]]:
    rules = observed_rules(one, boundary)
    cause = verdict_of(rules).cause
    if row.bounded is None or row.bounded == (cause is not None):
        return
    harmless = one.sentiment.scores[Sentiment.NEUTRAL] * one.service_failure.scores[ServiceFailure.NONE]
    if row.bounded:
        unhappy = row.labels.get("sentiment", Sentiment.NEUTRAL) != Sentiment.NEUTRAL
        evidence = one.sentiment.evidence if unhappy else one.service_failure.evidence
        yield _BOUNDED_MISSED, _error(row, "bounded", "bounded", "harmless", harmless, evidence)
    else:
        first = next((rule for rule in rules if rule.cause is Cause.BOUNDED), rules[0])
        yield _OTHER, _error(row, "bounded", "harmless", str(cause), 1.0 - harmless, f"{first.id}: {first.evidence}")


def _of_heads(row: Labelled, one: Observations) -> Iterator[tuple[int, dict[str, Any]]]:
    for head in LABELS:
        reading, truth = getattr(one, head), row.labels.get(head)
        if truth is not None and truth != reading.label:
            rank = _CRITICAL_MISSED if truth == Urgency.CRITICAL else _OTHER
            yield rank, _error(row, head, truth, reading.label.value, reading.probability, reading.evidence)


def _error(row: Labelled, head: str, truth: str, said: str, probability: float, evidence: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "head": head,
        "truth": truth,
        "said": said,
        "probability": round(probability, 4),
        "evidence": evidence,
    }
