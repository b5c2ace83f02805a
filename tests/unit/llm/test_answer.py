"""Reading an answer out of whatever a model writes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.openai_chat.answer import Unusable, answer_in
from shared.domain.observation import Outcome
from tests.chat_stub import reading

HONEST = json.dumps(reading("words", sentiment="frustrated"))
NAMES = st.sampled_from([*json.loads(HONEST), "label", "sureness", "evidence"])
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
)
PROSE = st.text(st.characters(exclude_characters="{}"), max_size=50)


@given(PROSE, PROSE)
def test_an_answer_is_found_whatever_prose_stands_around_it(before, after):
    assert answer_in(before + HONEST + after).sentiment.label == "frustrated"


@given(st.text(max_size=300))
def test_no_text_does_more_than_being_unusable(text):
    with pytest.raises(Unusable):
        answer_in(text)


@given(ANY_JSON)
def test_no_json_of_another_shape_is_an_answer(value):
    with pytest.raises(Unusable):
        answer_in(json.dumps(value))


def test_two_that_differ_are_none_and_two_alike_are_one():
    with pytest.raises(Unusable) as caught:
        answer_in(HONEST + json.dumps(reading("words")))
    assert caught.value.outcome is Outcome.CONTRADICTORY
    assert answer_in(f"{HONEST}\n{HONEST}") == answer_in(HONEST)
