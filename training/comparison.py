"""Engines side by side on the same requests."""

from __future__ import annotations

from typing import Any

from training.resampling import interval
from training.scores import Scored, figures, resampled, rounded


def side_by_side(engines: dict[str, Scored], base: str) -> dict[str, dict[str, Any]]:
    """Each engine's figures, with the difference to one of them.

    The bootstrap draws the same requests for all engines, so a difference is one between two readings of the same
    request: its interval is narrower than the intervals of the two figures suggest.
    """
    samples = dict(zip(engines, resampled(list(engines.values())), strict=True))
    found = {name: figures(scored) for name, scored in engines.items()}
    return {
        name: {
            figure: {
                "value": rounded(value),
                "interval": interval(samples[name][figure]),
                "difference": _difference(value, found[base][figure]),
                "difference_interval": interval(samples[name][figure] - samples[base][figure]),
            }
            for figure, value in found[name].items()
        }
        for name in engines
    }


def _difference(value: float | None, base: float | None) -> float | None:
    return None if value is None or base is None else rounded(value - base)
