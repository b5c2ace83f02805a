"""`firstline bench NAME`: the figures this project states, measured now, each beside what it is compared with."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.evaluation.figures import wide_console

_BENCHMARKS = {
    "setup": "clean clone to the demo's summary",
    "imports": "what a handler imports, against `import boto3`",
    "classify": "one text through the embedded engine",
    "triage": "the triage engine: accuracy, speed, size, a public yardstick",
    "latency": "accepted webhook to note on the desk, five tickets a second; to the alerts of valued customers",
    "scan": "a minute's scan against the number of open tickets, 20 of them due",
    "catchup": "six hours without a scan, 5,000 tickets due",
    "twice": "500 tickets due, two scans at once, one of them killed halfway",
    "customers": "a million rows of customers: read, checked, the bad ones kept apart",
    "spread": "how evenly tickets are given out, over a week and at any moment",
    "oracle": "20,000 random ticket lives, by our clocks and by stepping minute by minute",
    "index": "the index of articles at 1,000, 10,000 and 50,000 passages: load, search, memory",
    "report": "the weekly report over 10,000 and 100,000 tickets",
    "receive": "webhooks received: the handler alone, and 200 a second at each desk's door",
    "burst": "1,000 webhooks with duplicates and disorder: lost, doubled, past the boundary",
}


def bench(
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(_BENCHMARKS)}, or all.")] = "all",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Measure, and print rows with their sizes."""
    if name != "all" and name not in _BENCHMARKS:
        typer.echo(f"no benchmark '{name}'; there are {', '.join(_BENCHMARKS)}, and all", err=True)
        raise typer.Exit(2)
    names = list(_BENCHMARKS) if name == "all" else [name]
    found = {}
    for one in names:
        found[one] = import_module(f"cli.bench.{one}").run()
        if not as_json:
            _show(one, found[one])
    if as_json:
        typer.echo(json.dumps(found if name == "all" else found[name]))


def _show(name: str, document: dict[str, Any]) -> None:
    console = wide_console()
    for key, value in document.items():
        if _is_table(value):
            title = f"{name}: {_BENCHMARKS[name]}" if key == "rows" else key
            console.print(_table(title, value))
    for key, value in document.items():
        if not _is_table(value):
            for line in value if isinstance(value, list) else [value]:
                console.print(f"{key}: {'not measured' if line is None else line}", soft_wrap=True)


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _table(title: str, rows: list[dict[str, Any]]) -> Table:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*(str(row.get(column, "")) for column in columns))
    return table
