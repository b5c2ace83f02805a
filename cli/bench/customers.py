"""A million rows of customers as spreadsheets write them: byte order mark, quotes, duplicates, some that are bad."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROWS = (10_000, 100_000, 1_000_000)
_ADDRESSES = 0.9  # of the rows; the rest say something newer of an address that was there before
_BAD_EVERY = 1_000
_ROOT = Path(__file__).resolve().parents[2]


def run() -> dict[str, Any]:
    """Read and check files of three sizes, each in a process of its own; storing is the table's business."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as folder:
        for count in ROWS:
            file = Path(folder) / f"customers-{count}.csv"
            _write(file, count)
            program = f"import cli.bench.customers as bench; bench.print_import({str(file)!r})"
            done = subprocess.run(
                [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=_ROOT
            )
            rows.append(json.loads(done.stdout))
    return {"rows": rows, "not counted": "storing them, 25 in a request"}


def _write(file: Path, count: int) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        out.write("email,company,plan,mrr,signed_up,seats\r\n")
        for number in range(count):
            who = number % round(count * _ADDRESSES)
            mail = "nobody" if number % _BAD_EVERY == 7 else f"c{who}@customers.example"
            out.write(f'{mail},"The ""{who}"" Inn, Ltd",team,"{number % 5000}.50",2022-03-14,{who % 300}\r\n')


def print_import(file: str) -> None:
    """Import a file without storing it, and print the row."""
    import resource
    from datetime import UTC, datetime
    from time import perf_counter

    from cli.customers import import_customers

    began = perf_counter()
    found = import_customers(Path(file), None, today=datetime.now(UTC))
    seconds = perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = {name: found[name] for name in ("rows", "imported", "duplicates", "bad")}
    rss = round(peak / (1e6 if sys.platform == "darwin" else 1e3))
    print(json.dumps({**told, "seconds": round(seconds, 1), "rss_mb": rss}))
