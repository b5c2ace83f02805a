"""Timing one text at a time, on one thread, in a process that has nothing else loaded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

WORDS = 120
_ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
_TEXTS, _CALLS = 40, 400


def in_fresh_process(program: str) -> dict[str, Any]:
    """Run Python that prints one JSON document."""
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | _ONE_THREAD, capture_output=True, text=True, check=True
    )
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def timed(what: str, call: Callable[[str], object], texts: list[str]) -> dict[str, Any]:
    """Milliseconds of a call, and what the process took at most."""
    import numpy as np

    call(texts[0])
    milliseconds = []
    for at in range(_CALLS):
        began = perf_counter()
        call(texts[at % len(texts)])
        milliseconds.append((perf_counter() - began) * 1000)
    p50, p99 = (round(float(np.percentile(milliseconds, share)), 2) for share in (50, 99))
    return {"what": what, "words": WORDS, "calls": _CALLS, "ms_p50": p50, "ms_p99": p99, "rss_mb": _peak_mb()}


def texts() -> list[str]:
    """Texts of 120 words each: the project's own mails one after the other, cut."""
    from training.dataset import OWN_DATA, read

    rows, _ = read(OWN_DATA / "written_a.jsonl")
    words = " ".join(row.request.text for row in rows if len(row.request.text.split()) > WORDS // 3).split(" ")
    return [" ".join(words[at * WORDS : (at + 1) * WORDS]) for at in range(_TEXTS)]


def artifact_mb() -> float:
    """The size of the shipped artifact, with its card."""
    from shared.adapters.embedded.artifact import SHIPPED

    return round(sum(path.stat().st_size for path in SHIPPED.iterdir()) / 1e6, 2)


def _peak_mb() -> int:
    try:
        # What getrusage says may be the parent's: Linux hands it on when a process starts another.
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return round(int(status.split("VmHWM:")[1].split()[0]) / 1e3)
    except (OSError, IndexError):
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return round(peak / (1e6 if sys.platform == "darwin" else 1e3))  # bytes there, kilobytes elsewhere
