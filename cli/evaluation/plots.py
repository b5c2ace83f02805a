"""An evaluation's pictures, as PNG. matplotlib takes most of a second to import: only `--plots` loads this module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from shared.adapters.report_page.palette import LIGHT
from training.reliability import Bin
from training.tuning import Outcome

_DPI = 150


def confusion(file: Path, title: str, found: dict[str, Any]) -> None:
    """Counts, shaded by the share of each true label; `found` has `truth`, `said` and `table`."""
    truth, said = found["truth"], found["said"]
    figure, axes = _sheet(1.6 + 0.9 * len(said), 1.4 + 0.7 * len(truth), title)
    counts = np.array(found["table"])
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="GnBu", vmin=0.0, vmax=1.25, aspect="auto")
    for row, column in np.ndindex(counts.shape):
        axes.text(column, row, f"{counts[row, column]}", ha="center", va="center", color=LIGHT.ink)
    axes.set_xticks(range(len(said)), [name.replace("_", "\n") for name in said])
    axes.set_yticks(range(len(truth)), [name.replace("_", " ") for name in truth])
    axes.set_xlabel("said")
    axes.set_ylabel("truth")
    figure.savefig(file, dpi=_DPI)


def reliability(file: Path, heads: dict[str, list[Bin]], found: dict[str, dict[str, Any] | None]) -> None:
    """For each head the share right over the probability stated; the area of a dot grows with its answers."""
    figure = Figure(figsize=(3.1 * len(heads), 3.4), layout="constrained", facecolor=LIGHT.card)
    for axes, (head, bins) in zip(
        np.atleast_1d(figure.subplots(1, len(heads), sharey=True)), heads.items(), strict=True
    ):
        total = sum(one.n for one in bins) or 1
        axes.plot([0, 1], [0, 1], color=LIGHT.faint, linewidth=1.2)
        axes.plot([one.stated for one in bins], [one.right for one in bins], color=LIGHT.accent, linewidth=1.2)
        sizes = [12 + 500 * one.n / total for one in bins]
        axes.scatter([one.stated for one in bins], [one.right for one in bins], s=sizes, color=LIGHT.accent, alpha=0.6)
        of_head = found[head]
        error = f"\nerror {of_head['error']:.3f}, perfect {of_head['perfect']:.3f}" if of_head else ""
        axes.set_title(head.replace("_", " ") + error, color=LIGHT.ink, fontsize=10)
        axes.set(xlim=(0, 1.03), ylim=(0, 1.03), xlabel="stated")
        _plain(axes)
    figure.supylabel("right", color=LIGHT.soft, fontsize=10)
    figure.savefig(file, dpi=_DPI)


def trade_off(file: Path, lines: Mapping[str, Sequence[Outcome]], marks: Mapping[str, Outcome]) -> None:
    """Share of harmless requests kept over the recall of bounded ones."""
    figure, axes = _sheet(5.6, 4.2, "What recall of bounded requests costs")
    for (name, points), color in zip(lines.items(), (LIGHT.accent, LIGHT.soft, LIGHT.faint), strict=False):
        ordered = sorted(points, key=lambda one: (one.recall, -one.kept))
        axes.plot([one.recall for one in ordered], [one.kept for one in ordered], marker=".", color=color, label=name)
    for name, point in marks.items():
        axes.scatter([point.recall], [point.kept], s=70, marker="D", color=LIGHT.ink, zorder=3, label=name)
    axes.set_xlabel("recall of bounded")
    axes.set_ylabel("harmless kept on the draft side")
    axes.set_ylim(0, 1.03)
    axes.legend(frameon=False, fontsize=9)
    _plain(axes)
    figure.savefig(file, dpi=_DPI)


def _sheet(width: float, height: float, title: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained", facecolor=LIGHT.card)
    axes = figure.subplots()
    axes.set_title(title, color=LIGHT.ink, fontsize=11)
    axes.tick_params(colors=LIGHT.soft, labelsize=9)
    return figure, axes


def _plain(axes: Axes) -> None:
    axes.tick_params(colors=LIGHT.soft, labelsize=9)
    axes.grid(color=LIGHT.line)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
