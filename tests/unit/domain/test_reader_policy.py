"""What the second reader costs, and when it is left alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.domain.breaker import ILL, Breaker
from shared.domain.observation import Outcome, Usage
from shared.domain.reader_policy import BreakerSettings, Price, SecondReaderPolicy
from tests.unit.domain.samples import NOON

ASK = {"category_below": 0.6, "urgency_below": 0.6, "unhappy_from": 0.1, "failure_from": 0.1}
SETTINGS = BreakerSettings(failures=3, rest_seconds=60)


def price(model: str = "m", since: str = "2026-01-01", input: int = 150_000, output: int = 600_000) -> dict:
    return {"model": model, "since": since, "input": input, "output": output}


def prices(*rows: dict) -> SecondReaderPolicy:
    return SecondReaderPolicy.model_validate({"ask": ASK, "daily_limit": 1_000_000, "prices": rows})


def test_the_newest_price_in_force_on_the_day_counts():
    table = prices(price(input=3), price(since="2026-06-01", input=2), price(since="2027-01-01", input=1))
    days = [date(2026, 5, 31), date(2026, 6, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [table.price_of("m", day).input for day in days] == [3, 2, 2, 1]
    assert table.price_of("m", date(2025, 12, 31)) is None


def test_a_model_without_a_price_has_that_of_any_model_if_there_is_one():
    assert prices(price(), price("*", input=9)).price_of("other", date(2026, 1, 1)).input == 9
    assert prices(price()).price_of("other", date(2026, 1, 1)) is None


def test_two_prices_from_one_day_on_are_a_fault():
    with pytest.raises(ValidationError, match="two prices"):
        prices(price(), price(input=1))


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_cost_is_whole_micro_dollars_and_never_less_than_the_truth(tokens_in, tokens_out):
    one = Price.model_validate(price())
    cost = one.of(Usage(input_tokens=tokens_in, output_tokens=tokens_out))
    exact = (tokens_in * 150_000 + tokens_out * 600_000) / 1_000_000
    assert exact <= cost < exact + 1


def after(*outcomes: Outcome, breaker: Breaker | None = None) -> Breaker:
    breaker = breaker or Breaker()
    for outcome in outcomes:
        breaker = breaker.after(outcome, NOON, SETTINGS)
    return breaker


@pytest.mark.parametrize("outcome", sorted(ILL))
def test_so_many_failures_in_a_row_begin_a_rest(outcome):
    assert not after(*[outcome] * 2).rests(NOON)
    opened = after(*[outcome] * 3)
    assert opened.rests(NOON)
    assert opened.rests(NOON + timedelta(seconds=59))
    assert not opened.rests(NOON + timedelta(seconds=60))


def test_an_answer_between_failures_begins_the_count_anew():
    assert not after(Outcome.LATE, Outcome.LATE, Outcome.ANSWERED, Outcome.LATE, Outcome.LATE).rests(NOON)


@pytest.mark.parametrize("outcome", [one for one in Outcome if one not in ILL])
def test_a_bad_answer_does_not_speak_against_the_endpoint(outcome):
    assert after(*[outcome] * 10) == Breaker()


def test_after_the_rest_one_tries_while_the_others_wait():
    later = NOON + timedelta(seconds=61)
    opened = after(*[Outcome.UNAVAILABLE] * 3)
    assert opened.needs_trial
    trying = opened.trying(later, SETTINGS)
    assert trying.rests(later)
    assert trying.after(Outcome.UNAVAILABLE, later, SETTINGS).rests(later + timedelta(seconds=59))
    assert trying.after(Outcome.ANSWERED, later, SETTINGS) == Breaker()
