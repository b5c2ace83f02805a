"""Where personal data stand in a text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of text and what it holds. `kind` becomes the placeholder's name."""

    start: int
    end: int
    kind: str


def apart(spans: Iterable[Span]) -> list[Span]:
    """Spans in order of the text that do not overlap; where some do, the one named first stands, with the rest's edges.

    A card number may look like a phone number, too. What sticks out of the first one is hidden with it: half a value
    left standing would be worse than a coarse placeholder.
    """
    kept: list[Span] = []
    for span in spans:
        touching = [other for other in kept if span.start < other.end and other.start < span.end]
        if not touching:
            kept.append(span)
            continue
        start, end = min(span.start, *(o.start for o in touching)), max(span.end, *(o.end for o in touching))
        kept = [other for other in kept if other not in touching]
        kept.append(Span(start, end, touching[0].kind))
    return sorted(kept)
