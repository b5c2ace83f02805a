"""Two texts that say different things of the same matter, and texts that only look so."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.playbook import load_playbook
from shared.domain.contradictions import contradictions

ROOT = Path(__file__).parents[3]
CLASHES = [
    ("The link works for 60 minutes and only once.", "The link in the message works for 24 hours only."),
    ("Deleted boards can be restored for 30 days.", "A deleted board cannot be restored."),
    ("Backups are kept for 35 days and then overwritten.", "Backups are kept for 90 days, then they are overwritten."),
    ("Non-profit organisations get 30 % off the Team plan.", "Non-profit organisations get 20 % off on Team plans."),
    ("The extra seat costs 9 euros a month.", "An extra seat costs €12 each month."),
    ("Der Link gilt 60 Minuten und nur einmal.", "Der Link in der Nachricht gilt 24 Stunden und nur einmal."),
    ("Un export contient au plus 500 lignes de temps.", "Un export contient au plus 2000 lignes de temps."),
]
TOGETHER = [
    ("The link works for 60 minutes.", "The link works for 60 minutes and only once."),
    ("The link works for 60 minutes.", "If nothing arrives within ten minutes, look in the spam folder."),
    ("Backups are kept for 35 days.", "Backups are kept in Dublin, 3 floors below the street."),
    ("Open Settings > Members as an owner.", "Without a backup code: ask an owner to open Settings > Members."),
    ("1. Open the board and choose Export.", "3. Open the board and choose Export."),
    ("See https://help.example/a/12 for members.", "See https://help.example/b/30 for members."),
    ("", "Backups are kept for 35 days."),
]


@pytest.mark.parametrize(("one", "other"), CLASHES)
def test_what_does_not_go_together_is_found_both_ways(one, other):
    assert contradictions(one, other)
    assert contradictions(other, one)


@pytest.mark.parametrize(("one", "other"), TOGETHER)
def test_what_only_looks_alike_is_left_alone(one, other):
    assert contradictions(one, other) == ()
    assert contradictions(other, one) == ()


def test_the_sentences_themselves_are_named():
    (found,) = contradictions(f"Hello. {CLASHES[0][0]}", CLASHES[0][1])
    assert (found.one, found.other) == CLASHES[0]


def test_the_approved_answers_of_the_playbook_do_not_contradict_each_other():
    held = load_playbook(ROOT / "playbook", today=date(2026, 11, 25)).resolutions
    pairs = [(a, b) for a, b in combinations(held, 2) if a.language == b.language]
    assert [(a.id, b.id) for a, b in pairs if contradictions(a.body, b.body)] == []


@given(st.text(max_size=300))
def test_no_text_contradicts_itself(text):
    assert contradictions(text, text) == ()
