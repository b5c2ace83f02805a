"""What became of a draft, by the words of the agent's reply."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.draft_use import Use, compared, word_distance
from tests.unit.domain.samples import NOON

DRAFT = "Hello Ann,\n\nOpen **Settings** and choose Export. The file comes by mail.\n\nBest regards"
SOME = ["open", "settings", "export", "file", "mail", "the", "a", "board"]
WORDS = st.lists(st.sampled_from(SOME), max_size=12).map(" ".join)


def test_case_markup_and_spaces_are_no_edit():
    assert compared(DRAFT, DRAFT.replace("**", "").upper().replace("\n\n", "\n"), at=NOON).use is Use.AS_IS


def test_a_changed_word_is_an_edit_measured_in_words():
    sent = compared(DRAFT, DRAFT.replace("Export", "Download"), at=NOON)
    assert (sent.use, sent.distance) == (Use.EDITED, round(1 / 14, 4))


def test_another_text_means_the_draft_was_not_used():
    assert compared(DRAFT, "We have looked into it and call you back.", at=NOON).use is Use.UNUSED


def test_what_agents_add_is_kept_without_figures_and_addresses():
    reply = f"{DRAFT}\nLarge boards take a little longer than others. Call 0151 23456 whenever that seems easier."
    assert compared(DRAFT, reply, at=NOON).added == ("Large boards take a little longer than others.",)


def test_a_draft_that_was_sent_whole_with_much_added_was_edited():
    more = "We have looked at your boards as well and found three that nobody has opened since the spring. " * 3
    sent = compared(DRAFT, f"{DRAFT}\n{more}", at=NOON)
    assert (sent.use, sent.distance > 0.7) == (Use.EDITED, True)


@given(WORDS, WORDS)
def test_the_distance_is_the_same_both_ways_and_zero_only_for_the_same_words(one, other):
    distance = word_distance(one, other)
    assert 0 <= distance <= 1
    assert distance == word_distance(other, one)
    assert (distance == 0) == (one.split() == other.split())
