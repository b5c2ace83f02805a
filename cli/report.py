"""`firstline report`: a week's report as files, counted again from the recorded facts. Sends nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from shared.domain.report import WeekReport
from shared.ports.report_page import RenderedReport


def report(
    week: Annotated[str, typer.Option(help="An ISO week such as 2026-W47, `last` or `running`.")] = "last",
    out: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("reports"),
    facts: Annotated[Path | None, typer.Option(help="Facts as JSON lines; without it, the deployed table.")] = None,
    playbook: Annotated[Path, typer.Option(help="The playbook that a facts file is counted by.")] = Path("playbook"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Write a week's report as page, plain text, CSV and JSON. The same facts give the same bytes of JSON."""
    from shared.adapters.report_page.page import MjmlReportPage

    found, queue_names = _from_file(week, facts, playbook) if facts else _from_table(week)
    written = write(found, MjmlReportPage().render(found, queue_names), out)
    if as_json:
        typer.echo(json.dumps({"week": str(found.week), "tickets": found.total.tickets, "files": written}))
        return
    for line in (*found.sentences, "", *written):
        typer.echo(line)


def _from_table(week: str) -> tuple[WeekReport, dict[str, str]]:
    """Up to the cut-off of the report that was sent, or to now when none was."""
    from cli.local.deployment import current_world
    from functions.report.earlier import Sources
    from functions.report.service import count
    from shared.domain.report_numbers import queue_names

    world = current_world()
    sources = Sources(facts=world.facts, policies=world.policies, archive=world.archive)
    counted = count(_checked(week), sources=sources, clock=lambda: datetime.now(UTC))
    return counted.report, queue_names(counted.current)


def _from_file(week: str, file: Path, folder: Path) -> tuple[WeekReport, dict[str, str]]:
    """Up to the fact that was recorded last, so that the file alone decides what comes out."""
    from cli.playbook import load_playbook
    from functions.report.service import week_of
    from shared.domain.facts import Fact
    from shared.domain.report_numbers import count_week, queue_names

    policy = load_playbook(folder, today=datetime.now(UTC).date()).policy
    found = [Fact.model_validate_json(line) for line in file.read_text().splitlines() if line.strip()]
    if not found:
        raise typer.BadParameter(f"{file} holds no facts", param_hint="--facts")
    cut_off = max(fact.recorded_at for fact in found)
    asked = week_of(_checked(week), cut_off, policy.company.time_zone)
    return count_week(found, asked, policy=policy, cut_off=cut_off), queue_names(policy)


def _checked(week: str) -> str:
    from pydantic import TypeAdapter, ValidationError

    from shared.domain.week import WeekName

    if week in ("last", "running"):
        return week
    try:
        return TypeAdapter[str](WeekName).validate_python(week)
    except ValidationError as error:
        raise typer.BadParameter(
            f"'{week}' is no week; write 2026-W47, last or running", param_hint="--week"
        ) from error


def write(found: WeekReport, rendered: RenderedReport, out: Path) -> list[str]:
    """Write a report's files into a folder and answer their paths."""
    out.mkdir(parents=True, exist_ok=True)
    name = f"{found.week}-running" if found.partial else str(found.week)
    content = {
        "html": rendered.page.encode(),
        "txt": rendered.text.encode(),
        "csv": rendered.csv.encode(),
        "json": found.canonical_json(),
    }
    for suffix, data in content.items():
        (out / f"{name}.{suffix}").write_bytes(data)
    return [str(out / f"{name}.{suffix}") for suffix in content]
