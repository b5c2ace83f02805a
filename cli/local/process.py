"""Processes that outlive the command that started them, and how they are ended."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

_STOP_SECONDS = 10.0
_children: dict[int, subprocess.Popen[Any]] = {}  # those started by this very process, which has to reap them


def adopt(process: subprocess.Popen[Any]) -> int:
    """Remember a process that this one started, and answer its id."""
    _children[process.pid] = process
    return process.pid


def stop_process(pid: int) -> None:
    """End a process; one that is gone already is fine."""
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    child = _children.pop(pid, None)
    if child is not None:
        child.wait(timeout=_STOP_SECONDS)
        return
    deadline = time.monotonic() + _STOP_SECONDS
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
