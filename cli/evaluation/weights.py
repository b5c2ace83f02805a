"""`firstline evaluate weights`: how the search of articles fares by other weights, and its curve of "nothing fits".

Three kinds of questions are asked at once, so that no one kind of company decides: the odd half of the questions,
public questions whose intent has its articles in `training/search/intents.json` (or none), and the intents of the
playbook's approved answers, each beside its answer and without it. Nothing is written.
"""

from __future__ import annotations

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import typer

from cli.evaluation.knowledge import Half, Question, articles_of, belongs, of_playbook, questions_of
from shared.adapters.search.bridge import Bridge
from shared.adapters.search.encoder import SearchEncoder
from shared.adapters.search.index import build
from shared.adapters.search.ranking import CHOSEN, Ranking, Views, Weights
from shared.ports.desk import Article

INTENTS = Path(__file__).resolve().parents[2] / "training" / "search" / "intents.json"
_OF_EACH, _LONGEST, _DRAWS, _SHOWN = 16, 400, 300, 5
_STEPS, _RESTRAINT = 80, 1e-3

Array = np.ndarray[Any, Any]


class Asked(NamedTuple):
    """Questions of one kind as the search sees them, beside the ids of its articles."""

    name: str
    ids: Sequence[str]
    questions: Sequence[Question]
    views: Sequence[Views]


def asked(name: str, articles: Sequence[Article], questions: Sequence[Question]) -> Asked:
    """Look at questions once; weights are tried on what was seen. In English only, as the search itself keeps apart."""
    held = [one for one in articles if one.language == "en"]
    encoder = SearchEncoder()
    index = build(held, encoder)
    ranking = Ranking(index, encoder, Bridge())
    english = [one for one in questions if one.language == "en"]
    return Asked(name, [entry.id for entry in index.entries], english, [ranking.views(one.question) for one in english])


def of_pool(pool: Path) -> list[Question]:
    """Some questions of each intent that `intents.json` knows."""
    intents: dict[str, list[str]] = json.loads(INTENTS.read_text(encoding="utf-8"))
    by_intent: dict[str, list[str]] = defaultdict(list)
    with gzip.open(pool, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["source_label"] in intents:
                by_intent[row["source_label"]].append(row["body"][:_LONGEST])
    chance = random.Random(7)
    found: list[Question] = []
    for intent, texts in sorted(by_intent.items()):
        first, also = next(iter(intents[intent]), None), tuple(intents[intent][1:])
        found += [
            Question(id=intent, question=text, article_id=first, also_ok=also)
            for text in chance.sample(texts, min(_OF_EACH, len(texts)))
        ]
    return found


def recalls(one: Asked, weights: Weights) -> tuple[float, float]:
    """The shares of answerable questions whose article comes first, and among the first three."""
    hits = [
        [bool(question.right & {one.ids[at] for at in _order(one, question, views, weights)[:most]}) for most in (1, 3)]
        for question, views in zip(one.questions, one.views, strict=True)
        if question.right
    ]
    first, among_three = np.mean(hits, axis=0)
    return round(float(first), 3), round(float(among_three), 3)


def _order(one: Asked, question: Question, views: Views, weights: Weights) -> list[int]:
    order = np.argsort(-views.total(weights), kind="stable")
    return [int(at) for at in order if one.ids[at] != question.without]


def drawn(chance: random.Random) -> Weights:
    """Random weights."""
    return Weights(
        titles=chance.choice([0.0, 0.1, 0.2, 0.4, 0.8]),
        passages=chance.choice([0.1, 0.25, 0.4, 0.8]),
        title_topics=chance.choice([0.25, 0.4, 0.6, 1.0]),
        passage_topics=chance.choice([0.5, 1.0, 1.4, 1.8, 2.2]),
        words=chance.choice([0.0, 0.005, 0.01, 0.02]),
    )


def curve(every: Sequence[Asked]) -> Array:
    """Logistic regression of whether an article answers, on the first one's total and on how known the topic is."""
    rows, right, shares = [], [], []
    for one in every:
        for question, views in zip(one.questions, one.views, strict=True):
            best = _order(one, question, views, CHOSEN)[0]
            rows.append([float(views.total(CHOSEN)[best]), views.known, 1.0])
            right.append(bool(question.right))
            shares.append(500 / len(one.questions))
    seen, answered, weights = np.array(rows), np.array(right, float), np.array(shares)
    found = np.zeros(3)
    for _ in range(_STEPS):  # Newton's method
        likely = 1 / (1 + np.exp(-seen @ found))
        bend = seen.T @ (seen * (weights * likely * (1 - likely))[:, None]) + _RESTRAINT * np.eye(3)
        found -= np.linalg.solve(bend, seen.T @ (weights * (likely - answered)) + _RESTRAINT * found)
    return found


def weights(
    pool: Annotated[Path, typer.Argument(help="Public questions with their intent: train_pool.jsonl.gz.")],
    articles: Annotated[Path, typer.Option(help="Articles as JSON lines: id, title, body, language.")],
    questions: Annotated[Path, typer.Option(help="Questions as JSON lines: id, question, article_id; odd ids count.")],
    playbook: Annotated[Path, typer.Option(help="The playbook whose answers are asked for.")] = Path("playbook"),
) -> None:
    """Try random weights of the search beside the shipped ones, and fit its curve."""
    held = articles_of(articles)
    odd = [one for one in questions_of(questions) if belongs(one.id, Half.ODD)]
    every = [asked("odd half", held, odd), asked("public intents", held, of_pool(pool))]
    every.append(asked("playbook", *of_playbook(playbook)))
    chance = random.Random(1)
    tried = {one: {kind.name: recalls(kind, one) for kind in every} for one in (drawn(chance) for _ in range(_DRAWS))}
    best = sorted(tried, key=lambda one: -sum(map(sum, tried[one].values())))[:_SHOWN]
    _say("shipped", CHOSEN, {kind.name: recalls(kind, CHOSEN) for kind in every})
    for one in best:
        _say("drawn", one, tried[one])
    total, known, level = curve(every)
    typer.echo(f"curve of 'nothing fits': total {total:.1f}, known {known:.1f}, level {level:.2f}")


def _say(name: str, told: Weights, found: dict[str, tuple[float, float]]) -> None:
    figures = "; ".join(f"{kind} {first:.2f} {among:.2f}" for kind, (first, among) in found.items())
    typer.echo(f"{name} {', '.join(f'{value:g}' for value in told)}: first and among three: {figures}")
