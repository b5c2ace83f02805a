"""What every question to the language model goes through: a price, the breaker, and money set aside before."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from shared.domain.errors import StoreConflict
from shared.domain.observation import Outcome, Usage
from shared.domain.reader_policy import Price, SecondReaderPolicy
from shared.ports.second_reader import ReaderBook, amend_breaker


class Allowance(NamedTuple):
    """Leave to ask once: the price in force, and the micro-dollars that were set aside."""

    price: Price
    reserved: int

    def cost(self, usage: Usage | None) -> int:
        """Micro-dollars of what was used; where nobody knows that, all that was set aside counts."""
        return self.reserved if usage is None else self.price.of(usage)


def allowed(
    model: str, most: Usage, policy: SecondReaderPolicy, book: ReaderBook, now: datetime
) -> Allowance | Outcome:
    """Leave to ask, if there is a price, the breaker lets us, and the day has room for it; else why not.

    Args:
        most: that the question may use.
    """
    price = policy.price_of(model, now.date())
    if price is None:
        return Outcome.UNPRICED
    if not _let_through(now, policy, book):
        return Outcome.BREAKER_OPEN
    reserved = price.of(most)
    if not book.reserve(now.date(), reserved, policy.daily_limit):
        return Outcome.LIMIT_REACHED
    return Allowance(price, reserved)


def keep_book(
    allowance: Allowance,
    outcome: Outcome,
    usage: Usage | None,
    *,
    policy: SecondReaderPolicy,
    book: ReaderBook,
    asked_at: datetime,
    ended_at: datetime,
) -> None:
    """Replace what was set aside by what was spent, and let the breaker know how it went."""
    book.settle(asked_at.date(), allowance.reserved, allowance.cost(usage), usage or Usage())
    amend_breaker(book, lambda breaker: breaker.after(outcome, ended_at, policy.breaker))


def _let_through(now: datetime, policy: SecondReaderPolicy, book: ReaderBook) -> bool:
    breaker = book.breaker()
    if breaker.rests(now):
        return False
    if breaker.needs_trial:
        try:
            book.put_breaker(breaker.trying(now, policy.breaker))
        except StoreConflict:
            return False  # somebody else tries
    return True
