"""What importing each handler costs, as a ratio to `import boto3` in the same run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

_ROUNDS = 7
_ROOT = Path(__file__).resolve().parents[2]
_TIMED = "import time; began = time.perf_counter(); import {module}; print(time.perf_counter() - began)"


def run() -> dict[str, Any]:
    """Time every handler's import in fresh interpreters, taking turns with boto3 so that noise hits both alike."""
    handlers = sorted(f"functions.{path.parent.name}.handler" for path in _ROOT.glob("functions/*/handler.py"))
    modules = ["boto3", *handlers]
    seconds: dict[str, list[float]] = {module: [] for module in modules}
    for _ in range(_ROUNDS):
        for module in modules:
            seconds[module].append(_import_seconds(module))
    base = median(seconds["boto3"])
    rows = [
        {
            "module": module,
            "ms_p50": round(median(times) * 1000, 1),
            "ratio_to_boto3": round(median(times) / base, 2),
        }
        for module, times in seconds.items()
    ]
    return {"rows": rows, "rounds": _ROUNDS}


def _import_seconds(module: str) -> float:
    command = [sys.executable, "-c", _TIMED.format(module=module)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True, cwd=_ROOT).stdout)
