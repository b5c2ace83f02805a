"""The policy's part about the language model: when it is asked, what it may cost, and when it is left alone."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.domain.observation import Probability, Usage
from shared.domain.record import Record

ANY_MODEL = "*"
_MILLION = 1_000_000

MicroDollars = Annotated[int, Field(ge=0, le=10**15)]


class AskWhen(Record):
    """What counts as doubt of the embedded engine, for each question.

    Attributes:
        category_below: ask when the probability of its category lies below this.
        urgency_below: the same for urgency.
        unhappy_from: ask when "unhappy" is at least this probable, and not yet probable enough for the boundary.
        failure_from: the same for a failure of the company.
    """

    category_below: Probability
    urgency_below: Probability
    unhappy_from: Probability
    failure_from: Probability


class Price(Record):
    """What a model costs from a day on, in micro-dollars for a million tokens. One dollar is 1,000,000 of them.

    Attributes:
        model: the model's name as the secret has it, or `*` for every model that has no price of its own.
    """

    model: str = Field(pattern=r"\S")
    since: date
    input: MicroDollars
    output: MicroDollars

    def of(self, usage: Usage) -> int:
        """The price of so many tokens in micro-dollars, rounded up."""
        exact = usage.input_tokens * self.input + usage.output_tokens * self.output
        return -(-exact // _MILLION)


class BreakerSettings(Record):
    """After how many failures in a row the second reader is left alone, and for how long."""

    failures: int = Field(default=5, ge=1)
    rest_seconds: int = Field(default=120, ge=1, le=86_400)


class SecondReaderPolicy(Record):
    """When the second reader is asked and what it may cost.

    Attributes:
        daily_limit: micro-dollars for a UTC day. What would go over it is not asked.
        words_drafts: whether it words drafts too, from approved answers, under the same limit.
    """

    ask: AskWhen
    daily_limit: MicroDollars
    prices: tuple[Price, ...] = Field(min_length=1)
    breaker: BreakerSettings = BreakerSettings()
    words_drafts: bool = False

    def price_of(self, model: str, day: date) -> Price | None:
        """The newest price in force on a day: the model's own, else the one for any model, else None."""
        for name in (model, ANY_MODEL):
            known = [price for price in self.prices if price.model == name and price.since <= day]
            if known:
                return max(known, key=lambda price: price.since)
        return None

    @model_validator(mode="after")
    def _one_price_a_day(self) -> Self:
        days = [(price.model, price.since) for price in self.prices]
        if len(set(days)) < len(days):
            raise ValueError("a model has two prices from the same day on; remove one of the two")
        return self
