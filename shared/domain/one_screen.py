"""A briefing that fits one screen: what matters least is left out, and a word says so."""

from __future__ import annotations

from shared.domain.briefing import Briefing
from shared.domain.own_words import shortened

LINES, CHARACTERS = 23, 2_000
"""What fits one screen of a desk: lines of about 100 characters as a note shows them, and characters of it all;
the last line, on the tag, is not counted."""

_WIDTH = 100
_TITLE = " " * 18  # as long as the longest
_ONE_LINE = 300
_QUOTES_MUCH = {"near": 700}
_IN_ONE_LINE = ("glance", "customer", "known", "wants", "dont", "not_to_promise", "ask", "why")
_LISTED = (("promised",), ("history",), ("reported",), ("tone", "do"), ("near",))
_LEAVE_OUT = (
    *(("near", 1), ("history", 1), ("promised", 1), ("do", 2), ("reported", 2), ("why", 1), ("dont", 1), ("do", 1)),
    *(("ask", 1), ("reported", 1), ("not_to_promise", 1), ("wants", 1), ("known", 1), ("tone", 1)),
)
"""What loses its end first, and how many lines it keeps then."""

LEFT_OUT = "[cut]"


def size(briefing: Briefing) -> tuple[int, int]:
    """Lines and characters that a briefing takes on the desk: some parts are run on, others listed below a title."""
    run_on = ["; ".join(_of(briefing, name)) for name in _IN_ONE_LINE]
    listed = [[line for name in names for line in _of(briefing, name)] for names in _LISTED]
    lines = sum(map(_height, run_on)) + sum(map(_listed_height, listed))
    return lines, sum(map(len, run_on)) + sum(len(line) for part in listed for line in part)


def _of(briefing: Briefing, name: str) -> tuple[str, ...]:
    value = getattr(briefing, name)
    return (value,) if isinstance(value, str) else tuple(value)


def _listed_height(lines: list[str]) -> int:
    """Lines below their title; one alone stands behind it."""
    return _height(_TITLE + lines[0]) if len(lines) == 1 else (1 + sum(map(_height, lines)) if lines else 0)


def _height(line: str) -> int:
    return -(-len(line) // _WIDTH)


def fits(briefing: Briefing) -> bool:
    """Whether a briefing fits one screen."""
    lines, characters = size(briefing)
    return lines <= LINES and characters <= CHARACTERS


def fitted(briefing: Briefing) -> Briefing:
    """A briefing that fits one screen: long lines are cut, then parts lose their ends, with a word that says so.

    Every part keeps its first line: an agent misses nothing without being told.
    """
    short = briefing.model_copy(update={name: _lines_cut(briefing, name) for name in Briefing.model_fields})
    for name, kept in _LEAVE_OUT:
        while not fits(short) and _told(getattr(short, name)) > kept:
            short = short.model_copy(update={name: _without_last(getattr(short, name), quoted=name == "reported")})
    for longest in (160, 80):
        if not fits(short):
            cut = {name: _lines_cut(short, name, longest) for name in Briefing.model_fields}
            short = short.model_copy(update=cut)
    return short


def _lines_cut(briefing: Briefing, name: str, longest: int | None = None) -> object:
    value, longest = getattr(briefing, name), longest or _QUOTES_MUCH.get(name, _ONE_LINE)
    if isinstance(value, str):
        return _cut(value, longest)
    return tuple(_cut(line, longest) for line in value) if isinstance(value, tuple) else value


def _cut(line: str, longest: int) -> str:
    """A shortened line whose last quotation is closed: what is left of somebody's words stays marked as theirs."""
    short = shortened(line, longest)
    return shortened(line, longest - 1) + "”" if short.count("“") > short.count("”") else short


def _told(lines: tuple[str, ...]) -> int:
    return len(lines) - (LEFT_OUT in lines[1:])


def _without_last(lines: tuple[str, ...], *, quoted: bool) -> tuple[str, ...]:
    """Without the last line that tells something, and with a word for it: beside the one before, never in a quote."""
    kept = lines[:-2] if lines[-1] == LEFT_OUT else lines[:-1]
    return (*kept, LEFT_OUT) if quoted else (*kept[:-1], f"{kept[-1]} {LEFT_OUT}")
