"""Engines that the embedded one is compared with, by the name that a table shows."""

from __future__ import annotations

from collections.abc import Callable

from shared.ports.triage import TriageEngine
from training.dataset import OWN_DATA, kept_out, read
from training.majority import MajorityEngine


def _majority() -> TriageEngine:
    rows = [row for file in sorted(OWN_DATA.glob("*.jsonl")) for row in read(file)[0] if not kept_out(row)]
    return MajorityEngine.fit(rows)


BASELINES: dict[str, Callable[[], TriageEngine]] = {"majority": _majority}
"""What makes each engine; called when a comparison runs."""
