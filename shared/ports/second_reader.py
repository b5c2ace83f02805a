"""The ports around the second reader: who reads, and the book of what that costs and how it goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol

from shared.domain.breaker import Breaker
from shared.domain.errors import StoreConflict
from shared.domain.observation import Answer, Outcome, ReaderVersion, Request, Usage
from shared.domain.record import Record


class Heard(Record):
    """What came of asking the second reader.

    Attributes:
        answer: only where the outcome is `answered`; its quotations stand in the text.
        usage: None where a try may have been charged and nobody said how much.
    """

    outcome: Outcome
    answer: Answer | None = None
    usage: Usage | None = Usage()


class SecondReader(Protocol):
    """Reads a request where the embedded engine is in doubt. Personal data is taken out before it leaves us."""

    @property
    def version(self) -> ReaderVersion:
        """The model and the instructions it is given."""
        ...

    def most(self, request: Request) -> Usage:
        """The most that reading a request may use, over all its tries."""
        ...

    def read(self, request: Request, *, names: tuple[str, ...] = ()) -> Heard:
        """Read one request. Raises nothing of its own: every failure is an outcome.

        Args:
            names: names of the customer, to be taken out of the text.
        """
        ...


class ReaderBook(Protocol):
    """What the second reader has cost on a day, and its circuit breaker. Both may raise `StoreUnavailable`."""

    def reserve(self, day: date, micro_dollars: int, limit: int) -> bool:
        """Set money aside before it is spent; False, and nothing set aside, where the day's limit would be passed."""
        ...

    def settle(self, day: date, reserved: int, spent: int, usage: Usage) -> None:
        """Replace what was set aside by what was spent. What is never settled stays spent."""
        ...

    def spent(self, day: date) -> int:
        """Micro-dollars of a day: spent or set aside."""
        ...

    def breaker(self) -> Breaker:
        """How the second reader has done lately."""
        ...

    def put_breaker(self, breaker: Breaker) -> None:
        """Write a breaker that was read at its revision.

        Raises:
            StoreConflict: somebody wrote it since.
        """
        ...


_ATTEMPTS = 3


def amend_breaker(book: ReaderBook, change: Callable[[Breaker], Breaker]) -> None:
    """Change the breaker, and again if somebody was faster. After some times it is left: others have counted then."""
    for _ in range(_ATTEMPTS):
        breaker = book.breaker()
        changed = change(breaker)
        if changed == breaker:
            return
        try:
            book.put_breaker(changed)
        except StoreConflict:
            continue
        return
