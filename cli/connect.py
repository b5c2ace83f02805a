"""`firstline connect DESK`: everything on the desk that the product needs, and the secrets where it reads them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from typing import Annotated

import typer

from cli.desks.deployed import deployed_world, webhook_url
from cli.desks.registry import SETUPS, desks_named
from cli.desks.setup import Connected, Credential, Setup
from cli.desks.storing import forget, store, stored
from cli.world import World
from shared.domain.errors import DeskRefused, FirstlineError, StoredItemCorrupt


def connect(
    desk: Annotated[str, typer.Argument(help="The desk's name.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take everything away again.")] = False,
    given: Annotated[
        list[str] | None,
        typer.Option("--set", help="A value that is no secret: name=value. Secrets come by environment or prompt."),
    ] = None,
    stack: Annotated[str | None, typer.Option(help="The stack's name; without it, what runs on this machine.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Connect a desk: webhook, fields and view on the desk, both secrets in Secrets Manager. Safe to run twice."""
    (name,) = desks_named(desk)
    setup, world = SETUPS[name], deployed_world(stack)
    url = webhook_url(world, name)
    try:
        if remove:
            _remove(setup, world, url, as_json)
        else:
            _connect(setup, world, url, dict(_pair(text) for text in given or []), as_json)
    except StoredItemCorrupt as error:
        _fail(f"{error}; is the stack deployed with this desk? (`cdk deploy -c desks={name}`)")
    except DeskRefused as refused:
        wanted = "".join(f"\n  - {one}" for one in setup.permissions)
        _fail(f"the desk refused: {refused}\nwhat the credentials must be allowed:{wanted}")
    except FirstlineError as error:
        _fail(f"it did not work, and can be run again: {error}")


def _connect(setup: Setup, world: World, url: str, given: Mapping[str, str], as_json: bool) -> None:
    before = stored(world, setup.name)
    if not as_json:
        typer.echo(f"What the credentials for {setup.name} must be allowed, and no more:")
        for permission in setup.permissions:
            typer.echo(f"  - {permission}")
    account = {one.name: _ask(one, setup.name, given, before) for one in setup.credentials}
    connected = setup.connect(account, url, before=before)
    store(world, setup.name, connected)
    if as_json:
        told = {"desk": setup.name, "webhook_url": url, "created": connected.created, "clicks": connected.clicks}
        typer.echo(json.dumps({**told, "permissions": setup.permissions}, ensure_ascii=False))
        return
    for one in connected.created or ("nothing: all of it was there",):
        typer.echo(f"created {one}" if connected.created else one)
    typer.echo(f"webhooks go to {url}; both secrets are in Secrets Manager")
    for number, click in enumerate(connected.clicks, 1):
        typer.echo(f"{number}. by hand: {click}")
    typer.echo(f"what comes first is seen by: {setup.on_top}")
    typer.echo(f"`firstline doctor {setup.name}` checks it from end to end; functions notice new secrets in 5 minutes")


def _ask(credential: Credential, desk: str, given: Mapping[str, str], before: Connected | None) -> str:
    """From --set, the environment, what is stored, or the person in front of it; a secret is never shown."""
    variable = f"FIRSTLINE_{desk}_{credential.name}".upper()
    if credential.secret and credential.name in given:
        _fail(f"{credential.name} is a secret and would stay in the shell's history; use {variable} or the prompt")
    known = given.get(credential.name) or os.environ.get(variable)
    if known:
        return known
    kept = before.api.get(credential.name) if before else None
    default = str(kept) if kept else credential.default
    if default is not None and not sys.stdin.isatty():
        return default  # nobody is there to be asked
    # A stored secret is kept by an empty answer, and not told.
    return str(
        typer.prompt(
            f"{credential.prompt}{' [keep]' if kept and credential.secret else ''}",
            default=default,
            hide_input=credential.secret,
            show_default=not credential.secret,
            err=True,
        )
    )


def _remove(setup: Setup, world: World, url: str, as_json: bool) -> None:
    before = stored(world, setup.name)
    removed = setup.remove(before.api, url) if before else ()
    forget(world, setup.name)
    if as_json:
        typer.echo(json.dumps({"desk": setup.name, "removed": removed}, ensure_ascii=False))
        return
    for one in removed:
        typer.echo(f"removed {one}")
    typer.echo(f"both secrets of {setup.name} are empty; notes and tags stay on its tickets")


def _pair(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found:
        raise typer.BadParameter(f"--set {name}: write name=value")
    return name, value


def _fail(message: str) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(1)
