"""Letting an engine read labelled requests, with the time that each took."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

from cli.reading import watched
from shared.domain.observation import EngineVersion, Observations, Request
from shared.domain.suspicion import read_honestly
from shared.ports.triage import TriageEngine
from training.dataset import Labelled


@dataclass(frozen=True)
class Observed:
    """What an engine said about each request, in their order."""

    engine: EngineVersion
    seen: list[Observations]
    milliseconds: list[float]


def observe_all(rows: list[Labelled], engine: TriageEngine) -> Observed:
    """Read every request once, after one call that nobody counts."""
    engine.observe(Request(text="The first call loads what is loaded once."))
    seen, milliseconds = [], []
    for row in watched(rows, "reading", total=len(rows)):
        began = perf_counter()
        seen.append(read_honestly(row.request, engine.observe))
        milliseconds.append((perf_counter() - began) * 1000)
    return Observed(engine.version, seen, milliseconds)
