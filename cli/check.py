"""`firstline check`: does the playbook hold together?"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.playbook import Playbook, PlaybookReading, read_playbook
from cli.playbook.clashes import notes_on_contradictions
from cli.playbook.reading import RESOLUTIONS_FOLDER


def check(
    path: Annotated[Path, typer.Argument(help="The playbook's folder.")] = Path("playbook"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Check the playbook; every fault comes with its file, line and remedy."""
    folder = path.parent if path.suffix in (".yaml", ".yml") else path
    reading = read_playbook(folder, today=datetime.now(tz=UTC).date())
    if reading.playbook:
        clashing = notes_on_contradictions(reading.playbook.resolutions, folder / RESOLUTIONS_FOLDER)
        reading = replace(reading, notes=(*reading.notes, *clashing))
    if as_json:
        typer.echo(json.dumps(as_document(reading), ensure_ascii=False))
    else:
        _say(reading)
    if reading.playbook is None:
        raise typer.Exit(1)


def as_document(reading: PlaybookReading) -> dict[str, Any]:
    """What was found, for machines."""
    document: dict[str, Any] = {
        "ok": reading.playbook is not None,
        "errors": [{**one._asdict(), "file": str(one.file)} for one in reading.findings],
        "notes": [{"file": str(note.file), "text": note.text} for note in reading.notes],
    }
    return {**document, **counts(reading.playbook)} if reading.playbook else document


def counts(playbook: Playbook) -> dict[str, Any]:
    """What a sound playbook holds."""
    policy = playbook.policy
    return {
        "policy": policy.sha,
        "company": policy.company.name,
        "queues": len(policy.queues),
        "agents": len(policy.agents),
        "calendars": len(policy.calendars),
        "resolutions": len(playbook.resolutions),
        "languages": dict(sorted(Counter(one.language for one in playbook.resolutions).items())),
    }


def _say(reading: PlaybookReading) -> None:
    for finding in reading.findings:
        typer.echo(str(finding), err=True)
    for note in reading.notes:
        typer.echo(f"worth a look: {note}")
    if reading.playbook is None:
        faults = len(reading.findings)
        typer.echo(f"{faults} fault{'' if faults == 1 else 's'}: a playbook with faults is never published", err=True)
        return
    held = counts(reading.playbook)
    languages = ", ".join(f"{language} {count}" for language, count in held["languages"].items())
    typer.echo(
        f"The playbook of {held['company']} holds together: {held['queues']} queues, {held['agents']} people, "
        f"{held['calendars']} calendars, {held['resolutions']} approved answers ({languages or 'none'}). "
        f"Policy {held['policy'][:12]}."
    )
