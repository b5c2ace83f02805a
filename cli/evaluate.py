"""`firstline evaluate`: labelled requests through the same code as the Lambda, scored."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer

from cli.engines import Engine, costs_of, engine_of
from cli.reading import policy_of, requests_of, watched
from shared.domain.observation import Observations, Request
from shared.domain.policy import Boundary
from shared.ports.triage import TriageEngine
from training.dataset import Labelled
from training.scores import by_group, calibration_error, compare, percentiles, with_intervals

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Score the product on labelled data.")


class Half(StrEnum):
    """Requests by the number in their id."""

    ALL = "all"
    EVEN = "even"
    ODD = "odd"


@app.callback()
def main() -> None:
    """Score the product on labelled data."""


@app.command()
def triage(
    file: Annotated[Path, typer.Argument(help="Labelled requests as JSON lines.")],
    engine: Annotated[Engine, typer.Option(help="Which engine reads.")] = Engine.EMBEDDED,
    playbook: Annotated[Path, typer.Option(help="The playbook whose boundary decides.")] = Path("playbook"),
    ids: Annotated[Half, typer.Option(help="Only requests whose id ends in an even or odd number.")] = Half.ALL,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Score triage: labels, and whether bounded requests stay off the draft side. The tenure rule is left out."""
    rows, bad = requests_of(file)
    rows = [row for row in rows if _belongs(row.id, ids)]
    if not rows:
        typer.echo(f"{file} holds no request with an {ids} id", err=True)
        raise typer.Exit(1)
    policy = policy_of(playbook)
    document = scores(rows, engine_of(engine, policy), policy.boundary)
    document["bad_lines"] = len(bad)
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        _say(document, file)
    if bad:
        raise typer.Exit(1)


def scores(rows: list[Labelled], engine: TriageEngine, boundary: Boundary) -> dict[str, Any]:
    """Every figure of an engine on labelled requests."""
    seen, milliseconds = _observe(rows, engine)
    scored = compare(rows, seen, boundary)
    p50, p95 = percentiles(milliseconds, 50, 95)
    told = [(row.language, one.language.code) for row, one in zip(rows, seen, strict=True) if row.language]
    return {
        **with_intervals(scored),
        "calibration_error": calibration_error(scored),
        "language_accuracy": round(sum(a == b for a, b in told) / len(told), 4) if told else None,
        "by_language": by_group(scored, [row.language or "unlabelled" for row in rows]),
        "by_source": by_group(scored, [row.source for row in rows]),
        "ms_p50": p50,
        "ms_p95": p95,
        **costs_of(seen),
        "engine": engine.version.model_dump(),
    }


def _observe(rows: list[Labelled], engine: TriageEngine) -> tuple[list[Observations], list[float]]:
    engine.observe(Request(text="The first call loads what is loaded once."))
    seen, milliseconds = [], []
    for row in watched(rows, "reading", total=len(rows)):
        began = perf_counter()
        seen.append(engine.observe(row.request))
        milliseconds.append((perf_counter() - began) * 1000)
    return seen, milliseconds


def _belongs(id: str, half: Half) -> bool:
    digits = "".join(filter(str.isdigit, id))
    return half is Half.ALL or (digits != "" and int(digits[-1]) % 2 == (half is Half.ODD))


def _say(document: dict[str, Any], file: Path) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table("figure", "value", "95 % interval", title=f"Triage of {document['n']} requests in {file.name}")
    for name, interval in document["intervals"].items():
        table.add_row(name, _shown(document[name]), " to ".join(map(_shown, interval)) if interval else "")
    for head, value in document["calibration_error"].items():
        table.add_row(f"calibration error, {head}", _shown(value), "")
    for name in ("language_accuracy", "ms_p50", "ms_p95", "llm_share", "llm_failed", "cost_per_1000"):
        table.add_row(name, _shown(document[name]), "")
    console.print(table)
    for title in ("by_language", "by_source"):
        groups = Table(title.removeprefix("by_"), "n", *document["intervals"])
        for name, found in document[title].items():
            groups.add_row(name, str(found["n"]), *(_shown(found[figure]) for figure in document["intervals"]))
        console.print(groups)
    console.print(f"Engine {document['engine']['name']} {document['engine']['sha256'][:12]}")


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
