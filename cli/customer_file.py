"""A CSV of customers, row by row: what is sound, and what is not and why."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import TextIOWrapper
from pathlib import Path

from shared.domain.customer_row import COLUMNS, RowRefused, column, read_row
from shared.domain.customers import Profile

_DELIMITERS = ",;\t|"
_LONGEST_CELL = 1_000_000


@dataclass(frozen=True)
class Good:
    """A sound row."""

    profile: Profile


@dataclass(frozen=True)
class Bad:
    """A row that cannot be read: its line in the file, what is wrong, and the row as it was."""

    line: int
    reason: str
    columns: tuple[str, ...]
    cells: tuple[str, ...]


def read_customers(file: Path, *, today: date) -> Iterator[Good | Bad]:
    """Every row of a file, in order. Byte order marks, quotes, and line breaks within quotes are read as they should.

    Args:
        today: the day of the data, where the file has no column for it.
    """
    with file.open("rb") as raw:
        head = raw.read(65_536)
        raw.seek(0)
        # A cell in another encoding must cost its row, not the file.
        text = TextIOWrapper(raw, encoding=_encoding(head), errors="surrogateescape", newline="")
        csv.field_size_limit(_LONGEST_CELL)
        reader = csv.reader(text, delimiter=_delimiter(head), strict=True)
        yield from _rows(reader, today)


def _encoding(head: bytes) -> str:
    return "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _delimiter(head: bytes) -> str:
    """Whatever separates most of the heading: spreadsheets of some countries write semicolons."""
    heading = head.decode(_encoding(head), errors="replace").lstrip("\r\n").partition("\n")[0]
    return max(_DELIMITERS, key=heading.count)


def _rows(reader: csv._reader, today: date) -> Iterator[Good | Bad]:  # type: ignore[name-defined]  # typeshed's name
    heading: tuple[str, ...] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = tuple(next(reader))
        except StopIteration:
            return
        except csv.Error as error:
            yield Bad(line, f"no readable CSV: {error}", heading or (), ())
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if heading is None:
            heading = tuple(map(column, cells))
            if "email" not in heading:
                yield Bad(line, f"the heading names no `email`; known columns: {', '.join(COLUMNS)}", heading, cells)
                return
            continue
        yield _row(line, heading, cells, today)


def _row(line: int, heading: tuple[str, ...], cells: tuple[str, ...], today: date) -> Good | Bad:
    if len(cells) != len(heading):
        return Bad(line, f"{len(cells)} cells under {len(heading)} columns", heading, cells)
    if any("\udc80" <= letter <= "\udcff" for cell in cells for letter in cell):
        shown = tuple(cell.encode("utf-8", "replace").decode() for cell in cells)
        return Bad(line, "is not written in UTF-8", heading, shown)
    try:
        return Good(read_row(dict(zip(heading, cells, strict=True)), today=today))
    except RowRefused as refused:
        return Bad(line, str(refused), heading, cells)
