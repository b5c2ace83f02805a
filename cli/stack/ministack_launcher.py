"""Starts MiniStack, in its own interpreter, with one thing put right: which error a Lambda failed with.

AWS reports the class name of the exception that left the handler, and Step Functions matches it in `ErrorEquals`.
MiniStack 1.5.33 says `Runtime.HandlerError` for every Python exception, so a state machine could tell a desk that
is down from a bug in the code only on AWS. The traceback holds the name; this takes it from there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ministack import app
from ministack.services import lambda_svc

UNNAMED = "Runtime.HandlerError"
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


if __name__ == "__main__":
    lambda_svc._execute_function_warm = named_errors(lambda_svc._execute_function_warm)
    app.main()
