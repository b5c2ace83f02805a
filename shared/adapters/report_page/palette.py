"""Colours of the report. Each pair of text and ground has a contrast of at least 4.5 : 1 (a test holds it)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """Colours for one kind of surroundings.

    Attributes:
        ground: behind the cards.
        card: behind text and charts.
        ink: text.
        soft: text of less weight.
        line: rules between rows.
        faint: last week's bars and intervals.
        accent: this week's bars, and what leads the eye.
        band: behind the heading of the whole.
        on_band: text on the band.
    """

    name: str
    ground: str
    card: str
    ink: str
    soft: str
    line: str
    faint: str
    accent: str
    band: str
    on_band: str


LIGHT = Palette(
    name="light",
    ground="#eef1f5",
    card="#ffffff",
    ink="#17212b",
    soft="#566472",
    line="#e1e6ec",
    faint="#b9c6d3",
    accent="#0f6b63",
    band="#0f6b63",
    on_band="#ffffff",
)
DARK = Palette(
    name="dark",
    ground="#10151b",
    card="#1a222b",
    ink="#e8edf2",
    soft="#a3b1bf",
    line="#2e3944",
    faint="#4d5d6c",
    accent="#4cc0b2",
    band="#12453f",
    on_band="#e3f4f1",
)
