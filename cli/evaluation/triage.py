"""How `firstline evaluate triage` shows what it found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table

from cli.evaluation.figures import LENGTHS, length_of, shown, span, wide_console
from shared.domain.observation import Observations
from shared.domain.policy_parts import Boundary
from training.dataset import LABELS, Labelled
from training.reliability import calibration, reliability
from training.scores import Scored, by_group, confusion

_GROUPS = ("by_language", "by_source", "by_length", "by_channel")
_SHORT = {
    "category_macro_f1": "category\nF1",
    "urgency_kappa": "urgency\nkappa",
    "critical_recall": "critical\nrecall",
    "sentiment_macro_f1": "sentiment\nF1",
    "service_failure_macro_f1": "failure\nF1",
    "bounded_recall": "bounded\nrecall",
    "bounded_precision": "bounded\nprec.",
    "draftable_kept": "harmless\nkept",
}
_FEWEST_SHOWN = 5
_ROOM_FOR_INTERVALS = 110
_SIDES = ("draft side", "human side")


def groups(rows: list[Labelled], scored: Scored) -> dict[str, dict[str, dict[str, Any]]]:
    """The figures by language, source, length of the body and channel."""
    lengths = by_group(scored, [length_of(row.request.text) for row in rows])
    return {
        "by_language": by_group(scored, [row.language or "unlabelled" for row in rows]),
        "by_source": by_group(scored, [row.source for row in rows]),
        "by_length": {name: lengths[name] for name in LENGTHS if name in lengths},
        "by_channel": by_group(scored, [row.request.channel for row in rows]),
    }


def confusions(scored: Scored) -> dict[str, dict[str, Any]]:
    """Truth by said for each head; and for the boundary, where it should hold by where requests ended."""
    by_label = {
        head: {"truth": labels, "said": labels, "table": confusion(scored, head)} for head, labels in LABELS.items()
    }
    return {
        **by_label,
        "boundary": {"truth": ("harmless", "bounded"), "said": _SIDES, "table": _sides(scored)},
    }


def _sides(scored: Scored) -> list[list[int]]:
    return [[int(((scored.bounded == truth) & (scored.side == side)).sum()) for side in (0, 1)] for truth in (0, 1)]


def say(document: dict[str, Any], file: Path) -> None:
    """Print the tables for people."""
    console = wide_console()
    table = Table("figure", "value", "95 % interval", title=f"Triage of {document['n']} requests in {file.name}")
    for name, interval in document["intervals"].items():
        table.add_row(name, shown(document[name]), span(interval))
    for name in ("language_accuracy", "ms_p50", "ms_p95", "llm_share", "llm_failed", "cost_per_1000"):
        table.add_row(name, shown(document[name]), "")
    console.print(table)
    _say_calibration(console, document["calibration"])
    for head, found in document["confusion"].items():
        _say_confusion(console, head, found)
    for title in _GROUPS:
        _say_groups(console, title.removeprefix("by_"), document[title])
    console.print(f"Engine {document['engine']['name']} {document['engine']['sha256'][:12]}")


def _say_calibration(console: Console, found: dict[str, dict[str, Any] | None]) -> None:
    table = Table("head", "n", "error", "95 % interval", "perfect", "perfect, 95 %", title="Calibration error, 10 bins")
    for head, one in found.items():
        if one:
            ends = (span(one["interval"]), shown(one["perfect"]), span(one["perfect_range"]))
            table.add_row(head, str(one["n"]), shown(one["error"]), *ends)
    console.print(table)
    console.print("perfect: what probabilities that are exactly true score on as many requests")


def _say_confusion(console: Console, head: str, found: dict[str, Any]) -> None:
    table = Table("truth", *found["said"], title=f"{head}: truth by said")
    for truth, counts in zip(found["truth"], found["table"], strict=True):
        table.add_row(truth, *map(str, counts))
    console.print(table)


def _say_groups(console: Console, title: str, found: dict[str, dict[str, Any]]) -> None:
    """Two digits are enough here, with intervals where there is room; the document has everything."""
    table = Table(title, Column("n", no_wrap=True), *_SHORT.values(), box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    shown_apart = {name: one for name, one in found.items() if one["n"] >= _FEWEST_SHOWN}
    for name, one in shown_apart.items():
        cells = [_short(one[figure]) for figure in _SHORT]
        if console.width >= _ROOM_FOR_INTERVALS:
            intervals = (one["intervals"][figure] for figure in _SHORT)
            cells = [
                cell + (f"\n{_short(ends[0])}–{_short(ends[1])}" if ends else "")
                for cell, ends in zip(cells, intervals, strict=True)
            ]
        table.add_row(name, str(one["n"]), *cells)
    console.print(table)
    if len(found) > len(shown_apart):
        console.print(f"{len(found) - len(shown_apart)} with fewer than {_FEWEST_SHOWN} requests are in --json only\n")


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}".replace("0.", ".", 1)


def draw(folder: Path, rows: list[Labelled], seen: list[Observations], scored: Scored, boundary: Boundary) -> None:
    """Write confusion matrices, the reliability diagram and the trade-off as PNG into a folder."""
    from cli.evaluation import plots
    from training.tuning import CURVE, NothingToTune, Thresholds, lay_out, outcome, tune_all

    folder.mkdir(parents=True, exist_ok=True)
    for head, found in confusions(scored).items():
        plots.confusion(folder / f"confusion-{head}.png", head, found)
    bins = {head: reliability(scored, head) for head in LABELS}
    plots.reliability(folder / "reliability.png", bins, calibration(scored))
    try:
        sample = lay_out(rows, seen, boundary)
    except NothingToTune:
        return
    lines = {"thresholds chosen on these very requests": [outcome(sample, one) for one in tune_all(sample, CURVE)]}
    now = outcome(sample, Thresholds(boundary.unhappy_at, boundary.failure_at))
    plots.trade_off(folder / "trade-off.png", lines, {"the policy as it is": now})
