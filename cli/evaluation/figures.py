"""How figures are written for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

LENGTHS = ("up to 15 words", "16 to 50 words", "51 to 150 words", "over 150 words")
_ENDS = (15, 50, 150)
_WIDE = 132


def wide_console() -> Console:
    """Standard output; where nobody's terminal sets a width, wide enough for every table."""
    console = Console()
    return console if console.is_terminal else Console(width=_WIDE)


def shown(value: float | None, *, signed: bool = False) -> str:
    """Three digits, or nothing for what is not known."""
    if value is None:
        return ""
    return f"{value:+.3f}" if signed else f"{value:.3f}"


def span(interval: Sequence[float] | None, *, signed: bool = False) -> str:
    """An interval in brackets."""
    if interval is None:
        return ""
    low, high = (shown(end, signed=signed) for end in interval)
    return f"[{low}, {high}]"


def length_of(body: str) -> str:
    """The class of length that a body belongs to, by its words."""
    words = len(body.split())
    return LENGTHS[sum(words > end for end in _ENDS)]
