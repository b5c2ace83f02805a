"""`make desks`: which promises each desk keeps, a row a scenario, a column a desk. Fails when one does not hold."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
SUITE = "tests/contracts/helpdesk"
_CASE = re.compile(r"test_(?P<scenario>\w+)\[(?P<desk>[a-z]+)(?:-.*)?\]$", re.DOTALL)
_SHOWN = {"ok": "[green]ok[/green]", "n/a": "[dim]n/a[/dim]", "FAILS": "[bold red]FAILS[/bold red]"}
# A scenario of several cases is as good as its worst one.
_ORDER = ("n/a", "ok", "FAILS")


def main() -> int:
    """Run the scenarios, print the matrix, and say whether all of it holds."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "junit.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={told}", SUITE]
        done = subprocess.run([*command, *sys.argv[1:]], cwd=ROOT, check=False)
        if not told.exists():
            return done.returncode or 1
        matrix, desks = _read(told)
    _show(matrix, desks)
    return done.returncode


def _read(path: Path) -> tuple[dict[tuple[str, str], dict[str, str]], list[str]]:
    matrix: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    desks: dict[str, None] = {}
    for case in ElementTree.parse(path).iter("testcase"):
        found = _CASE.match(case.get("name", ""))
        if found is None:
            continue
        room = case.get("classname", "").rpartition(".")[2].removeprefix("test_")
        row, desk = matrix[(room, found["scenario"].replace("_s_", "'s ").replace("_", " "))], found["desk"]
        desks[desk] = None
        row[desk] = max(row.get(desk, "n/a"), _outcome(case), key=_ORDER.index)
    return matrix, list(desks)


def _outcome(case: ElementTree.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return "FAILS"
    return "n/a" if case.find("skipped") is not None else "ok"


def _show(matrix: dict[tuple[str, str], dict[str, str]], desks: list[str]) -> None:
    table = Table("", "scenario", *desks)
    room = ""
    for (where, scenario), row in matrix.items():
        if where != room:
            table.add_section()
        table.add_row(where if where != room else "", scenario, *(_SHOWN.get(row.get(desk, ""), "-") for desk in desks))
        room = where
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    for desk in desks:
        outcomes = [row.get(desk) for row in matrix.values()]
        count = {one: outcomes.count(one) for one in _SHOWN}
        console.print(f"{desk}: {count['ok']} hold, {count['n/a']} do not apply, {count['FAILS']} fail")


if __name__ == "__main__":
    sys.exit(main())
