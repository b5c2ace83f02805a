"""How the search's weights are chosen: on several kinds of questions at once."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from cli.evaluation.knowledge import Question
from cli.evaluation.weights import Asked, curve, of_pool, recalls
from shared.adapters.search.ranking import CHOSEN, Views


def views(*totals: float, known: float = 1.0) -> Views:
    """Views whose total is told by the passages alone."""
    told, nothing = np.array(totals) / CHOSEN.passages, np.zeros(len(totals))
    return Views(nothing, told, nothing, nothing, nothing, known)


def test_recall_is_a_share_of_the_answerable_ones_and_an_article_taken_out_is_not_found():
    questions = [
        Question(id="1", question="a", article_id="x"),
        Question(id="2", question="b", article_id="z"),
        Question(id="3", question="c"),
        Question(id="4", question="d", article_id="y", without="x"),
    ]
    one = Asked("all", ["x", "y", "z", "w"], questions, [views(4, 3, 2, 1)] * 4)
    assert recalls(one, CHOSEN) == (round(2 / 3, 3), 1.0)


def test_the_curve_tells_high_totals_from_low_ones():
    rows = [Question(id=str(n), question="a", article_id="x" if n % 2 else None) for n in range(40)]
    seen = [views(1.0 if question.right else 0.2) for question in rows]
    total, known, level = curve([Asked("all", ["x"], rows, seen)])
    assert total * 1.0 + known + level > 0 > total * 0.2 + known + level


def test_questions_of_the_pool_get_the_articles_of_their_intent(tmp_path: Path):
    rows = [
        {"body": "where is my order", "source_label": "track_order"},
        {"body": "what is your rate", "source_label": "exchange_rate"},
        {"body": "something else", "source_label": "nobody_knows"},
    ]
    with gzip.open(tmp_path / "pool.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    found = {one.id: one.article_id for one in of_pool(tmp_path / "pool.gz")}
    assert found == {"track_order": "abcd-shipping-issue-shipping-status", "exchange_rate": None}


@pytest.mark.parametrize("without", ["x", ""])
def test_a_question_without_its_article_counts_as_unanswerable(without):
    question = Question(id="1", question="a", article_id=None if without else "x", without=without)
    assert bool(question.right) is (without == "")
