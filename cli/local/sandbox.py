"""The sandbox desk as a process of its own, and its control API."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import urllib3

_START_SECONDS = 30.0


class SandboxFailed(Exception):
    """The sandbox did not start, or refused a call; the message says which and where its log is."""


class Sandbox:
    """The control API of a running sandbox: what a desk's people and customers would do by hand."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = urllib3.PoolManager(timeout=urllib3.Timeout(connect=2.0, read=60.0), retries=False, maxsize=4)

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Call the control API.

        Raises:
            SandboxFailed: it answered an error.
        """
        content = json.dumps(body).encode() if body is not None else None
        headers = {"content-type": "application/json"}
        answer = self._http.request(method, f"{self.url}/_sandbox{path}", body=content, headers=headers)
        if answer.status >= 400:
            raise SandboxFailed(f"{method} {path}: {answer.status} {answer.data[:300].decode(errors='replace')}")
        return json.loads(answer.data) if answer.data else None


def start_sandbox(folder: Path) -> dict[str, Any]:
    """Start the sandbox and answer what it says about itself, with its `pid`.

    Raises:
        SandboxFailed: it ended or said nothing within half a minute.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "sandbox.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,  # Ctrl-C is for us; we end it ourselves, last of all
        )
    deadline = time.monotonic() + _START_SECONDS
    line = process.stdout.readline() if process.stdout else ""
    if not line or time.monotonic() > deadline:
        process.kill()
        raise SandboxFailed(f"the sandbox desk did not start; see {log}")
    return {**json.loads(line), "pid": process.pid}


def stop_sandbox(pid: int) -> None:
    """End the sandbox; one that is gone already is fine."""
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    for _ in range(50):
        try:
            if os.waitpid(pid, os.WNOHANG)[0]:
                return
        except ChildProcessError:
            if not Path(f"/proc/{pid}").exists():
                return
        time.sleep(0.1)
