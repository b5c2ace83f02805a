"""What is wrong with a playbook, said so that whoever edited it can put it right."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

FieldPath = tuple[str | int, ...]


class Finding(NamedTuple):
    """One fault: where it is, what it is, and what to do about it. Lines count from 1."""

    file: Path
    line: int
    field: str
    fault: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: "
        return f"{place}{self.field + ': ' if self.field else ''}{self.fault} → {self.remedy}"


class Note(NamedTuple):
    """Something that is allowed and yet worth a look."""

    file: Path
    text: str

    def __str__(self) -> str:
        return f"{self.file}: {self.text}"
