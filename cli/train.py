"""`firstline train`: the embedded engine from labelled files, with its card."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.evaluate import scores as scores_of
from cli.reading import policy_of, requests_of
from shared.adapters.embedded.artifact import SHIPPED, Artifact, Manifest, load_artifact
from shared.adapters.embedded.engine import EmbeddedEngine
from shared.domain.errors import EngineUnavailable
from shared.domain.policy_parts import Boundary
from training.dataset import OWN_DATA, Labelled

CARD = "CARD.md"
OWN_ALONE = "own data alone"


def train(
    out: Annotated[Path, typer.Option(help="Where the artifact is written.")] = SHIPPED,
    data: Annotated[Path, typer.Option(help="Folder of labelled *.jsonl files.")] = OWN_DATA,
    outside: Annotated[
        Path | None, typer.Option(help="Folder with a pool of real requests and labels for some of them.")
    ] = None,
    beside: Annotated[
        Path | None, typer.Option(help="An artifact trained without --outside, whose scores go on the card as well.")
    ] = None,
    measure: Annotated[
        list[Path] | None, typer.Option(help="Labelled files to score as well; never learned from.")
    ] = None,
    measure_only: Annotated[
        bool,
        typer.Option("--measure-only", help="Train nothing: score what is there and write its card."),
    ] = False,
    playbook: Annotated[Path, typer.Option(help="The playbook whose boundary is scored.")] = Path("playbook"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Train the embedded engine (about half an hour), write it with its card, and print its scores before and after.

    Needs torch and the base encoder, which no other command does: `make training` makes an environment with both.
    """
    from training.artifact_writer import write
    from training.train import TrainingDataInvalid, material

    boundary = policy_of(playbook).boundary
    try:
        found = material(data, outside)
    except TrainingDataInvalid as error:
        typer.echo(f"{error}\nnothing was trained", err=True)
        raise typer.Exit(1) from error
    tests = {"kept out": found.kept_out} if found.kept_out else {}
    tests |= {file.name: requests_of(file)[0] for file in measure or []}
    before = _measured(out, tests, boundary)
    if not measure_only:
        typer.echo(f"training on {len(found.learned)} requests", err=True)
        write(_fitted(found), out)
    manifest = load_artifact(out).manifest
    after = before if measure_only and before else _measured(out, tests, boundary) or {}
    shown = after | {f"{name}, {OWN_ALONE}": one for name, one in (_measured(beside, tests, boundary) or {}).items()}
    _write_card(out, manifest, shown, boundary, _command(outside, measure or []))
    _say(manifest, out, before, after, as_json=as_json)


def _fitted(found: Any) -> Artifact:
    from training.train import train as fit

    try:
        from training.encoder.base import BaseUnavailable

        return fit(found, created=datetime.now(tz=UTC).date().isoformat(), say=lambda line: typer.echo(line, err=True))
    except (ImportError, BaseUnavailable) as error:
        typer.echo(f"{error}\nnothing was trained: run `make training`, then .training/bin/firstline train", err=True)
        raise typer.Exit(1) from error


def _measured(folder: Path | None, tests: dict[str, list[Labelled]], boundary: Boundary) -> dict[str, Any] | None:
    """Scores of the artifact in a folder, or None where there is none that this code reads."""
    if folder is None:
        return None
    try:
        engine = EmbeddedEngine.load(folder)
    except EngineUnavailable:
        return None
    return {name: scores_of(rows, engine, boundary) for name, rows in tests.items()}


def _command(outside: Path | None, measure: list[Path]) -> str:
    pool = f" --outside {outside.name}" if outside else ""
    return f"firstline train{pool}" + "".join(f" --measure {file.name}" for file in measure)


def _write_card(out: Path, manifest: Manifest, scores: dict[str, Any], boundary: Boundary, command: str) -> None:
    from training.card import card

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
