"""From what customers ask to what articles are called.

Customers write "still no money from my return", the article is called "Refund status". The bridge holds some ninety
topics of customer service, each as an article about it would begin, and one matrix that was fitted on questions of
known topics: it says which topics a question is about, and what such an article sounds like.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np

from shared.adapters.search.encoder import BRIDGE, SHIPPED, Floats
from shared.domain.errors import EngineUnavailable

_SPREAD = 0.1  # how sure the topics are told apart; smaller is surer

Array = np.ndarray[Any, Any]


class Expected(NamedTuple):
    """A question as it may be met by articles.

    Attributes:
        question: comparable with passages and titles.
        passage: how a passage about the likely topics sounds.
        title: how its title sounds.
    """

    question: Floats
    passage: Floats
    title: Floats


class Bridge:
    """Loaded once beside the encoder."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        """Load the shipped bridge.

        Raises:
            EngineUnavailable: it is missing or damaged.
        """
        try:
            held = np.load(io.BytesIO((folder / BRIDGE).read_bytes()), allow_pickle=False)
            self.question_middle, self._matrix = (held[name].astype(np.float32) for name in ("middle", "matrix"))
            self.title_middle, self.passage_middle = (
                held[name].astype(np.float32) for name in ("title_middle", "passage_middle")
            )
            self._titles, self._passages = (held[name].astype(np.float32) for name in ("titles", "passages"))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise EngineUnavailable("the search's bridge is missing or damaged") from error

    def expected(self, question: Floats) -> Expected:
        """What articles would say that answer a question.

        Args:
            question: its embedding.
        """
        turned = centred(question, self.question_middle) @ self._matrix
        looks = self._passages @ turned / _SPREAD
        powers = np.exp(looks - looks.max())
        shares = powers / powers.sum()
        return Expected(turned, unit(shares @ self._passages), unit(shares @ self._titles))


def centred(vectors: Array, middle: Array) -> Array:
    """Embeddings without what they all have in common, of length 1 again.

    Those of this encoder lie in a narrow cone; only what differs from its middle tells them apart.
    """
    return unit(vectors - middle)


def unit(vectors: Array) -> Array:
    """Vectors of length 1."""
    scaled: Array = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    return scaled
