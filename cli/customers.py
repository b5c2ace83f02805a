"""`firstline customers`: what the company knows of its customers, from a CSV file or by a signed webhook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.customer_file import Bad, Good, read_customers
from cli.customer_webhook import show_aside, show_webhook
from cli.desks.deployed import deployed_world
from shared.domain.customers import Profile
from shared.ports.customers import CustomerBook

app = typer.Typer(add_completion=False, no_args_is_help=True, help="What the company's own data says of customers.")
_BATCH = 500
Stack = Annotated[str | None, typer.Option(help="The stack's name; without it, what runs on this machine.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@app.callback()
def customers() -> None:
    """What the company's own data says of customers."""


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV with a heading; `email` is needed, see below.", exists=True)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check only.")] = False,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Import customers: a row replaces what was known of its address; of several rows the last one counts.

    Columns: email, company, plan, mrr, signed_up, seats, renewal_date, owner, as_of. Dates are written 2026-11-25.
    Rows that cannot be read are left out and written to FILE.bad.csv with their line and the reason.
    """
    store = None if dry_run else deployed_world(stack).customer_book
    found = import_customers(file, store, today=datetime.now(UTC))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        typer.echo(
            f"{found['imported']} customers {'checked' if dry_run else 'imported'}, "
            f"{found['duplicates']} rows replaced "
            f"by a later one, {found['bad']} left out" + (f": see {found['bad_file']}" if found["bad"] else "")
        )
    if found["bad"]:
        raise typer.Exit(1)


@app.command("webhook")
def webhook(
    rotate: Annotated[bool, typer.Option("--rotate", help="A new secret; the one before stays valid.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Let nobody in any more.")] = False,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Let a system of the company send customers: where to, signed how. A secret is made once, and shown once.

    Each row replaces what was known of its address; those that cannot be read are kept: `firstline customers aside`.
    """
    show_webhook(deployed_world(stack), rotate=rotate, remove=remove, as_json=as_json)


@app.command("aside")
def aside(
    out: Annotated[Path | None, typer.Option("--out", help="Write them as CSV, to correct and to import.")] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Then keep them no longer.")] = False,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Show the rows that came by the webhook and could not be taken, each with its reason."""
    show_aside(deployed_world(stack), out, forget=forget, as_json=as_json)


def import_customers(file: Path, store: CustomerBook | None, *, today: datetime) -> dict[str, Any]:
    """Read a file row by row and store what is sound; memory does not grow with the file but for one hash a row."""
    bad_file = file.with_suffix(".bad.csv")
    bad_file.unlink(missing_ok=True)
    counts = {"rows": 0, "imported": 0, "duplicates": 0, "bad": 0}

    def sound() -> Iterator[Profile]:
        for row in read_customers(file, today=today.date()):
            counts["rows"] += 1
            if isinstance(row, Bad):
                counts["bad"] += 1
                _set_aside(bad_file, row, first=counts["bad"] == 1)
            elif isinstance(row, Good):
                yield row.profile

    seen: set[int] = set()
    batch: dict[str, Profile] = {}
    for profile in sound():
        mark = hash(profile.email)
        counts["duplicates"] += mark in seen
        seen.add(mark)
        batch[profile.email] = profile
        if len(batch) == _BATCH:
            _put(batch, store)
    _put(batch, store)
    counts["imported"] = len(seen)
    return {**counts, "bad_file": str(bad_file)}


def _put(batch: dict[str, Profile], store: CustomerBook | None) -> None:
    if store is not None:
        store.put_profiles(batch.values())
    batch.clear()


def _set_aside(file: Path, row: Bad, *, first: bool) -> None:
    import csv

    with file.open("a", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        if first:
            writer.writerow(["line", "reason", *row.columns])
        writer.writerow([row.line, row.reason, *row.cells])
