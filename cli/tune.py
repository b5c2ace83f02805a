"""`firstline tune`: the boundary's thresholds, chosen on labelled requests and never by hand."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from shutil import copymode
from typing import Annotated, Any

import typer

from cli.evaluation.observing import observe_all
from cli.evaluation.tuning import draw, say
from cli.parts import PART, Part, part_of
from cli.playbook.editing import PlaceNotFound, with_numbers
from cli.playbook.finding import FieldPath
from cli.reading import embedded_engine, policy_of, requests_of
from shared.domain.observation import Observations
from shared.domain.policy_parts import Boundary
from training.dataset import OWN_DATA, Labelled
from training.scores import compare, with_intervals
from training.train import TrainingDataInvalid, material
from training.tuning import NothingToTune, Outcome, Sample, Thresholds, expected, lay_out, outcome, tune_all

POLICY = "policy.yaml"
RECALLS = (0.90, 0.925, 0.95, 0.96, 0.97, 0.98, 0.99, 0.995)
_SIDES = ("bounded_recall", "draftable_kept")


def tune(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Labelled requests as JSON lines.", metavar="[FILE]...")
    ] = None,
    recall: Annotated[float, typer.Option(min=0.5, max=1.0, help="Wanted share of bounded requests caught.")] = 0.98,
    playbook: Annotated[Path, typer.Option(help="The playbook whose thresholds are chosen.")] = Path("playbook"),
    ids: Annotated[Part, typer.Option(help=PART)] = Part.ALL,
    held_back: Annotated[
        bool, typer.Option("--held-back", help="Also what training held back from the project's own requests.")
    ] = False,
    outside: Annotated[
        Path | None, typer.Option(help="Also what it held back from a pool of real requests (see `train`).")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Put the chosen values into the playbook's policy.")] = False,
    plots: Annotated[Path | None, typer.Option(help="A folder for a picture of the trade-off (PNG).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Choose `unhappy_at` and `failure_at`: the recall wanted first, then as many harmless requests kept as it allows.

    Take requests that the engine did not learn from, or the thresholds will be too high for any others.
    """
    rows, bad = _labelled(files or [], ids)
    rows += _held_back(outside) if held_back or outside else []
    if not rows:
        typer.echo(f"no request of the part '{ids}'; give a file, or --held-back", err=True)
        raise typer.Exit(1)
    boundary = policy_of(playbook).boundary
    observed = observe_all(rows, embedded_engine())
    try:
        sample = lay_out(rows, observed.seen, boundary)
    except NothingToTune as error:
        typer.echo(f"{error}; give requests of both kinds, with `sentiment` and `service_failure`", err=True)
        raise typer.Exit(1) from error
    _warn_of_few(sample, recall)
    levels = sorted({*RECALLS, recall})
    curve = _curve(sample, levels, rows, observed.seen, boundary)
    document: dict[str, Any] = {
        "n": len(sample),
        "bounded": int(sample.bounded.sum()),
        "harmless": int((~sample.bounded).sum()),
        "engine": observed.engine.model_dump(),
        "recall_wanted": recall,
        "chosen": curve[levels.index(recall)],
        "now": _now(rows, observed.seen, boundary),
        "curve": curve,
        "bad_lines": bad,
        "written": str(_write(playbook / POLICY, curve[levels.index(recall)])) if write else None,
    }
    if plots:
        draw(plots, sample, Thresholds(boundary.unhappy_at, boundary.failure_at))
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        say(document)
    if bad:
        raise typer.Exit(1)


def _labelled(files: list[Path], ids: Part) -> tuple[list[Labelled], int]:
    rows: list[Labelled] = []
    bad = 0
    own = {sha256(path.read_bytes()).hexdigest() for path in OWN_DATA.glob("*.jsonl")}
    for file in files:
        found, faults = requests_of(file)
        rows += part_of(found, ids)
        bad += len(faults)
        if ids is not Part.KEPT_OUT and sha256(file.read_bytes()).hexdigest() in own:
            typer.echo(f"{file}: the engine learned from it; thresholds tuned on it are too high for others", err=True)
    return rows, bad


def _held_back(outside: Path | None) -> list[Labelled]:
    try:
        return material(outside=outside).calibration
    except TrainingDataInvalid as error:
        typer.echo(f"{error}\nnothing was tuned", err=True)
        raise typer.Exit(1) from error


def _warn_of_few(sample: Sample, recall: float) -> None:
    bounded = int(sample.bounded.sum())
    if recall < 1.0 and bounded * (1.0 - recall) < 1.0:
        typer.echo(f"{bounded} bounded requests cannot tell a recall of {recall} from 1: none is missed", err=True)


def _curve(
    sample: Sample, recalls: list[float], rows: list[Labelled], seen: list[Observations], boundary: Boundary
) -> list[dict[str, Any]]:
    """For each recall: the pair, what it does to the sample by the policy's own rules, and what to expect elsewhere."""
    alternatives = zip(tune_all(sample.joint, recalls), expected(sample.joint, recalls), strict=True)
    return [
        {
            "recall_wanted": recall,
            **asdict(pair),
            **_by_rule(rows, seen, boundary.model_copy(update=asdict(pair))),
            "elsewhere": asdict(new) if new else None,
            "joint_score": {
                "at": joint.unhappy_at,
                **asdict(outcome(sample.joint, joint)),
                "elsewhere": asdict(joint_new) if joint_new else None,
            },
        }
        for recall, pair, new, (joint, joint_new) in zip(
            recalls, tune_all(sample, recalls), expected(sample, recalls), alternatives, strict=True
        )
    ]


def _by_rule(rows: list[Labelled], seen: list[Observations], boundary: Boundary) -> dict[str, Any]:
    found = with_intervals(compare(rows, seen, boundary))
    recall, kept = _SIDES
    intervals = {"recall": found["intervals"][recall], "kept": found["intervals"][kept]}
    return {**asdict(Outcome(found[recall], found[kept])), "intervals": intervals}


def _now(rows: list[Labelled], seen: list[Observations], boundary: Boundary) -> dict[str, Any]:
    pair = Thresholds(boundary.unhappy_at, boundary.failure_at)
    return {**asdict(pair), **_by_rule(rows, seen, boundary)}


def _write(file: Path, chosen: dict[str, Any]) -> Path:
    """Put the pair into the policy, all at once or not at all."""
    numbers: dict[FieldPath, float] = {("boundary", name): chosen[name] for name in ("unhappy_at", "failure_at")}
    try:
        # As bytes: Python would turn a line's end into this machine's.
        text = with_numbers(file.read_bytes().decode("utf-8"), numbers)
        beside = file.with_suffix(".yaml.new")
        beside.write_bytes(text.encode("utf-8"))
        copymode(file, beside)
        beside.replace(file)
    except (OSError, PlaceNotFound) as error:
        typer.echo(f"{file} was not changed: {error}; write the values into it by hand", err=True)
        raise typer.Exit(1) from error
    return file
