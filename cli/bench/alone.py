"""The embedded engine in a process of its own. Nothing is imported before it is needed: that is what is measured."""

from __future__ import annotations

import json
from time import perf_counter


def print_timings() -> None:
    """Whole observations: four heads with evidence, language, suspicion."""
    from cli.bench.one_text import texts, timed
    from shared.adapters.embedded.engine import EmbeddedEngine
    from shared.domain.observation import Request

    engine, name = EmbeddedEngine.load(), "engine: heads, evidence, language, suspicion"
    print(json.dumps(timed(name, lambda text: engine.observe(Request(text=text)), texts())))


def print_cold_start() -> None:
    """What the first ticket waits for: the handler's import, the artifact, and a first reading."""
    began = perf_counter()
    import functions.classify.handler  # noqa: F401

    imported = perf_counter()
    from shared.adapters.embedded.engine import EmbeddedEngine
    from shared.domain.observation import Request

    engine = EmbeddedEngine.load()
    loaded = perf_counter()
    engine.observe(Request(text="I was charged twice for October, please refund one of the payments."))
    read = perf_counter()
    times = {"import_ms": imported - began, "load_ms": loaded - imported, "first_call_ms": read - loaded}
    print(json.dumps({name: seconds * 1000 for name, seconds in {**times, "total_ms": read - began}.items()}))
