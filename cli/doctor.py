"""`firstline doctor`: whether a connected desk works from end to end, and what to do where it does not."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from cli.desks.checking import checked
from cli.desks.deployed import deployed_world, webhook_url
from cli.desks.registry import SETUPS, desks_named
from cli.desks.setup import Finding
from cli.world import World
from shared.domain.errors import StoredItemCorrupt


def doctor(
    desk: Annotated[str | None, typer.Argument(help="The desk's name; without it, every connected one.")] = None,
    stack: Annotated[str | None, typer.Option(help="The stack's name; without it, what runs on this machine.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Check secrets, sign-in, permissions, webhook, fields and view, and follow a signed test event to its end."""
    world = deployed_world(stack)
    names = desks_named(desk) if desk else tuple(name for name in SETUPS if _is_deployed(world, name))
    if not names:
        typer.echo("no desk is deployed; deploy the stack with `-c desks=NAME`", err=True)
        raise typer.Exit(1)
    findings = {name: checked(SETUPS[name], world, webhook_url(world, name)) for name in names}
    if as_json:
        told = {name: [finding.model_dump() for finding in found] for name, found in findings.items()}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        for name, found in findings.items():
            _show(name, found)
    if not all(finding.ok for found in findings.values() for finding in found):
        raise typer.Exit(1)


def _is_deployed(world: World, name: str) -> bool:
    try:
        world.read_secret(f"firstline/{name}/api")
    except StoredItemCorrupt:
        return False
    return True


def _show(name: str, findings: list[Finding]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("", "", "", "what to do", title=name, title_justify="left", show_header=True)
    for finding in findings:
        mark = "[green]ok[/green]" if finding.ok else "[bold red]no[/bold red]"
        table.add_row(mark, finding.what, finding.says, finding.remedy)
    Console().print(table)
