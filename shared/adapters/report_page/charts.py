"""The report's charts as PNG, each for light and for dark surroundings.

Only `page` loads this module, and only when it renders: matplotlib takes most of a second to import.
Figures are made without pyplot, which would keep them all in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from shared.adapters.report_page.palette import DARK, LIGHT, Palette
from shared.domain.noise import Spread
from shared.domain.report import CategoryTimes, Count, WeekOfRatings
from shared.domain.report_words import duration, name_of, percent
from shared.ports.delivery import Picture

_WIDTH = 5.4  # inches; shown 536 px wide at most, and legible at 320 px on a phone
_DPI = 200
_SIZE = 11.0  # points


def volume(name: str, categories: Sequence[Count]) -> tuple[Picture, ...]:
    """Tickets by category, with last week's below each as a thin bar."""

    def draw(axes: Axes, palette: Palette) -> None:
        rows = list(reversed(categories))
        top = max([c.tickets for c in rows] + [c.before or 0 for c in rows] + [1])
        middle = 0.10 if any(count.before is not None for count in rows) else 0.0
        for y, count in enumerate(rows):
            axes.barh(y + middle, count.tickets, height=0.46, color=palette.accent)
            text = f"{count.tickets:,}"
            axes.text(count.tickets + top * 0.02, y + middle, text, va="center", color=palette.ink, weight="bold")
            if count.before is not None:
                axes.barh(y - 0.28, count.before, height=0.16, color=palette.faint)
                axes.text(
                    count.before + top * 0.02, y - 0.29, f"{count.before:,}", va="center", color=palette.soft, size=8.5
                )
        axes.set_xlim(0, top * 1.14)
        axes.set_ylim(-0.6, len(rows) - 0.4)
        axes.set_yticks(range(len(rows)), [name_of(count.name) for count in rows])

    return _both(name, draw, height=0.5 + 0.52 * len(categories))


def first_response(name: str, rows: Sequence[CategoryTimes]) -> tuple[Picture, ...]:
    """From the median (full dot) to the 90th percentile (ring) for each category that has answers."""
    shown = [(row.name, row.times) for row in reversed(rows) if row.times.n]

    def draw(axes: Axes, palette: Palette) -> None:
        top = max((times.p90 or 0.0 for _, times in shown), default=0.0) or 1.0
        axes.axvline(0, color=palette.line, linewidth=1.2, zorder=0)
        for y, (_, times) in enumerate(shown):
            median, p90 = times.median or 0.0, times.p90 or 0.0
            axes.plot([median, p90], [y, y], color=palette.faint, linewidth=4, solid_capstyle="round", zorder=1)
            axes.scatter([p90], [y], s=62, color=palette.card, edgecolors=palette.accent, linewidths=2, zorder=2)
            axes.scatter([median], [y], s=66, color=palette.accent, zorder=3)
            axes.text(top * 1.08, y, _times(times), va="center", color=palette.ink)
        axes.set_xlim(-top * 0.03, top * 1.62)
        axes.set_ylim(-0.6, len(shown) - 0.4)
        axes.set_yticks(range(len(shown)), [name_of(category) for category, _ in shown])

    return _both(name, draw, height=0.4 + 0.44 * len(shown))


def _times(times: Spread) -> str:
    return duration(times.median) if times.n == 1 else f"{duration(times.median)} · {duration(times.p90)}"


def satisfaction(name: str, trend: Sequence[WeekOfRatings]) -> tuple[Picture, ...]:
    """The share of good ratings by week, each with its 95 % interval."""

    def draw(axes: Axes, palette: Palette) -> None:
        rated = [(x, week) for x, week in enumerate(trend) if week.good.share is not None]
        xs = [x for x, _ in rated]
        shares = [(week.good.share or 0.0) for _, week in rated]
        for x, week in rated:
            low, high = week.good.low or 0.0, week.good.high or 0.0
            axes.plot([x, x], [low, high], color=palette.faint, linewidth=6, solid_capstyle="round")
        axes.plot(xs, shares, color=palette.accent, linewidth=1.6)
        axes.scatter(xs, shares, s=34, color=palette.accent, zorder=3)
        axes.annotate(
            percent(shares[-1]), (xs[-1], shares[-1]), (9, 0), "data", "offset points",
            va="center", color=palette.ink, weight="bold",
        )  # fmt: skip
        axes.set_ylim(0, 1.04)
        axes.set_xlim(-0.4, len(trend) - 0.3)
        axes.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
        axes.grid(axis="y", color=palette.line, linewidth=0.8)
        axes.set_xticks(range(len(trend)), [f"W{week.week.number}" for week in trend])

    return _both(name, draw, height=2.1)


def _both(name: str, draw: Callable[[Axes, Palette], None], *, height: float) -> tuple[Picture, ...]:
    return tuple(
        Picture(name=f"{name}-{palette.name}", png=_png(draw, palette, height=height)) for palette in (LIGHT, DARK)
    )


def _png(draw: Callable[[Axes, Palette], None], palette: Palette, *, height: float) -> bytes:
    figure = Figure(figsize=(_WIDTH, height), dpi=_DPI, facecolor=palette.card, layout="constrained")
    axes = figure.add_subplot(facecolor=palette.card)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, labelsize=_SIZE, labelcolor=palette.ink)
    axes.set_xticks([])
    draw(axes, palette)
    for text in axes.texts:
        text.set_fontsize(_SIZE if text.get_color() == palette.ink else 8.5)
    out = BytesIO()
    # No metadata: the same numbers give the same bytes, whatever the library's version string says.
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()
