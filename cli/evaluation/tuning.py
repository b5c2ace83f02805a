"""How `firstline tune` shows what thresholds cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.table import Table

from cli.evaluation.figures import shown, span, wide_console
from training.tuning import CURVE, SPLITS, Outcome, Sample, Thresholds, expected, outcome, tune_all


def say(document: dict[str, Any]) -> None:
    """Print the trade-off and the choice for people."""
    console = wide_console()
    title = f"Thresholds on {document['n']} requests: {document['bounded']} bounded, {document['harmless']} harmless"
    table = Table("recall\nwanted", "unhappy_at\nfailure_at", "recall", "harmless\nkept", title=title)
    for name in (
        "elsewhere:\nrecall",
        "kept",
        "reaching what\nwas wanted",
        "joint score:\nkept",
        "elsewhere:\nrecall, kept",
    ):
        table.add_column(name)
    for row in document["curve"]:
        table.add_row(*_cells(row), style="bold" if row["recall_wanted"] == document["recall_wanted"] else "")
    console.print(table)
    console.print(
        f"elsewhere: {SPLITS} times thresholds were chosen on one half and taken to the other; mean, and middle 95 %.\n"
        "joint score: one threshold on the probability of either instead of two, for comparison."
    )
    for name in ("now", "chosen"):
        console.print(_line(name, document[name]), markup=False, highlight=False)
    if document["written"]:
        console.print(f"Wrote both into {document['written']}; `firstline publish` makes them count.")
    else:
        console.print("Nothing was written; --write puts both into the policy.")


def _line(name: str, row: dict[str, Any]) -> str:
    recall, kept = (f"{side} {shown(row[side])} {span(row['intervals'][side])}" for side in ("recall", "kept"))
    return f"{name}: unhappy_at {row['unhappy_at']:g}, failure_at {row['failure_at']:g}; {recall}, {kept}"


def _cells(row: dict[str, Any]) -> list[str]:
    new, joint = row["elsewhere"], row["joint_score"]
    joint_new = joint["elsewhere"]
    elsewhere = ["", "", ""]
    if new:
        share = f"{new['reached']:.0%} of halves"
        elsewhere = [f"{shown(new['recall'])}\n{span(new['recall_range'])}", shown(new["kept"]), share]
    return [
        f"{row['recall_wanted']:g}",
        f"{row['unhappy_at']:g}\n{row['failure_at']:g}",
        f"{shown(row['recall'])}\n{span(row['intervals']['recall'])}",
        f"{shown(row['kept'])}\n{span(row['intervals']['kept'])}",
        *elsewhere,
        f"{shown(joint['kept'])}",
        f"{shown(joint_new['recall'])}, {shown(joint_new['kept'])}" if joint_new else "",
    ]


def draw(folder: Path, sample: Sample, now: Thresholds) -> None:
    """Write the trade-off as PNG: on this sample, and what to expect of it elsewhere."""
    from cli.evaluation import plots

    folder.mkdir(parents=True, exist_ok=True)
    lines = {"on these requests": [outcome(sample, one) for one in tune_all(sample, CURVE)]}
    elsewhere = [one for one in expected(sample, CURVE) if one]
    if elsewhere:
        lines["expected elsewhere"] = [Outcome(one.recall, one.kept) for one in elsewhere]
    plots.trade_off(folder / "trade-off.png", lines, {"the policy as it is": outcome(sample, now)})
