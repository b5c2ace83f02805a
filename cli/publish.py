"""`firstline publish`: make a changed playbook count for every ticket that comes in from then on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.playbook import read_playbook


def publish(
    path: Annotated[Path, typer.Argument(help="The playbook's folder.")] = Path("playbook"),
) -> None:
    """Check the playbook, store its policy, and rebuild the index of approved answers."""
    from cli.local.deployment import current_world

    reading = read_playbook(path, today=datetime.now(UTC).date())
    if reading.playbook is None:
        for finding in reading.findings:
            typer.echo(str(finding), err=True)
        typer.echo("not published: a playbook with faults never is", err=True)
        raise typer.Exit(1)
    world = current_world()
    sha = world.policies.publish(reading.playbook.policy)
    world.publish_resolutions(reading.playbook.resolutions)
    world.invoke("sync_knowledge", {})
    typer.echo(f"published policy {sha[:12]} and {len(reading.playbook.resolutions)} approved answers")
