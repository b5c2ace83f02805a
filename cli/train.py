"""`firstline train`: the embedded engine from labelled files, with its card."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.evaluate import scores as scores_of
from cli.reading import policy_of, requests_of
from shared.adapters.embedded.artifact import SHIPPED, Manifest
from shared.adapters.embedded.engine import EmbeddedEngine
from shared.domain.errors import EngineUnavailable
from shared.domain.policy import Boundary
from training.dataset import OWN_DATA, Labelled

CARD = "CARD.md"


def train(
    out: Annotated[Path, typer.Option(help="Where the artifact is written.")] = SHIPPED,
    data: Annotated[Path, typer.Option(help="Folder of labelled *.jsonl files.")] = OWN_DATA,
    measure: Annotated[
        list[Path] | None, typer.Option(help="Labelled files to score as well; never learned from.")
    ] = None,
    playbook: Annotated[Path, typer.Option(help="The playbook whose boundary is scored.")] = Path("playbook"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Train the embedded engine, write it with its card, and print its scores before and after."""
    from training.train import TrainingDataInvalid, material
    from training.train import train as fit

    boundary = policy_of(playbook).boundary
    try:
        found = material(data)
    except TrainingDataInvalid as error:
        typer.echo(f"{error}\nnothing was trained", err=True)
        raise typer.Exit(1) from error
    tests = {"kept out": found.kept_out} if found.kept_out else {}
    tests |= {file.name: requests_of(file)[0] for file in measure or []}
    before = _measured(out, tests, boundary)
    typer.echo(f"training on {len(found.learned)} requests, about a minute", err=True)
    outcome = fit(found, out, created=datetime.now(tz=UTC).date().isoformat())
    after = _measured(out, tests, boundary)
    from training.scores import compare, with_intervals

    unseen = with_intervals(compare(found.learned, outcome.unseen, boundary))
    _write_card(out, outcome.manifest, {"cross-validation": unseen, **(after or {})}, boundary, measure or [])
    _say(outcome.manifest, out, before, {"cross-validation": unseen, **(after or {})}, as_json=as_json)


def _measured(folder: Path, tests: dict[str, list[Labelled]], boundary: Boundary) -> dict[str, Any] | None:
    """Scores of the artifact in a folder, or None where there is none that this code reads."""
    try:
        engine = EmbeddedEngine.load(folder)
    except EngineUnavailable:
        return None
    return {name: _headline(scores_of(rows, engine, boundary)) for name, rows in tests.items()}


def _headline(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in ("by_language", "by_source")}


def _write_card(out: Path, manifest: Manifest, scores: dict[str, Any], boundary: Boundary, measure: list[Path]) -> None:
    from training.card import card

    command = "firstline train" + "".join(f" --measure {file.name}" for file in measure)
    thresholds = (
        f"`unhappy_at` {boundary.unhappy_at}, `failure_at` {boundary.failure_at}, "
        f"`sure_language` {boundary.sure_language}, `sure_category` {boundary.sure_category}"
    )
    size = sum((out / name).stat().st_size for name in manifest.files)
    text = card(manifest, scores, command=command, thresholds=thresholds, size=size)
    (out / CARD).write_text(text, encoding="utf-8")


def _say(manifest: Manifest, out: Path, before: dict[str, Any] | None, after: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        document = {"sha256": manifest.sha256, "artifact": str(out), "before": before, "after": after}
        typer.echo(json.dumps(document, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for name, found in after.items():
        table = Table("figure", "before", "after", title=f"{name}, n {found['n']}")
        was = (before or {}).get(name, {})
        for figure in found["intervals"]:
            table.add_row(figure, *("" if one.get(figure) is None else f"{one[figure]:.3f}" for one in (was, found)))
        console.print(table)
    console.print(f"Wrote {out}, engine {manifest.kind} {manifest.sha256[:12]}, and its {CARD}.")
