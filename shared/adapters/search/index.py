"""The index of articles: embeddings and words of their passages, as one file for each version.

A version is built whole, stored under its own sha, and counts once the pointer names it; so a search never meets
half an index, and the one before is there until the new one is complete.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np

from shared.adapters.search.bridge import Bridge
from shared.adapters.search.encoder import UNITS, SearchEncoder
from shared.adapters.search.words import Postings, postings_of
from shared.domain.errors import StoredItemCorrupt
from shared.domain.passages import passages_of
from shared.ports.desk import Article

FORMAT = 1
_SECTION = re.compile(r"\s*\([^()]*\)\s*$")
_AT_ONCE = 4096  # passages compared with the topics in one go
_OWN_MIDDLE_AFTER = 50  # articles at which their own middle counts as much as that of the topics

Array = np.ndarray[Any, Any]


class Known(NamedTuple):
    """Passages whose embeddings need not be computed again: by the hash of what was embedded."""

    by_hash: dict[str, Array]


class Entry(NamedTuple):
    """An article as the index names it."""

    id: str
    title: str
    language: str
    link: str
    updated_at: str


class Index(NamedTuple):
    """An index in memory; passages lie in the order of their articles.

    Attributes:
        starts: for each article the place of its first passage.
        hashes: of what each title and passage was embedded from, titles first.
    """

    encoder: str
    entries: tuple[Entry, ...]
    starts: Array
    titles: Array
    passages: Array
    words: Postings
    hashes: tuple[str, ...]

    @property
    def known(self) -> Known:
        """Every embedding that this index can lend to the next one."""
        return Known(dict(zip(self.hashes, np.concatenate([self.titles, self.passages]), strict=True)))


def build(articles: Iterable[Article], encoder: SearchEncoder, known: Known | None = None) -> Index:
    """Index articles. What did not change since `known` is not embedded again."""
    ordered = sorted(articles, key=lambda one: (one.language, one.id))
    held = known.by_hash if known else {}
    starts: list[int] = []
    texts: list[tuple[str, str]] = []
    for article in ordered:
        starts.append(len(texts))
        parts = passages_of(article.body) or passages_of(article.title)
        texts += [(article.title, f"{part.heading}\n{part.text}".strip()) for part in parts]
        if len(texts) == starts[-1]:
            texts.append((article.title, article.title))
    whole = [_bare(article.title) for article in ordered] + [f"{_bare(title)}\n{text}" for title, text in texts]
    hashes = tuple(hashlib.sha256(text.encode()).hexdigest()[:24] for text in whole)
    vectors = [held[name] if name in held else encoder.passage(text) for name, text in zip(hashes, whole, strict=True)]
    matrix = np.array(vectors, np.float16).reshape(-1, UNITS)
    return Index(
        encoder=encoder.sha256,
        entries=tuple(Entry(one.id, one.title, one.language, one.link, one.updated_at.isoformat()) for one in ordered),
        starts=np.array(starts, np.int32),
        titles=matrix[: len(ordered)],
        passages=matrix[len(ordered) :],
        words=postings_of(texts),
        hashes=hashes,
    )


def _bare(title: str) -> str:
    """A title without the section that some help centres put behind it in brackets."""
    return _SECTION.sub("", title) or title


def written(index: Index) -> bytes:
    """An index as a file."""
    told = {
        "format": FORMAT,
        "encoder": index.encoder,
        "entries": index.entries,
        "hashes": index.hashes,
        "vocabulary": list(index.words.vocabulary),
        "size": index.words.size,
    }
    arrays = {
        "starts": index.starts,
        "titles": index.titles,
        "passages": index.passages,
        "word_starts": index.words.starts,
        "word_passages": index.words.passages,
        "word_weights": index.words.weights,
    }
    file = io.BytesIO()
    told_bytes = np.frombuffer(json.dumps(told, ensure_ascii=False).encode(), np.uint8)
    np.savez(file, allow_pickle=False, told=told_bytes, **arrays)
    return file.getvalue()


def read(content: bytes) -> Index:
    """An index from its file.

    Raises:
        StoredItemCorrupt: it is none, or of another format.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as held:
            told = json.loads(held["told"].tobytes())
            if told["format"] != FORMAT:
                raise StoredItemCorrupt(f"the index has format {told['format']}, this version reads {FORMAT}")
            vocabulary = {word: at for at, word in enumerate(told["vocabulary"])}
            starts, places, weights = (held[name] for name in ("word_starts", "word_passages", "word_weights"))
            return Index(
                encoder=told["encoder"],
                entries=tuple(Entry(*one) for one in told["entries"]),
                starts=held["starts"],
                titles=held["titles"],
                passages=held["passages"],
                words=Postings(vocabulary, starts, places, weights, told["size"]),
                hashes=tuple(told["hashes"]),
            )
    except (ValueError, KeyError, TypeError, OSError, EOFError, BadZipFile) as error:
        raise StoredItemCorrupt("the file holds no index of articles") from error


class Turned(NamedTuple):
    """An index as questions are compared with it.

    Attributes:
        titles: one for each article: centred, of length 1, in single precision.
        passages: the same for each passage.
        title_topics: how near each article's title comes to each topic of the bridge, articles by topics.
        passage_topics: the same for the nearest of its passages.
    """

    titles: Array
    passages: Array
    title_topics: Array
    passage_topics: Array


def turned(index: Index, bridge: Bridge) -> Turned:
    """Prepare an index once, when it is loaded."""
    own = len(index.entries)
    share = own / (own + _OWN_MIDDLE_AFTER)

    def around(vectors: Array, general: Array) -> Array:
        singles = vectors.astype(np.float32)
        middle = share * _mean_direction(singles) + (1 - share) * general if own else general
        singles -= middle
        # In place: at 50,000 passages every copy is another 77 MB.
        singles /= np.maximum(_lengths(singles), 1e-9)[:, None]
        return singles

    titles, passages = around(index.titles, bridge.title_middle), around(index.passages, bridge.passage_middle)
    parts = (bridge.near_passages(passages[at : at + _AT_ONCE]) for at in range(0, len(passages), _AT_ONCE))
    near = np.concatenate([np.zeros((0, bridge.topics), np.float32), *parts])
    return Turned(titles, passages, bridge.near_titles(titles), of_articles(near, index.starts))


def _mean_direction(vectors: Array) -> Array:
    mean: Array = (1 / np.maximum(_lengths(vectors), 1e-9)) @ vectors / len(vectors)
    return mean


def _lengths(vectors: Array) -> Array:
    lengths: Array = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    return lengths


def of_articles(by_passage: Array, starts: Sequence[int] | Array) -> Array:
    """For each article the best of its passages, in each column by itself."""
    best: Array = np.maximum.reduceat(by_passage, np.asarray(starts)) if len(starts) else by_passage[:0]
    return best
