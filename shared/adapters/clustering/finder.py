"""Groups of requests: Ward's hierarchy over embedding and words together.

The embedding alone knows what a request is about in any language and mixes what is near (a card that is late, a card
that is lost); the words alone tell those apart and split what is said in several ways. Side by side they do better
than either (`firstline evaluate topics`). Of the embedding the strong directions are damped: they tell how a text is
written more than what it asks.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.cluster import AgglomerativeClustering
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer

from shared.domain.ticket import TicketKey
from shared.domain.topics import SMALLEST, Asked

Floats = np.ndarray[Any, np.dtype[np.float64]]
Singles = np.ndarray[Any, np.dtype[np.float32]]

MOST_COMPARED = 4_000
"""Requests whose hierarchy is computed, which takes memory and time by the square; others join the nearest group."""

_DIRECTIONS, _DAMPING = 60, 0.5  # of the embedding
_WORD_DIRECTIONS, _WORDS_WEIGH = 80, 0.7
_CUT = 1.8  # Ward's distance between normed points at which two groups stay two
_NEAR = 0.45  # cosine to a group's middle from which a later request belongs to it
_TWINS = 0.45  # cosine distance between the middles of two groups up to which they are one
_SETTLED = 20  # requests whose middle stands for one of them, so that chance wording counts for less
_BY_CHANCE = np.float32(1e-5)  # what is just as like must not be ordered by time: a form is worded the same each day
_AT_ONCE = 1_000  # requests compared with all others in one step, for the sake of memory
_RARE = 2  # requests that have a term, at least


class WardFinder:
    """`TopicFinder` by scikit-learn."""

    def __init__(self, *, cut: float = _CUT, near: float = _NEAR) -> None:
        self._cut = cut
        self._near = near

    def group(self, asked: Sequence[Asked]) -> WardGrouping:
        """Group requests by what they ask."""
        compared = _sample(asked)
        space = _Space(compared)
        points = space.points(compared)
        found = _hierarchy(points, self._cut)
        middles = _middles(points, found)
        grouping = WardGrouping(space, middles, self._near)
        labels = dict(zip((one.key for one in compared), found, strict=True))
        grouping.labels = tuple(
            labels.get(one.key, near)
            for one, near in zip(asked, _lazily_placed(grouping, asked, len(compared)), strict=True)
        )
        return grouping


class WardGrouping:
    """Groups with their middles."""

    def __init__(self, space: _Space, middles: dict[int, Floats], near: float) -> None:
        self._space = space
        self._names = list(middles)
        self._middles = np.array([middles[name] for name in self._names])
        self._near = near
        self._known: dict[TicketKey, Singles] = {}
        self.labels: tuple[int | None, ...] = ()

    def place(self, asked: Sequence[Asked]) -> list[int | None]:
        """The groups that later requests belong to."""
        if not asked or not self._names:
            return [None] * len(asked)
        likeness = self._space.points(asked) @ self._middles.T
        best = likeness.argmax(axis=1)
        return [self._names[place] if likeness[row, place] >= self._near else None for row, place in enumerate(best)]

    def nearest(self, centres: Sequence[Asked], among: Sequence[Asked], most: int) -> list[list[int]]:
        """Those whose neighbourhoods are most like the request's own."""
        if not centres or not among:
            return [[] for _ in centres]
        points = self._points(among)
        reference = points if len(among) <= MOST_COMPARED else self._points(_sample(among))
        settled = _settled(points, reference)
        places = {one.key: place for place, one in enumerate(among)}
        chance = np.array([zlib.crc32(str(one.key).encode()) for one in among], np.float32) * (_BY_CHANCE / 2**32)
        found = []
        for centre, point in zip(centres, _settled(self._points(centres), reference), strict=True):
            likeness = settled @ point + chance
            if centre.key in places:
                likeness[places[centre.key]] = 2.0
            found.append(_largest(likeness, most))
        return found

    def _points(self, asked: Sequence[Asked]) -> Singles:
        """Requests as points; each is placed once, however often it is compared."""
        new = [one for one in asked if one.key not in self._known]
        if new:
            self._known |= dict(zip((one.key for one in new), self._space.points(new).astype(np.float32), strict=True))
        return np.array([self._known[one.key] for one in asked])


def _settled(points: Singles, reference: Singles) -> Singles:
    """Each point moved to the middle of the reference points that are nearest to it (one step of mean shift)."""
    most = min(_SETTLED, len(reference))
    parts = []
    for start in range(0, len(points), _AT_ONCE):
        likeness = points[start : start + _AT_ONCE] @ reference.T
        near = np.argpartition(-likeness, most - 1, axis=1)[:, :most]
        parts.append(reference[near].mean(axis=1))
    moved = np.concatenate(parts)
    settled: Singles = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
    return settled


def _largest(likeness: Singles, most: int) -> list[int]:
    most = min(most, len(likeness))
    places = np.argpartition(-likeness, most - 1)[:most]
    return [int(place) for place in places[np.lexsort((places, -likeness[places]))]]


def _lazily_placed(grouping: WardGrouping, asked: Sequence[Asked], compared: int) -> list[int | None]:
    return grouping.place(asked) if len(asked) > compared else [None] * len(asked)


def _sample(asked: Sequence[Asked]) -> list[Asked]:
    """As many as can be compared, chosen by their keys alone, in the order given."""
    if len(asked) <= MOST_COMPARED:
        return list(asked)
    by_chance = sorted(asked, key=lambda one: hashlib.sha256(str(one.key).encode()).digest())
    chosen = {one.key for one in by_chance[:MOST_COMPARED]}
    return [one for one in asked if one.key in chosen]


def _hierarchy(points: Floats, cut: float) -> list[int | None]:
    """Ward's groups, joined where their middles are near: his distance grows with size, so that it splits the large."""
    if len(points) < 2:
        return [None] * len(points)
    fine = AgglomerativeClustering(n_clusters=None, distance_threshold=cut, linkage="ward").fit_predict(points)
    middles = _normed(np.array([points[fine == label].mean(axis=0) for label in range(fine.max() + 1)]))
    labels = _near_each_other(middles, _TWINS)[fine]
    sizes = np.bincount(labels)
    return [int(label) if sizes[label] >= SMALLEST else None for label in labels]


def _near_each_other(middles: Floats, distance: float) -> Any:
    """Numbers of groups whose middles lie within a cosine distance of each other, on average."""
    if len(middles) < 2:
        return np.zeros(len(middles), dtype=int)
    linked = AgglomerativeClustering(n_clusters=None, distance_threshold=distance, linkage="average", metric="cosine")
    return linked.fit_predict(middles)


def _middles(points: Floats, labels: Sequence[int | None]) -> dict[int, Floats]:
    members: dict[int, list[int]] = {}
    for row, label in enumerate(labels):
        if label is not None:
            members.setdefault(label, []).append(row)
    return {label: _normed(points[rows].mean(axis=0, keepdims=True))[0] for label, rows in sorted(members.items())}


class _Space:
    """Where requests lie, as learned from some of them."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        self._middle, self._directions = _main_directions(_embeddings(asked))
        counts: dict[int, int] = {}
        for one in asked:
            for term in one.terms:
                counts[term] = counts.get(term, 0) + 1
        self._columns = {term: place for place, term in enumerate(sorted(t for t, n in counts.items() if n >= _RARE))}
        self._weights, self._words = self._learn_words(asked)

    def points(self, asked: Sequence[Asked]) -> Floats:
        """Requests as points of length 1."""
        meaning = _normed((_embeddings(asked) - self._middle) @ self._directions)
        if self._words is None:
            return meaning
        matrix = self._weights.transform(self._matrix(asked))
        return _normed(np.hstack([meaning, _WORDS_WEIGH * _normed(matrix @ self._words)]))

    def _learn_words(self, asked: Sequence[Asked]) -> tuple[Any, Floats | None]:
        most = min(_WORD_DIRECTIONS, len(asked) - 1, len(self._columns) - 1)
        if most < 1:
            return None, None
        matrix = self._matrix(asked)
        weights = TfidfTransformer(sublinear_tf=True).fit(matrix)
        with np.errstate(invalid="ignore", divide="ignore"):  # its shares of a variance that may be none
            svd = TruncatedSVD(most, random_state=0).fit(weights.transform(matrix))
        # Strong directions of the words, too, count for less.
        return weights, (svd.components_ / np.maximum(svd.singular_values_, 1e-9)[:, None] ** _DAMPING).T

    def _matrix(self, asked: Sequence[Asked]) -> Any:
        cells = [(row, self._columns[t]) for row, one in enumerate(asked) for t in one.terms if t in self._columns]
        rows, columns = zip(*sorted(cells), strict=True) if cells else ((), ())
        return csr_matrix((np.ones(len(cells)), (rows, columns)), shape=(len(asked), len(self._columns)))


def _embeddings(asked: Sequence[Asked]) -> Floats:
    rows = [np.frombuffer(one.embedding, np.int8) for one in asked]
    return _normed(np.array(rows, dtype=np.float64)) if rows else np.zeros((0, 1))


def _main_directions(points: Floats) -> tuple[Floats, Floats]:
    if not len(points):
        return np.zeros(1), np.zeros((1, 1))
    middle = points.mean(axis=0)
    _, strengths, directions = np.linalg.svd(points - middle, full_matrices=False)
    kept = min(_DIRECTIONS, len(strengths))
    damped = np.maximum(strengths[:kept], 1e-9) ** (_DAMPING - 1)
    return middle, (directions[:kept] * damped[:, None]).T


def _normed(points: Floats) -> Floats:
    lengths: Floats = np.linalg.norm(points, axis=1, keepdims=True)
    normed: Floats = points / np.maximum(lengths, 1e-9)
    return normed
