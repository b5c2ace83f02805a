"""A demo that is told to end, as real processes: nothing of it is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are looked for in /proc"),
]

FIRSTLINE = Path(sys.executable).with_name("firstline")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["sigterm", "sighup"])
def test_a_demo_that_is_told_to_end_takes_its_emulator_with_it(tmp_path: Path, number: signal.Signals) -> None:
    environment = {**os.environ, "FIRSTLINE_HOME": str(tmp_path)}
    demo = subprocess.Popen(
        [FIRSTLINE, "demo", "--once"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        assert wait(lambda: len(_started(tmp_path)) >= 3), "emulator, sandbox and month did not start"
        demo.send_signal(number)
        assert demo.wait(timeout=60) == 1
        assert wait(lambda: not _started(tmp_path))
        assert not (tmp_path / "stack" / "stack.json").exists()
    finally:
        for pid in [demo.pid, *_started(tmp_path)]:
            _kill(pid)
        demo.wait()


def wait(done: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while not done() and time.monotonic() < deadline:
        time.sleep(0.2)
    return done()


def _started(home: Path) -> list[int]:
    """Processes that write to a demo's folder, the emulator among them, but for the command itself."""
    return [
        int(about.name)
        for about in Path("/proc").iterdir()
        if about.name.isdigit() and _belongs(about, home) and not _is_command(about)
    ]


def _belongs(about: Path, home: Path) -> bool:
    try:
        told = about.joinpath("environ").read_bytes() + about.joinpath("cmdline").read_bytes()
    except OSError:
        return False
    return str(home).encode() in told


def _is_command(about: Path) -> bool:
    try:
        return b"firstline\0demo" in about.joinpath("cmdline").read_bytes()
    except OSError:
        return False


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
