"""sentence-transformers as a peer: the usual way to run a small encoder, in torch with 32-bit weights.

It is in no lock, for it brings torch along. Where it or a model is missing, there is nothing to compare with.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

MODEL = "FIRSTLINE_PEER_MODEL"
"""The environment variable with the folder of a sentence-transformers model. Nothing is downloaded."""


def missing() -> str | None:
    """What there is to do before sentence-transformers can be measured; None when nothing."""
    if find_spec("sentence_transformers") is None:
        return "run it from the environment of `make training`, with sentence-transformers installed there"
    folder = os.environ.get(MODEL, "")
    if not folder or not Path(folder).is_dir():
        return f"set {MODEL} to the folder of a model; `.training/bin/python -m training.peer_folder FOLDER` writes one"
    return None


class Peer:
    """A sentence-transformers model on the processor."""

    def __init__(self) -> None:
        from sentence_transformers import SentenceTransformer  # type: ignore[import-not-found, unused-ignore]

        self._model = SentenceTransformer(os.environ[MODEL], device="cpu", local_files_only=True)

    def embed(self, texts: Sequence[str]) -> Any:
        """Rows by units."""
        return self._model.encode(list(texts), show_progress_bar=False, normalize_embeddings=True)


def print_peer() -> None:
    """One text at a time, as the engine reads them."""
    import json

    from cli.bench.one_text import texts, timed

    try:
        import torch  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        pass  # another backend
    else:
        torch.set_num_threads(1)
    peer = Peer()
    print(json.dumps(timed("sentence-transformers: an embedding alone", lambda text: peer.embed([text]), texts())))
