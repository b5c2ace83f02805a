"""`firstline evaluate engines`: engines side by side on the same requests, in one run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.evaluation.baselines import BASELINES
from cli.evaluation.figures import shown, span, wide_console
from cli.evaluation.observing import Observed, observe_all
from cli.parts import PART, Part, requests_of_part
from cli.reading import embedded_engine, policy_of
from shared.domain.policy import Policy
from shared.domain.reader_policy import AskWhen
from shared.ports.triage import TriageEngine
from training.comparison import side_by_side
from training.dataset import Labelled
from training.scores import compare, percentiles
from training.simulation import STRONG_READER, SimulatedReader, as_deployed, cascade

EMBEDDED = "embedded"
READER = "second reader alone (simulated)"
CASCADE = "cascade (simulated)"


def engines(
    file: Annotated[Path, typer.Argument(help="Labelled requests as JSON lines.")],
    reader: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HEAD=SHARE", help="How often the simulated reader knows a head's truth; may be repeated."
        ),
    ] = None,
    baseline: Annotated[
        list[str] | None,
        typer.Option(help=f"One of {', '.join(BASELINES)}; may be repeated. All by default (the last takes a minute)."),
    ] = None,
    playbook: Annotated[Path, typer.Option(help="The playbook whose boundary decides.")] = Path("playbook"),
    ids: Annotated[Part, typer.Option(help=PART)] = Part.ALL,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Compare engines: baselines, the embedded one, and a cascade with a simulated second reader.

    The simulated reader knows the truth and errs at random as often as it is told to. It stands for no real model.
    """
    accuracy = _accuracy(reader or [])
    unknown = set(baseline or []) - set(BASELINES)
    if unknown:
        typer.echo(f"no baseline '{min(unknown)}'; there are {', '.join(BASELINES)}", err=True)
        raise typer.Exit(2)
    rows, bad = requests_of_part(file, ids)
    baselines = {name: make for name, make in BASELINES.items() if not baseline or name in baseline}
    document = compared(rows, baselines, accuracy, policy_of(playbook))
    document["bad_lines"] = len(bad)
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        _say(document, file)
    if bad:
        raise typer.Exit(1)


def compared(
    rows: list[Labelled],
    baselines: dict[str, Callable[[], TriageEngine]],
    accuracy: dict[str, float],
    policy: Policy,
) -> dict[str, Any]:
    """Every engine's figures with their differences to the embedded one, its speed, and the share asked of a reader."""
    observed = {name: observe_all(rows, make()) for name, make in baselines.items()}
    observed[EMBEDDED] = observe_all(rows, embedded_engine())
    first, simulated = observed[EMBEDDED].seen, SimulatedReader(accuracy)
    together = cascade(rows, first, simulated, as_deployed(_asked_when(policy), policy.boundary))
    alone = [simulated.read(row, one) for row, one in zip(rows, first, strict=True)]
    seen = {**{name: one.seen for name, one in observed.items()}, READER: alone, CASCADE: together.seen}
    figures = side_by_side({name: compare(rows, one, policy.boundary) for name, one in seen.items()}, EMBEDDED)
    asked = {READER: 1.0, CASCADE: round(together.asked, 4)}
    return {
        "n": len(rows),
        "simulated_reader": accuracy,
        "engines": {
            name: {"figures": figures[name], "llm_share": asked.get(name, 0.0), **_measured(observed.get(name))}
            for name in seen
        },
    }


def _asked_when(policy: Policy) -> AskWhen:
    if policy.llm is None:
        typer.echo(
            "the policy has no part `llm`, so nobody would be asked; add it as in the playbook that comes along",
            err=True,
        )
        raise typer.Exit(2)
    return policy.llm.ask


def _measured(observed: Observed | None) -> dict[str, Any]:
    """Speed and version of an engine that really read, and that the others did not."""
    if observed is None:
        return {"simulated": True, "ms_p50": None, "engine": None}
    (p50,) = percentiles(observed.milliseconds, 50)
    return {"simulated": False, "ms_p50": p50, "engine": observed.engine.model_dump()}


def _accuracy(told: list[str]) -> dict[str, float]:
    accuracy = dict(STRONG_READER)
    for one in told:
        head, _, share = one.partition("=")
        try:
            accuracy[head] = float(share)
        except ValueError:
            accuracy[head] = -1.0
        if head not in STRONG_READER or not 0.0 <= accuracy[head] <= 1.0:
            choices = ", ".join(STRONG_READER)
            typer.echo(f"--reader {one}: give a head ({choices}) and a share, such as urgency=0.9", err=True)
            raise typer.Exit(2)
    return accuracy


def _say(document: dict[str, Any], file: Path) -> None:
    console = wide_console()
    found = document["engines"]
    table = Table(
        "figure", *(name.replace(" (", "\n(") for name in found), title=f"{document['n']} requests in {file.name}"
    )
    for figure in found[EMBEDDED]["figures"]:
        table.add_row(figure, *(_cell(one["figures"][figure], name) for name, one in found.items()), end_section=True)
    table.add_row("asked of a second reader", *(f"{one['llm_share']:.0%}" for one in found.values()))
    table.add_row("ms_p50", *(shown(one["ms_p50"]) for one in found.values()))
    console.print(table)
    told = ", ".join(f"{head} {share:g}" for head, share in document["simulated_reader"].items())
    console.print(
        "Figures with bootstrap 95 % intervals; below each its difference to the embedded engine, on the same draws.\n"
        f"Simulated: a reader that knows the truth says it with probability {told}. It stands for no real model.",
        markup=False,
        highlight=False,
    )


def _cell(found: dict[str, Any], engine: str) -> str:
    lines = [shown(found["value"]), span(found["interval"])]
    if engine != EMBEDDED and found["difference"] is not None:
        lines += [shown(found["difference"], signed=True), span(found["difference_interval"], signed=True)]
    return "\n".join(lines)
