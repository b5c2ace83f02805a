"""Approved answers that contradict each other: a customer might be told the one and the next customer the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import combinations
from pathlib import Path

from cli.playbook.finding import Note
from shared.domain.contradictions import contradictions
from shared.domain.resolution import Resolution


def notes_on_contradictions(resolutions: Sequence[Resolution], folder: Path) -> list[Note]:
    """What two answers say differently that could be given to one customer on one day."""
    found = []
    for one, other in combinations(resolutions, 2):
        if one.language != other.language or not _may_meet(one, other):
            continue
        found += [
            Note(
                folder / f"{one.id}.md",
                f"says “{clash.one}”, and {other.id}.md says “{clash.other}”; a customer should hear one of the two",
            )
            for clash in contradictions(one.full_wording, other.full_wording)
        ]
    return found


def _may_meet(one: Resolution, other: Resolution) -> bool:
    """Whether both hold on some day for some plan."""
    ends = min(one.valid_until or date.max, other.valid_until or date.max)
    plans = not one.plans or not other.plans or set(one.plans) & set(other.plans)
    return bool(plans) and max(one.valid_from, other.valid_from) <= ends
