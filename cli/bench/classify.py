"""What one text costs: the embedded engine on one thread, beside the baseline on the same texts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

_ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
_TEXTS, _WORDS, _CALLS = 40, 120, 400


def run() -> dict[str, Any]:
    """Measure in two fresh processes, so that neither pays for what the other loads."""
    rows = [_measured("engine"), _measured("peer")]
    ours, theirs = (row["ms_p50"] for row in rows)
    return {
        "rows": rows,
        "ratio_to_baseline": round(ours / theirs, 2),
        "words": _WORDS,
        "artifact_mb": round(_artifact_bytes() / 1e6, 2),
    }


def _measured(what: str) -> dict[str, Any]:
    program = f"import cli.bench.classify as bench; bench.print_{what}()"
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | _ONE_THREAD, capture_output=True, text=True, check=True
    )
    row: dict[str, Any] = json.loads(done.stdout)
    return row


def print_engine() -> None:
    """Whole observation: four heads with evidence, language, suspicion."""
    from time import perf_counter

    began = perf_counter()
    from shared.adapters.embedded.engine import EmbeddedEngine
    from shared.domain.observation import Request

    engine = EmbeddedEngine.load()
    loaded = perf_counter()
    texts = _texts()
    engine.observe(Request(text=texts[0]))
    first = perf_counter()
    row = _row("engine: heads, evidence, language, suspicion", lambda text: engine.observe(Request(text=text)), texts)
    print(
        json.dumps({**row, "load_ms": round((loaded - began) * 1000), "first_call_ms": round((first - loaded) * 1000)})
    )


def print_peer() -> None:
    """The baseline on the same texts: TF-IDF and linear heads in scikit-learn."""
    from shared.domain.observation import Request
    from training.baseline.engine import LinearEngine
    from training.train import material

    engine = LinearEngine.trained_on(material().learned)
    print(json.dumps(_row("TF-IDF and linear heads", lambda text: engine.observe(Request(text=text)), _texts())))


def _row(name: str, call: Any, texts: list[str]) -> dict[str, Any]:
    import resource
    from time import perf_counter

    import numpy as np

    call(texts[0])
    milliseconds = []
    for at in range(_CALLS):
        began = perf_counter()
        call(texts[at % len(texts)])
        milliseconds.append((perf_counter() - began) * 1000)
    p50, p99 = (round(float(np.percentile(milliseconds, share)), 2) for share in (50, 99))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rss = peak / (1e6 if sys.platform == "darwin" else 1e3)  # bytes there, kilobytes elsewhere
    return {"what": name, "calls": _CALLS, "ms_p50": p50, "ms_p99": p99, "rss_mb": round(rss)}


def _texts() -> list[str]:
    """Texts of 120 words each: the project's own mails one after the other, cut."""
    from training.dataset import OWN_DATA, read

    rows, _ = read(OWN_DATA / "written_a.jsonl")
    words = " ".join(row.request.text for row in rows if len(row.request.text.split()) > _WORDS // 3).split(" ")
    return [" ".join(words[at * _WORDS : (at + 1) * _WORDS]) for at in range(_TEXTS)]


def _artifact_bytes() -> int:
    from shared.adapters.embedded.artifact import SHIPPED

    return sum(path.stat().st_size for path in SHIPPED.iterdir())
