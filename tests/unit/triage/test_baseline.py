"""The baseline that the encoder has to beat: it reads, and its lexicon finds what it says."""

from __future__ import annotations

import pytest

from shared.domain.observation import Category, Request
from training.baseline.engine import LinearEngine
from training.baseline.lexicon import Lexicon
from training.dataset import Labelled


@pytest.mark.slow
def test_it_learns_from_few_rows_and_answers_like_any_engine(few_rows: list[Labelled]):
    engine = LinearEngine.trained_on(few_rows)
    seen = engine.observe(Request(text="Could you send me the invoice for March? The amount on the invoice is wrong."))
    assert seen.category.label is Category.BILLING
    assert sum(seen.category.scores.values()) == pytest.approx(1.0)


def test_a_sign_is_found_by_word_start_and_run():
    lexicon = Lexicon.parse("# comment\nleave: cancel* bye close+my+account\nhurry: by+tomor*\n")
    assert lexicon.signs(["i", "cancelled"]) == ["leave"]
    assert lexicon.signs(["please", "close", "my", "account", "by", "tomorrow"]) == ["hurry", "leave"]
    assert lexicon.signs(["close", "the", "account", "my"]) == []
    assert lexicon.signs([]) == []


@pytest.mark.parametrize("line", ["no colon here", ": nameless", "short: ab*"])
def test_a_lexicon_with_a_bad_line_is_refused(line: str):
    with pytest.raises(ValueError):
        Lexicon.parse(line)
