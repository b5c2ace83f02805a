"""The questions that the search of answers is fitted on and measured by: whole, and apart from each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.evaluation.answer_trials import read_questions
from cli.evaluation.answers import QUESTIONS, TO_LEARN_FROM
from cli.evaluation.knowledge import Half, belongs
from shared.adapters.search.bridge import Bridge
from shared.domain.words import content_words
from training.search.elsewhere import asked_elsewhere

ROOT = Path(__file__).parents[3]
HELD_OUT = ROOT / "tests/data/questions_held_out.jsonl"
FILES = (ROOT / QUESTIONS, TO_LEARN_FROM, HELD_OUT)
A_RUN = 6  # content words in a row that two questions share only by copying


def runs(text: str) -> set[tuple[str, ...]]:
    words = content_words(text, "en")
    return {tuple(words[at : at + A_RUN]) for at in range(len(words) - A_RUN + 1)}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_question_names_an_approved_answer_of_its_language_or_none(file, book):
    languages = {one.id: one.language for one in book.resolutions}
    asked = read_questions(file)
    assert len({one.id for one in asked}) == len(asked)
    assert all(one.answer is None or languages[one.answer] == one.language for one in asked)
    assert any(one.answer is None for one in asked)


def test_what_is_measured_by_is_not_what_was_learnt_from(book):
    learnt = [one for one in read_questions(ROOT / QUESTIONS) if belongs(one.id, Half.ODD)]
    texts = [one.text for one in (*learnt, *read_questions(TO_LEARN_FROM))]
    texts += [intent for one in book.resolutions for intent in (*one.intents, *one.not_for)]
    known = set().union(*(runs(text) for text in (*texts, *asked_elsewhere())))
    measured = [one for one in read_questions(ROOT / QUESTIONS) if belongs(one.id, Half.EVEN)]
    assert not {one.text for one in measured} & set(texts)
    for one in read_questions(HELD_OUT):
        assert not runs(one.text) & known, one.text


def test_what_is_asked_elsewhere_is_what_the_shipped_bridge_holds():
    bridge = Bridge()
    assert bridge.elsewhere.shape == (len(asked_elsewhere()), bridge.question_middle.shape[0])
