"""An article as the passages that are searched: split at its headings, long parts at paragraphs."""

from __future__ import annotations

import re
from typing import NamedTuple

PASSAGE = 600
"""Characters of a passage, about; a paragraph is cut only where it is twice as long."""

_HEADING = re.compile(r"^#{1,6}\s+(.*)$")
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=[-*•] )")


class Passage(NamedTuple):
    """A stretch of an article below one heading; the heading is "" before the first."""

    heading: str
    text: str


def passages_of(body: str) -> tuple[Passage, ...]:
    """The passages of an article in order. Headings are lines that begin with `#`, as Markdown has them."""
    found: list[Passage] = []
    heading, lines = "", []
    for line in [*body.split("\n"), "# "]:
        mark = _HEADING.match(line)
        if mark is None:
            lines.append(line)
            continue
        found += [Passage(_plain(heading), part) for part in _parts(_plain("\n".join(lines)))]
        heading, lines = mark.group(1).strip(), []
    return tuple(found)


def _plain(text: str) -> str:
    return _LINK.sub(r"\1", text).replace("**", "").strip()


def _parts(text: str) -> list[str]:
    parts: list[str] = []
    held = ""
    for paragraph in filter(str.strip, _PARAGRAPH.split(text)):
        if held and len(held) + len(paragraph) > PASSAGE:
            parts.append(held)
            held = ""
        held = f"{held}\n{paragraph}".strip()
        while len(held) > 2 * PASSAGE:
            parts.append(held[:PASSAGE])
            held = held[PASSAGE:]
    return [*parts, held] if held else parts
