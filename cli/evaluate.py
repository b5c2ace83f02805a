"""`firstline evaluate`: labelled requests through the same code as the Lambda, scored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.engines import Engine, costs_of, engine_of
from cli.evaluate_topics import gaps, spikes
from cli.evaluation.answers import answers
from cli.evaluation.drafts import drafts
from cli.evaluation.engines import engines
from cli.evaluation.errors import errors as errors_of
from cli.evaluation.errors import write_errors
from cli.evaluation.knowledge import knowledge
from cli.evaluation.observing import Observed, observe_all
from cli.evaluation.triage import confusions, draw, groups, say
from cli.evaluation.weights import weights
from cli.parts import PART, Part, requests_of_part
from cli.reading import policy_of
from shared.domain.policy_parts import Boundary
from shared.ports.triage import TriageEngine
from training.dataset import Labelled
from training.reliability import calibration
from training.scores import compare, percentiles, with_intervals

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Score the product on labelled data.")
app.command()(engines)
app.command()(spikes)
app.command()(gaps)
app.command()(knowledge)
app.command()(weights)
app.command()(answers)
app.command()(drafts)


@app.callback()
def main() -> None:
    """Score the product on labelled data."""


@app.command()
def triage(
    file: Annotated[Path, typer.Argument(help="Labelled requests as JSON lines.")],
    engine: Annotated[Engine, typer.Option(help="Which engine reads.")] = Engine.EMBEDDED,
    playbook: Annotated[Path, typer.Option(help="The playbook whose boundary decides.")] = Path("playbook"),
    ids: Annotated[Part, typer.Option(help=PART)] = Part.ALL,
    plots: Annotated[Path | None, typer.Option(help="A folder for pictures (PNG).")] = None,
    errors: Annotated[
        Path | None, typer.Option(help="Every error as JSON lines, worst first. The file holds customers' words.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Score triage: labels, and whether bounded requests stay off the draft side. The tenure rule is left out."""
    rows, bad = requests_of_part(file, ids)
    policy = policy_of(playbook)
    boundary = policy.boundary
    observed = observe_all(rows, engine_of(engine, policy))
    document = score(rows, observed, boundary)
    document["bad_lines"] = len(bad)
    if plots:
        draw(plots, rows, observed.seen, compare(rows, observed.seen, boundary), boundary)
    if errors:
        write_errors(errors, errors_of(rows, observed.seen, boundary))
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        say(document, file)
    if bad:
        raise typer.Exit(1)


def scores(rows: list[Labelled], engine: TriageEngine, boundary: Boundary) -> dict[str, Any]:
    """Every figure of an engine on labelled requests."""
    return score(rows, observe_all(rows, engine), boundary)


def score(rows: list[Labelled], observed: Observed, boundary: Boundary) -> dict[str, Any]:
    """Every figure of what an engine said."""
    scored = compare(rows, observed.seen, boundary)
    p50, p95 = percentiles(observed.milliseconds, 50, 95)
    told = [(row.language, one.language.code) for row, one in zip(rows, observed.seen, strict=True) if row.language]
    calibrated = calibration(scored)
    return {
        **with_intervals(scored),
        "calibration_error": {head: found["error"] if found else None for head, found in calibrated.items()},
        "calibration": calibrated,
        "language_accuracy": round(sum(a == b for a, b in told) / len(told), 4) if told else None,
        **groups(rows, scored),
        "confusion": confusions(scored),
        "ms_p50": p50,
        "ms_p95": p95,
        **costs_of(observed.seen),
        "engine": observed.engine.model_dump(),
    }
