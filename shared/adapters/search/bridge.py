"""From what customers ask to what articles are called.

Customers write "still no money from my return", the article is called "Refund status". The bridge holds some eighty
topics of customer service, each in one or a few wordings as an article about it would begin, and one matrix that was
fitted on questions of known topics. It says which topics a question is about, whether it is about any of them at all,
and how near an article comes to each. Beside them lie calm requests to companies of all kinds: what customers ask
elsewhere, which tells how near a request comes to an answer by mere chance.
"""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np

from shared.adapters.search.encoder import BRIDGE, SHIPPED, Floats
from shared.domain.errors import EngineUnavailable

_SPREAD = 0.05  # how sure the topics are told apart; smaller is surer
_KNOWN_AT, _KNOWN_WITHIN = 0.42, 0.04  # cosine with the nearest topic at which a question is taken to be about one

Array = np.ndarray[Any, Any]


class Expected(NamedTuple):
    """A question as it may be met by articles.

    Attributes:
        question: comparable with passages and titles.
        topics: how likely it is about each topic; they add up to 1.
        known: how surely it is about one of them at all, 0 to 1.
    """

    question: Floats
    topics: Floats
    known: float


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
            self._starts = held["topic_starts"].astype(np.int64)
            self.elsewhere = held["elsewhere"].astype(np.float32)
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise EngineUnavailable("the search's bridge is missing or damaged") from error

    @property
    def topics(self) -> int:
        """How many topics it knows."""
        return len(self._starts)

    def expected(self, question: Floats) -> Expected:
        """Which topics a question is about.

        Args:
            question: its embedding.
        """
        turned = centred(question, self.question_middle) @ self._matrix
        looks = self._passages @ turned
        powers = np.exp((looks - looks.max()) / _SPREAD)
        shares = np.add.reduceat(powers / powers.sum(), self._starts)
        known = 1 / (1 + math.exp((_KNOWN_AT - float(looks.max())) / _KNOWN_WITHIN))
        return Expected(turned, shares, known)

    def near_titles(self, titles: Array) -> Array:
        """How near titles come to each topic: to the nearest of its titles. Titles by topics.

        Args:
            titles: centred, of length 1.
        """
        return self._nearest(titles @ self._titles.T)

    def near_passages(self, passages: Array) -> Array:
        """How near passages come to each topic: to the nearest of its wordings. Passages by topics."""
        return self._nearest(passages @ self._passages.T)

    def _nearest(self, by_wording: Array) -> Array:
        nearest: Array = np.maximum.reduceat(by_wording, self._starts, axis=1)
        return nearest


def centred(vectors: Array, middle: Array) -> Array:
    """Embeddings without what they all have in common, of length 1 again.

    Those of this encoder lie in a narrow cone; only what differs from its middle tells them apart.
    """
    return unit(vectors - middle)


def unit(vectors: Array) -> Array:
    """Vectors of length 1."""
    scaled: Array = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    return scaled
