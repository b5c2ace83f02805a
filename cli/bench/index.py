"""The index of articles at a size: how long it takes to load, to search, and what memory it adds.

The articles are made up of words that are as frequent as words are (Zipf, 1935), their embeddings are random: what a
search costs does not depend on what is found. Each size is measured in a process of its own, on one thread.
"""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import accumulate, islice
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from cli.bench.one_text import in_fresh_process
from shared.adapters.search.encoder import UNITS, SearchEncoder
from shared.adapters.search.index import build, written
from shared.adapters.search.store import VERSIONS
from shared.ports.desk import Article

SIZES = (1_000, 10_000, 50_000)
AIMS = "10,000 passages: loaded in 0.5 s, searched in 10 ms (p50), 150 MB"
_PASSAGES = 4  # of an article
_WORDS = 90  # of a passage
_VOCABULARY = 30_000
_QUERIES = 200
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)


def run(sizes: Sequence[int] = SIZES) -> dict[str, Any]:
    """Build and measure each size, in passages."""
    encoder = _Random(SearchEncoder().sha256)
    rows = []
    for passages in sizes:
        with tempfile.TemporaryDirectory(prefix="firstline-bench-") as folder:
            began = perf_counter()
            size = _store(passages, encoder, Path(folder))
            built = perf_counter() - began
            row = in_fresh_process(f"import cli.bench.index as bench; bench.print_search({folder!r})")
        told = {"passages": passages, "articles": passages // _PASSAGES, "file_mb": round(size / 1e6, 1)}
        rows.append({**told, "build_s": round(built, 1), **row})
    at = next((row for row in rows if row["passages"] == 10_000), None)
    return {
        "rows": rows,
        "aims": AIMS,
        "held": at and at["load_s"] < 0.5 and at["ms_p50"] < 10 and at["index_mb"] < 150,
        "ms": "ms_p50 and ms_p99 are the search, ms_all_p50 with the question's embedding",
        "memory": "index_mb is what the index adds, rss_mb the whole process with its encoder",
        "not counted": "fetching the file; build_s is without embedding, as in a sync where nothing changed",
    }


class _Random:
    """An encoder's stand-in whose embeddings are random, and the same for the same text."""

    def __init__(self, sha256: str) -> None:
        self.sha256 = sha256

    def passage(self, text: str) -> np.ndarray[Any, Any]:
        """A point on the sphere."""
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        vector = np.random.default_rng(seed).standard_normal(UNITS).astype(np.float32)
        return vector / np.linalg.norm(vector)


def articles(passages: int) -> Iterator[Article]:
    """Made-up articles of four passages each, the same at every call."""
    chance = random.Random(passages)
    words = ["".join(chance.choices("abcdefghilmnoprstu", k=chance.randint(3, 10))) for _ in range(_VOCABULARY)]
    often = list(accumulate(1 / (rank + 1) for rank in range(len(words))))

    def said(count: int) -> str:
        return " ".join(chance.choices(words, cum_weights=often, k=count))

    for number in range(passages // _PASSAGES):
        body = "\n".join(f"## {said(4)}\n{said(_WORDS)}" for _ in range(_PASSAGES))
        link = f"https://help.example/articles/{number}"
        yield Article(id=f"zendesk/{number}", title=said(6), body=body, language="en", link=link, updated_at=_NO_DATE)


def _store(passages: int, encoder: Any, folder: Path) -> int:
    content = written(build(articles(passages), encoder))
    VERSIONS.swap_in(FolderArchive(folder), content)
    return len(content)


class FolderArchive:
    """`Archive` in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, path: str, content: bytes, content_type: str) -> None:
        """Store a file."""
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def put_once(self, path: str, content: bytes, content_type: str) -> bool:
        """Store a file where there is none."""
        if (self._folder / path).exists():
            return False
        self.put(path, content, content_type)
        return True

    def get(self, path: str) -> bytes | None:
        """A stored file, or None."""
        target = self._folder / path
        return target.read_bytes() if target.exists() else None


def print_search(folder: str) -> None:
    """Load the index of a folder and search it, and print the row."""
    from shared.adapters.search.bridge import Bridge
    from shared.adapters.search.ranking import Ranking
    from shared.adapters.search.store import VERSIONS, load

    encoder, bridge, archive = SearchEncoder(), Bridge(), FolderArchive(Path(folder))
    for _ in range(20):
        encoder.question("how do I change the address that is on my invoices, and from when does it count? " * 2)
    before = _resident_mb()
    began = perf_counter()
    ranking = Ranking(load(archive, VERSIONS.current(archive)), encoder, bridge)
    loaded = perf_counter() - began
    chance = random.Random(1)
    questions = [" ".join(chance.choice(one.title.split()) for _ in range(12)) for one in _some(200)]
    alone, whole = [], []
    for question in questions:
        began = perf_counter()
        encoder.question(question)
        embedded = perf_counter()
        ranking.rank(question, ["en"], 3)
        ended = perf_counter()
        whole.append(1000 * (ended - embedded))
        alone.append(whole[-1] - 1000 * (embedded - began))
    p50, p99 = (round(float(np.percentile(alone, share)), 2) for share in (50, 99))
    print(
        json.dumps(
            {
                "load_s": round(loaded, 4),
                "ms_p50": p50,
                "ms_p99": p99,
                "ms_all_p50": round(float(np.percentile(whole, 50)), 2),
                "index_mb": round(_resident_mb() - before),
                "rss_mb": round(_resident_mb()),
            }
        )
    )


def _some(count: int) -> list[Article]:
    return list(islice(articles(4 * count), count))


def _resident_mb() -> float:
    """Memory of this process now, in MB; Linux alone says so, elsewhere the most that it had."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * 4096 / 1e6
    except (OSError, IndexError):
        import resource
        import sys

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
