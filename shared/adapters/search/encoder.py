"""The general encoder: a text's pieces through onnxruntime on one thread."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from shared.domain.errors import EngineUnavailable
from shared.domain.text import bounded, canonical

Floats = np.ndarray[Any, np.dtype[np.float32]]

INPUT, EMBEDDING = "pieces", "embedding"
ENCODER, VOCABULARY, BRIDGE = "encoder.onnx", "pieces.model", "bridge.npz"
SHIPPED = Path(__file__).with_name("artifact")
UNITS = 384

_START, _END = 1, 2
_LONGEST_TEXT, _LONGEST = 4000, 256  # characters looked at, pieces read
_QUESTION, _PASSAGE = "query: ", "passage: "  # multilingual-e5 was trained with these before the two kinds of text


class SearchEncoder:
    """Multilingual-e5-small, not fine-tuned, in 8 bits. Deterministic on one machine; needs no network.

    Args:
        folder: with the encoder, its vocabulary and the bridge between questions and articles.
    """

    def __init__(self, folder: Path = SHIPPED) -> None:
        """Load it, and find by one text whether it can be run.

        Raises:
            EngineUnavailable: a file is missing or damaged, or onnxruntime is.
        """
        try:
            files = [(folder / name).read_bytes() for name in (ENCODER, VOCABULARY, BRIDGE)]
        except OSError as error:
            raise EngineUnavailable(f"the search encoder lacks a file in {folder.name}") from error
        self.sha256 = hashlib.sha256(b"".join(hashlib.sha256(one).digest() for one in files)).hexdigest()
        self._vocabulary, self._session = _loaded(files[1], files[0])
        if self.question("").shape != (UNITS,):
            raise EngineUnavailable("the search encoder answers vectors of another length")

    def question(self, text: str) -> Floats:
        """A question's embedding, of length 1."""
        return self._read(_QUESTION, text)

    def passage(self, text: str) -> Floats:
        """An article's or a title's embedding, of length 1."""
        return self._read(_PASSAGE, text)

    def _read(self, prefix: str, text: str) -> Floats:
        pieces = self._vocabulary.encode(prefix + bounded(canonical(text), _LONGEST_TEXT))
        ids = [_START, *pieces[: _LONGEST - 2], _END]
        found: Floats = self._session.run([EMBEDDING], {INPUT: np.array(ids, np.int64)})[0]
        return found / max(float(np.linalg.norm(found)), 1e-9)


def _loaded(vocabulary: bytes, model: bytes) -> tuple[Any, Any]:
    try:
        import onnxruntime
        from sentencepiece import SentencePieceProcessor

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # a Lambda of this size has one core
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        return SentencePieceProcessor(model_proto=vocabulary), session
    except Exception as error:  # onnxruntime's own errors have no common class that it promises
        raise EngineUnavailable("the search encoder cannot be loaded") from error
