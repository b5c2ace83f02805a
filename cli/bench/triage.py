"""The triage engine as shipped: how good, how fast, how large, and against what. What is missing is said."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from cli.bench import peer
from cli.bench.one_text import artifact_mb, in_fresh_process
from training.outside import POOL

DATA = "FIRSTLINE_DATA"
"""The environment variable with the folder of public data; by default `../shared/data` beside the checkout."""
OPEN = "eval_open.jsonl"
_ROOT = Path(__file__).resolve().parents[2]
_COLD_STARTS = 5
_FIGURES = (
    "category_macro_f1", "urgency_kappa", "critical_recall", "sentiment_macro_f1", "service_failure_macro_f1",
    "bounded_recall", "draftable_kept",
)  # fmt: skip


def run() -> dict[str, Any]:
    """Everything that can be measured on this machine."""
    data = Path(os.environ.get(DATA) or _ROOT.parent / "shared" / "data")
    skipped: list[str] = []
    engine = in_fresh_process("import cli.bench.alone as bench; bench.print_timings()")
    rows = [engine]
    to_do = peer.missing()
    if to_do:
        skipped.append(f"sentence-transformers: {to_do}")
    else:
        rows.append(in_fresh_process("import cli.bench.peer as bench; bench.print_peer()"))
    return {
        "rows": rows,
        "times_faster_than_sentence_transformers": round(rows[1]["ms_p50"] / engine["ms_p50"], 2) if rows[1:] else None,
        "cold_start": [cold_start()],
        "artifact_mb": artifact_mb(),
        "accuracy": accuracy(data, skipped),
        "banking77": banking77(data, skipped, with_peer=to_do is None),
        "skipped": skipped,
    }


def cold_start() -> dict[str, Any]:
    """Medians over fresh processes, each part by itself."""
    program = "import cli.bench.alone as bench; bench.print_cold_start()"
    found = [in_fresh_process(program) for _ in range(_COLD_STARTS)]
    medians = {name: round(median(one[name] for one in found)) for name in found[0]}
    return {"processes": _COLD_STARTS, **medians}


def accuracy(data: Path, skipped: list[str]) -> list[dict[str, Any]]:
    """The figures on requests that neither taught nor tuned anything; `firstline evaluate triage` has the intervals."""
    from cli.evaluate import scores
    from cli.parts import Part, part_of
    from cli.reading import embedded_engine, policy_of, requests_of
    from training.dataset import OWN_DATA

    engine, boundary = embedded_engine(), policy_of(_ROOT / "playbook").boundary
    rows = []
    for file, part in ((data / OPEN, Part.ODD), (OWN_DATA / "written_c.jsonl", Part.KEPT_OUT)):
        if not file.exists():
            skipped.append(f"accuracy on {file.name}: there is none in {file.parent}; {DATA} names another folder")
            continue
        found = scores(part_of(requests_of(file)[0], part), engine, boundary)
        rows.append(
            {"requests": f"{file.name} --ids {part}", "n": found["n"], **{name: found[name] for name in _FIGURES}}
        )
    return rows


def banking77(data: Path, skipped: list[str], *, with_peer: bool) -> list[dict[str, Any]]:
    """The official test split's intents, found by a linear head on embeddings."""
    from cli.reading import embedded_engine
    from training.banking77 import Embedder, OneByOne, measure, questions

    embed = getattr(embedded_engine(), "embed", None)
    embedders: dict[str, Embedder] = {"embedded engine's encoder": OneByOne(embed)} if embed else {}
    if embed is None:
        skipped.append("banking77: the engine offers no embedding")
    if with_peer:
        embedders["sentence-transformers"] = peer.Peer()
    if not (data / POOL).exists():
        skipped.append(f"banking77: there is no {POOL} in {data}; {DATA} names another folder")
        return []
    found = questions(data) if embedders else []
    return [{"encoder": name, **asdict(measure(found, one))} for name, one in embedders.items()]
