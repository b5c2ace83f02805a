"""Starts MiniStack, in its own interpreter, with four things put right.

The stack refuses requests that are not encrypted (`aws:SecureTransport`). On the loopback there is no TLS, so the
launcher says of every request what a proxy that ends TLS says of those it passes on.

AWS reports the class name of the exception that left the handler, and Step Functions matches it in `ErrorEquals`.
MiniStack 1.5.33 says `Runtime.HandlerError` for every Python exception, so a state machine could tell a desk that
is down from a bug in the code only on AWS. The traceback holds the name; this takes it from there.

IAM judges a mail by the identity that it is sent from. MiniStack judges the call that sends one without a resource,
so a role that may send from one address alone could send nothing.

AWS unpacks a layer once. MiniStack unpacks thousands of files at every cold start, in one process and one after the
other, so that a burst waits a minute for what takes a second. Here each archive is unpacked once and then linked.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
import threading
import types
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from ministack import app
from ministack.core import iam_actions, lambda_runtime
from ministack.services import lambda_svc

UNNAMED = "Runtime.HandlerError"
Asgi = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
ResourceArn = Callable[[str, str, bytes, str, str], str]
Execute = Callable[..., dict[str, Any]]


def exception_name(traceback: str) -> str | None:
    """The class name in a formatted traceback: the first word after the last frame, without its module."""
    lines = traceback.splitlines()
    frames = [number for number, line in enumerate(lines) if line.startswith("  File ")]
    if not frames:
        return None
    for line in lines[frames[-1] + 1 :]:
        named = re.match(r"([A-Za-z_][\w.]*)(:|$)", line)
        if named:
            return named[1].rpartition(".")[2]
    return None


def named_errors(execute: Execute) -> Execute:
    """The executor, with the class name of the exception in place of one name for all."""

    def execute_and_name(*args: Any, **kwargs: Any) -> dict[str, Any]:
        result = execute(*args, **kwargs)
        body = result.get("body")
        if result.get("error") and isinstance(body, dict) and body.get("errorType") == UNNAMED:
            body["errorType"] = exception_name(str(result.get("log", ""))) or UNNAMED
        return result

    return execute_and_name


def over_tls(serve: Asgi) -> Asgi:
    """The server, told that each request came in over TLS and ended at a proxy."""

    async def serve_secure(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope = {**scope, "headers": [*scope["headers"], (b"x-forwarded-proto", b"https")]}
        await serve(scope, receive, send)

    return serve_secure


def sender_named(arn_of: ResourceArn) -> ResourceArn:
    """What names an SES request's resource, with the sender's identity for a request that sends a mail."""

    def arn_with_sender(method: str, path: str, body: bytes, region: str, account: str) -> str:
        if path.rstrip("/") != "/v2/email/outbound-emails":
            return arn_of(method, path, body, region, account)
        sender = json.loads(body).get("FromEmailAddress", "")
        return f"arn:aws:ses:{region}:{account}:identity/{sender}"

    return arn_with_sender


class UnpackedOnce(zipfile.ZipFile):
    """An archive whose many files are unpacked the first time only; later targets get links to them."""

    _lock = threading.Lock()
    _many = 300

    def namelist(self) -> list[str]:
        """The names to be checked one by one; an archive of dependencies was built here and needs no check."""
        names = super().namelist()
        return [] if len(names) > self._many else names

    def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
        """Unpack, or link what was unpacked before."""
        if len(self.infolist()) <= self._many:
            super().extractall(path, members, pwd)
            return
        content = "\n".join(f"{entry.filename} {entry.CRC}" for entry in self.infolist())
        unpacked = Path(tempfile.gettempdir()) / "layers" / hashlib.sha256(content.encode()).hexdigest()
        with self._lock:
            if not unpacked.exists():
                draft = unpacked.with_suffix(".draft")
                super().extractall(draft, super().namelist())
                draft.rename(unpacked)
        for top in unpacked.iterdir():
            (Path(path) / top.name).symlink_to(top)


if __name__ == "__main__":
    lambda_runtime.zipfile = types.SimpleNamespace(**{**vars(zipfile), "ZipFile": UnpackedOnce})
    iam_actions._ses_v2_resource_arn = sender_named(iam_actions._ses_v2_resource_arn)
    app.app = over_tls(app.app)
    lambda_svc._execute_function_warm = named_errors(lambda_svc._execute_function_warm)
    app.main()
