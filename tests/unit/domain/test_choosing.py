"""Which approved answer is chosen, and when none may be though one fits."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.choosing import Found, Standing, candidates, reason_of
from shared.domain.policy_parts import Drafting
from shared.domain.resolution import NoDraft
from tests.unit.knowledge.test_lexical import INVOICE, PASSWORD

RULES = Drafting(fits_at=0.6, margin=0.1)
TODAY = date(2026, 11, 25)


def judge(*fits: float, several: bool = False, plan: str | None = None):
    found = [Found(resolution=one, fit=fit) for one, fit in zip((INVOICE, PASSWORD), fits, strict=False)]
    return candidates(found, RULES, today=TODAY, plan=plan, facts={}, several=several)


@pytest.mark.parametrize(
    ("fits", "standing"),
    [
        ((0.85, 0.3), Standing.CHOSEN),
        ((0.85, 0.85), Standing.TIED),
        ((0.85, 0.79), Standing.TIED),
        ((0.62, 0.68), Standing.TIED),  # the order of the search and its certainty may differ
        ((0.62, 0.55), Standing.TIED),
        ((0.5, 0.5), Standing.BELOW),
    ],
)
def test_of_two_answers_that_come_as_near_neither_is_taken(fits, standing):
    first, second = judge(*fits)
    assert first.standing is standing
    assert second.standing is not Standing.CHOSEN
    assert first.against == (PASSWORD.title if standing is Standing.TIED else "")


def test_a_tie_is_told_as_no_answer_that_surely_fits():
    assert reason_of(judge(0.85, 0.85)) is NoDraft.NO_RESOLUTION


def test_two_answers_may_fit_alike_where_two_things_are_asked():
    first, second = judge(0.85, 0.85, several=True)
    assert (first.standing, second.standing) == (Standing.CHOSEN, Standing.ALSO_FITS)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=2))
def test_what_is_chosen_leads_every_other_by_the_margin(fits):
    for one in judge(*fits):
        if one.standing is Standing.CHOSEN:
            assert all(one.fit - fit >= RULES.margin - 1e-4 for fit in fits if round(fit, 4) != one.fit)
