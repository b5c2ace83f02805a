"""Engines that the embedded one is compared with, by the name that a table shows."""

from __future__ import annotations

from collections.abc import Callable

from shared.ports.triage import TriageEngine
from training.baseline.engine import LinearEngine
from training.majority import MajorityEngine
from training.train import material


def _majority() -> TriageEngine:
    return MajorityEngine.fit(material().learned)


def _linear() -> TriageEngine:
    return LinearEngine.trained_on(material().learned)


BASELINES: dict[str, Callable[[], TriageEngine]] = {"majority": _majority, "tf-idf": _linear}
"""What makes each engine, from the project's own requests; called when a comparison runs."""
