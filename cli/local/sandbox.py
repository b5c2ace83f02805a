"""The sandbox desk as a process of its own, and its control API."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import urllib3

from cli.local.process import adopt
from shared.domain.ticket import TicketKey


class SandboxFailed(Exception):
    """The sandbox did not start, or refused a call; the message says which and where its log is."""


class Sandbox:
    """The control API of a running sandbox: what a desk's people and customers would do by hand.

    Attributes:
        name: the desk whose face the product is connected to.
    """

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        self.name = name
        self._http = urllib3.PoolManager(timeout=urllib3.Timeout(connect=2.0, read=60.0), retries=False, maxsize=4)

    def key(self, ticket: str) -> TicketKey:
        """The product's key of a ticket here."""
        return TicketKey(desk=self.name, id=ticket)

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


def start_sandbox(folder: Path, name: str) -> dict[str, Any]:
    """Start the sandbox for a desk and answer what it says about itself, with its `pid`.

    Raises:
        SandboxFailed: it ended.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"sandbox-{name}.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,  # Ctrl-C is for us; we end it ourselves, last of all
        )
    assert process.stdout is not None  # it was asked for as a pipe
    with process.stdout as answers:
        line = answers.readline()
    if not line:
        process.kill()
        process.wait()
        raise SandboxFailed(f"the sandbox desk did not start; see {log}")
    return {**json.loads(line), "pid": adopt(process)}
