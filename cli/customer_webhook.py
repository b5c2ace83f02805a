"""The signed way in for customers: its secret, how to use it, and the rows that could not be taken."""

from __future__ import annotations

import csv
import json
import secrets
from pathlib import Path

import typer

from cli.desks.storing import Secrets
from cli.world import World
from shared.domain.customer_row import COLUMNS, column
from shared.domain.customers import RowAside
from shared.domain.delivery import secrets_in
from shared.domain.errors import StoredItemCorrupt

SECRET = "firstline/customers/webhook"
_VALID_AT_ONCE = 2

_HOW = """\
Send a list of customers like this (at most 256 kB at a time, numbers and dates as in the CSV import):

  body='{{"customers": [{{"email": "ann@example.com", "plan": "team", "mrr": 96.5, "signed_up": "2022-03-14"}}]}}'
  at=$(date +%s)
  signature=$(printf '%s.%s' "$at" "$body" | openssl dgst -sha256 -hmac "$SECRET" -binary | base64)
  curl -sS '{url}' -H "X-Firstline-Timestamp: $at" -H "X-Firstline-Signature: $signature" --data "$body"

The answer says how many were taken, and each row that was not, with its reason."""


def url_of(world: World) -> str:
    """Where lists of customers go."""
    return f"{world.outputs['ApiUrl'].rstrip('/')}/customers"


def show_webhook(world: World, *, rotate: bool, remove: bool, as_json: bool) -> None:
    """Make, change or take away the secret, and say how to use it."""
    try:
        made = changed_secret(world, rotate=rotate, remove=remove)
    except StoredItemCorrupt as error:
        typer.echo(f"{error}; deploy the stack as it is now, it makes the secret", err=True)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps({"url": url_of(world), "secret": made, "open": not remove}))
        return
    if remove:
        typer.echo("the secret is empty: within five minutes nobody is let in any more")
        return
    typer.echo(_HOW.format(url=url_of(world)))
    if made is None:
        typer.echo("\nA secret is set and not shown again; --rotate makes another one.")
        return
    before = "; the one before stays valid until the next one" if rotate else ""
    typer.echo(f"\nSECRET={made}\nshown this once, good within five minutes{before}")


def changed_secret(world: Secrets, *, rotate: bool, remove: bool) -> str | None:
    """The new secret, or None where the old one stays or none is wanted.

    Raises:
        StoredItemCorrupt: the stack has no such secret.
    """
    known = secrets_in(world.read_secret(SECRET))
    if remove:
        world.store_secret(SECRET, {"secrets": []})
        return None
    if known and not rotate:
        return None
    made = secrets.token_urlsafe(32)
    world.store_secret(SECRET, {"secrets": [made, *known][:_VALID_AT_ONCE]})
    return made


def show_aside(world: World, out: Path | None, *, forget: bool, as_json: bool) -> None:
    """Show the rows, or write them; and forget them if that is wanted."""
    rows = world.rows_aside.kept()
    if out is not None:
        write_aside(out, rows)
    if forget:
        for row in rows:
            world.rows_aside.forget(row)
    if as_json:
        told = [row.model_dump(mode="json") for row in rows]
        typer.echo(json.dumps({"rows": told, "forgotten": forget}, ensure_ascii=False))
        return
    for row in rows if out is None else ():
        typer.echo(f"{row.at:%Y-%m-%d %H:%M} UTC, row {row.place}: {row.reason}: {row.row}")
    where = f", written to {out}" if out is not None else ""
    typer.echo(f"{len(rows)} rows kept apart{where}{', and forgotten' if forget and rows else ''}")


def write_aside(out: Path, rows: list[RowAside]) -> None:
    """The rows as CSV: the reason, and what they held in columns that `firstline customers import` reads."""
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "reason", *COLUMNS])
        for row in rows:
            cells = _cells(row)
            writer.writerow([row.place, row.reason, *(cells.get(name, "") for name in COLUMNS)])


def _cells(row: RowAside) -> dict[str, object]:
    try:
        told = json.loads(row.row)
    except ValueError:
        told = None  # it was cut
    if not isinstance(told, dict):
        return {}
    return {column(name): value for name, value in told.items() if value is not None}
