"""Which requests of a labelled file are meant."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

import typer

from cli.reading import requests_of
from training.dataset import BadLine, Labelled, kept_out

PART = "Only requests whose id ends in an even or odd number, or those of ours that nothing learns from."


class Part(StrEnum):
    """All requests, those whose id ends in an even or odd number, or the project's own that nothing learns from."""

    ALL = "all"
    EVEN = "even"
    ODD = "odd"
    KEPT_OUT = "kept-out"


def requests_of_part(file: Path, part: Part) -> tuple[list[Labelled], list[BadLine]]:
    """Read the requests of one part of a file; ends the command where it has none."""
    rows, bad = requests_of(file)
    chosen = part_of(rows, part)
    if not chosen:
        typer.echo(f"{file} holds no request of the part '{part}'", err=True)
        raise typer.Exit(1)
    return chosen, bad


def part_of(rows: list[Labelled], part: Part) -> list[Labelled]:
    """The requests of one part. An id without a digit is in neither half."""
    return [row for row in rows if _BELONGS[part](row)]


def _ends_in(remainder: int) -> Callable[[Labelled], bool]:
    def belongs(row: Labelled) -> bool:
        digits = "".join(filter(str.isdecimal, row.id))
        return digits != "" and int(digits[-1]) % 2 == remainder

    return belongs


_BELONGS: dict[Part, Callable[[Labelled], bool]] = {
    Part.ALL: lambda row: True,
    Part.EVEN: _ends_in(0),
    Part.ODD: _ends_in(1),
    Part.KEPT_OUT: kept_out,
}
