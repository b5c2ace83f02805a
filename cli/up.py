"""`firstline up`, `down`, `status`: the product on this machine."""

from __future__ import annotations

import json
import time
from typing import Annotated

import typer

from cli.desks.registry import SANDBOXED, desks_named
from cli.local.deployment import bring_down, bring_up, find

_Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def up(
    desk: Annotated[str, typer.Option("--desk", help="Desks to connect, divided by commas, or `all`.")] = "zendesk",
    as_json: _Json = False,
) -> None:
    """Start the emulator, deploy the stack into it, start a sandbox for each desk and connect it."""
    began = time.monotonic()
    desks = desks_named(desk, SANDBOXED)
    deployment = bring_up(lambda text: typer.echo(f"{time.monotonic() - began:5.1f} s  {text}", err=True), desks)
    if as_json:
        typer.echo(json.dumps(deployment.document()))
        return
    for name, about in deployment.sandboxes.items():
        typer.echo(f"The inbox behind {name}: {about['url']}")
        typer.echo(f"Its webhooks go to: {deployment.webhooks[name]['url']}")
    typer.echo("`firstline status` shows it again, `firstline down` ends it.")


def down() -> None:
    """Stop everything that `up` started."""
    typer.echo("stopped" if bring_down() else "nothing was running")


def status(as_json: _Json = False) -> None:
    """Say what runs on this machine."""
    deployment = find()
    if deployment is None:
        typer.echo("{}" if as_json else "nothing runs on this machine; start it with `firstline up`")
        raise typer.Exit(1)
    if as_json:
        typer.echo(json.dumps(deployment.document()))
        return
    for name, value in deployment.document().items():
        typer.echo(f"{name:13} {value if isinstance(value, str) else ', '.join(value)}")
