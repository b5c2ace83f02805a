"""draft with a model that is told to invent: nothing of it is ever what an agent sees."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cli.evaluation.drafts import measure
from cli.playbook import load_playbook

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def figures():
    book = load_playbook(ROOT / "playbook", today=date(2026, 11, 25))
    return measure({one.id: one for one in book.resolutions}, book.policy, ROOT / "tests" / "data")


def test_over_two_hundred_inventions_none_is_shown(figures):
    assert figures["invented"] >= 200
    assert (figures["invented_passed"], figures["altered_passed"], figures["passed"]) == (0, 0, [])
    assert figures["altered"] >= 50


def test_fewer_than_one_supported_draft_in_twenty_is_refused(figures):
    assert figures["approved_refused"] == 0
    assert figures["supported_refused"] < 0.05 * figures["supported"], figures["refused"]


def test_however_the_model_fails_there_is_a_draft_in_approved_words(figures):
    assert figures["failed_approved"] == figures["failed"] > 10
