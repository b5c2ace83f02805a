"""`make bench-desks`: each desk in bad weather, a row a desk. Fails when anything was lost, doubled or overwritten."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
EVENTS = "2000"


def main() -> int:
    """Run the desks one after the other, print what came of each, and say whether all of it holds."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "rows.jsonl"
        told.touch()
        environment = {"FIRSTLINE_EVENTS": EVENTS, **os.environ, "FIRSTLINE_EVENTS_TOLD": str(told)}
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:logging", "tests/load"]
        done = subprocess.run([*command, *sys.argv[1:]], cwd=ROOT, env=environment, check=False)
        rows = [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()]
    if rows:
        table = Table(*rows[0], title="each desk in bad weather", title_justify="left")
        for row in rows:
            table.add_row(*map(str, row.values()))
        Console(width=160).print(table)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
