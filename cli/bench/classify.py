"""What one text costs: the embedded engine on one thread, beside the baseline on the same texts."""

from __future__ import annotations

import json
from typing import Any

from cli.bench.one_text import WORDS, artifact_mb, in_fresh_process, texts, timed


def run() -> dict[str, Any]:
    """Measure in two fresh processes, so that neither pays for what the other loads."""
    rows = [
        in_fresh_process("import cli.bench.alone as bench; bench.print_timings()"),
        in_fresh_process("import cli.bench.classify as bench; bench.print_peer()"),
    ]
    ours, theirs = (row["ms_p50"] for row in rows)
    return {
        "rows": rows,
        "ratio_to_baseline": round(ours / theirs, 2),
        "words": WORDS,
        "artifact_mb": artifact_mb(),
    }


def print_peer() -> None:
    """The baseline on the same texts: TF-IDF and linear heads in scikit-learn."""
    from shared.domain.observation import Request
    from training.baseline.engine import LinearEngine
    from training.train import material

    engine = LinearEngine.trained_on(material().learned)
    print(json.dumps(timed("TF-IDF and linear heads", lambda text: engine.observe(Request(text=text)), texts())))
