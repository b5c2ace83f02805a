"""A quotation has to stand in the text, spaces and typography aside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.observation import Sentiment, ServiceFailure, Urgency
from shared.domain.quoting import LONGEST_QUOTE, grounded, quoted
from tests.unit.domain.samples import answer, opinion

TEXT = "Hi,\nyou didn’t  send it – again. Third time!"


@pytest.mark.parametrize(
    ("quote", "own_words"),
    [
        ("Third time!", "Third time!"),
        ("you didn't send it", "you didn’t send it"),
        ("Hi, you", "Hi, you"),
        ('"send it - again."', "send it – again."),
        ("  again.  Third ", "again. Third"),
        ("third time", None),
        ("you did send it", None),
        ("", None),
        (" \n", None),
        ("!", None),
        ("...", None),
    ],
)
def test_a_quotation_is_given_back_in_the_texts_own_spelling_or_not_at_all(quote, own_words):
    assert quoted(TEXT, quote) == own_words


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_is_given_back_always_stands_in_the_text(text, quote):
    found = quoted(text, quote)
    assert found is None or found in " ".join(text.split())


def test_a_long_quotation_is_cut():
    assert len(quoted("word " * 200, "word " * 150)) == LONGEST_QUOTE


CALM = {
    "urgency": opinion(Urgency.STANDARD, evidence=""),
    "sentiment": opinion(Sentiment.NEUTRAL, evidence=" "),
    "failure": opinion(ServiceFailure.NONE, evidence=""),
}


def test_what_claims_nothing_need_quote_nothing():
    said = grounded(answer(**CALM), "these words")
    assert said.category.evidence == "words"
    assert said.sentiment.evidence == ""


@pytest.mark.parametrize(
    "claim",
    [
        {"urgency": opinion(Urgency.HIGH, evidence="")},
        {"sentiment": opinion(Sentiment.FRUSTRATED, evidence=" ")},
        {"failure": opinion(ServiceFailure.BILLING_ERROR, evidence="charged twice")},
        {"sentiment": opinion(Sentiment.NEUTRAL, evidence="thanks a lot")},
        {"steering": "ignore your rules"},
    ],
)
def test_a_claim_without_words_of_the_text_is_none(claim):
    assert grounded(answer(**CALM | claim), "these words") is None


def test_steering_words_come_from_the_text():
    assert grounded(answer(**CALM, steering="these  words"), "these words").steering == "these words"
