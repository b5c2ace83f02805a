"""The month beside the demo: made in a process of its own while the stack comes up, then stored as the functions do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.demo.month.making import Month
from cli.world import World
from functions.report.service import BASELINE
from functions.topics.service import MEMORY
from shared.domain.topic_week import week_path
from shared.domain.week import Week

_PATIENCE = 120.0  # seconds


class Making:
    """The month in the making. It yields to everything else: nothing waits for it before the report."""

    def __init__(self, file: Path) -> None:
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        # One thread: on two cores more of them would only wait for each other.
        alone = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "cli.demo.month.making", str(file)]
        self._process = subprocess.Popen(command, env=alone, cwd=Path(__file__).resolve().parents[3])

    def done(self) -> Month:
        """The month, once it is made.

        Raises:
            RuntimeError: it could not be made; its own error stands on stderr.
        """
        if self._process.wait(timeout=_PATIENCE) != 0:
            raise RuntimeError("the demo's month could not be made")
        return Month.model_validate_json(self._file.read_bytes())

    def end(self) -> None:
        """Stop making it, where it is still going on."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=10)


@contextmanager
def making(file: Path) -> Iterator[Making]:
    """Make the month in the background; whatever happens, no process is left."""
    month = Making(file)
    try:
        yield month
    finally:
        month.end()


def store(month: Month, world: World) -> Week:
    """Put the month where the functions would have put it, and answer its last week."""
    world.facts.load(month.facts)
    world.archive.put(MEMORY, month.memory.model_dump_json().encode(), "application/json")
    for week in month.weeks.values():
        world.archive.put(week_path(week.week), week.model_dump_json().encode(), "application/json")
    if month.baseline:
        world.archive.put(BASELINE, month.baseline.model_dump_json().encode(), "application/json")
    return month.last
