"""The encoder itself: a text's pieces through onnxruntime on one thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from shared.adapters.embedded.artifact import Artifact
from shared.adapters.embedded.pieces import pieces_of
from shared.domain.errors import EngineUnavailable

Floats = np.ndarray[Any, np.dtype[np.float32]]

INPUT, SHARES, EMBEDDING = "pieces", "shares", "embedding"
"""Names in the graph: pieces' ids in; each piece's share in every label's score, and the text's embedding, out."""


@dataclass(frozen=True)
class Read:
    """What the encoder says about one text.

    Attributes:
        shares: sentences by labels: what each sentence adds to every label's score. The last row is the frame's,
            which marks and prefix add to any text.
        sentences: in order, the subject's first.
        embedding: the mean of the last layer, of length 1.
    """

    shares: Floats
    sentences: tuple[str, ...]
    embedding: Floats

    @property
    def scores(self) -> Floats:
        """By label: the sum over all sentences, without the heads' bias."""
        total: Floats = self.shares.sum(axis=0)
        return total


class Encoder:
    """A loaded artifact. Deterministic on one machine; needs no network."""

    def __init__(self, artifact: Artifact) -> None:
        self._longest = artifact.manifest.longest
        self._vocabulary = _vocabulary(artifact.vocabulary)
        self._session = _session(artifact.encoder)
        self._check(sum(len(head.labels) for head in artifact.manifest.heads.values()))

    def read(self, subject: str, text: str) -> Read:
        """Read one request."""
        pieces = pieces_of(subject, text, self._vocabulary.encode, longest=self._longest)
        by_piece, embedding = self._session.run([SHARES, EMBEDDING], {INPUT: np.array(pieces.ids, np.int64)})
        shares = np.zeros((len(pieces.sentences) + 1, by_piece.shape[1]), np.float32)
        np.add.at(shares, np.array(pieces.owners), by_piece)  # -1, the frame, is the last row
        return Read(shares, pieces.sentences, embedding / max(float(np.linalg.norm(embedding)), 1e-9))

    def _check(self, labels: int) -> None:
        """Read the empty text, so that a graph that does not fit is found when it is loaded."""
        try:
            found = self.read("", "").shares.shape[1]
        except Exception as error:  # onnxruntime's own errors have no common class that it promises
            raise EngineUnavailable("the encoder cannot be run: train it again") from error
        if found != labels:
            raise EngineUnavailable(f"the encoder answers {found} scores, the manifest names {labels}: train it again")


def _vocabulary(model: bytes) -> Any:
    try:
        from sentencepiece import SentencePieceProcessor

        return SentencePieceProcessor(model_proto=model)
    except (ImportError, OSError, RuntimeError) as error:
        raise EngineUnavailable("the encoder's vocabulary cannot be loaded") from error


def _session(model: bytes) -> Any:
    try:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        # A Lambda of this size has one core; threads that wait for work by spinning would take it from themselves.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # as above
        raise EngineUnavailable("the encoder cannot be loaded: it is damaged, or onnxruntime is missing") from error
