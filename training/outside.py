"""Real requests from outside the repository: rows of a pool, labelled by a reader or by where they come from.

They improve the weights and stay where they are; the artifact's card names their files by SHA-256. A folder of them has

read.jsonl            `id` (of the pool), a label for each head, `language`, `unsure`
train_pool.jsonl.gz   `id`, `subject`, `body`, `source`, and labels where the source's own label decides them, else null
"""

from __future__ import annotations

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from shared.domain.observation import Request
from training.dataset import LABELS, Labelled, chance

READ, POOL = "read.jsonl", "train_pool.jsonl.gz"

HESITATED, IMPLIED = 0.7, 0.3
"""What a row counts for whose reader hesitated, and one that nobody read, against 1 for a row that was read."""

ONE_OF_A_KIND = 60
"""At most so many unread rows of the same source and labels: they are alike."""

_SHORTEST = 4
_SEED = 5


def read_outside(folder: Path) -> list[Labelled]:
    """Every row that was read, and a sample of the others, with what each counts for.

    Raises:
        OSError: a file is missing.
    """
    pool = {row["id"]: row for row in _lines(folder / POOL)}
    read = {row["id"]: row for row in _lines(folder / READ) if row["id"] in pool}
    rows = [
        replace(_labelled(pool[id], row), language=row["language"], weight=HESITATED if row["unsure"] else 1.0)
        for id, row in read.items()
    ]
    return rows + _sample([_labelled(row, row) for id, row in pool.items() if id not in read])


def held_back(row: Labelled) -> bool:
    """Whether an outside row that was read is kept for calibration and thresholds instead: a twelfth of them."""
    return row.weight > IMPLIED and chance(row.id) % 12 == 0


def _labelled(row: dict[str, Any], labels: dict[str, Any]) -> Labelled:
    return Labelled(
        id=row["id"],
        request=Request(subject=row.get("subject") or "", text=row["body"], channel=row.get("channel") or "email"),
        labels={head: labels[head] for head in LABELS if labels.get(head)},
        language=row.get("language") or "",
        source=row["source"],
        group=row["id"],
    )


def _sample(rows: list[Labelled]) -> list[Labelled]:
    alike: dict[tuple[str, ...], list[Labelled]] = defaultdict(list)
    for row in rows:
        if row.labels and len(row.request.text) >= _SHORTEST:
            alike[(row.source, row.labels.get("category", ""), row.labels.get("sentiment", ""))].append(row)
    luck = random.Random(_SEED)
    for kind in alike.values():
        luck.shuffle(kind)
    return [replace(row, weight=IMPLIED) for kind in alike.values() for row in kind[:ONE_OF_A_KIND]]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())
