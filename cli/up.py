"""`firstline up`, `down`, `status`: the product on this machine."""

from __future__ import annotations

import json
import time
from typing import Annotated

import typer

from cli.local.deployment import bring_down, bring_up, find

_Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def up(as_json: _Json = False) -> None:
    """Start the emulator, deploy the stack into it, start the sandbox desk and connect it."""
    began = time.monotonic()
    deployment = bring_up(lambda text: typer.echo(f"{time.monotonic() - began:5.1f} s  {text}", err=True))
    if as_json:
        typer.echo(json.dumps(deployment.document()))
        return
    typer.echo(f"The desk's inbox: {deployment.sandbox_url}")
    typer.echo(f"Webhooks go to:   {deployment.webhooks['zendesk']['url']}")
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
