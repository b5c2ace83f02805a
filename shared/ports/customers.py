"""The port to what is known of customers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from shared.domain.customers import Profile, RowAside
from shared.domain.errors import StoreConflict
from shared.domain.health import History


class CustomerBook(Protocol):
    """Imported profiles by mail address, and the history of each customer's tickets. May raise `StoreUnavailable`."""

    def profile(self, email: str) -> Profile | None:
        """What was imported of a customer, or None."""
        ...

    def put_profiles(self, profiles: Iterable[Profile]) -> int:
        """Store profiles, each replacing an older one of the same address, and answer how many there were.

        Addresses are each there once.
        """
        ...

    def history(self, desk: str, customer: str) -> History:
        """A customer's history; empty where none is known."""
        ...

    def put_history(self, history: History) -> History:
        """Write a history that was read at its revision, and answer it with the next one.

        Raises:
            StoreConflict: somebody wrote it since.
        """
        ...


class RowsAside(Protocol):
    """Rows of imports that could not be taken. May raise `StoreUnavailable`."""

    def keep(self, rows: Iterable[RowAside]) -> None:
        """Keep rows for some months; the same row of the same list is kept once."""
        ...

    def kept(self) -> list[RowAside]:
        """All that are kept, each list in its order."""
        ...

    def forget(self, row: RowAside) -> None:
        """Keep a row no longer; one that is not there is fine."""
        ...


_ATTEMPTS = 5


def amend_history(book: CustomerBook, desk: str, customer: str, change: Callable[[History], History]) -> History:
    """Change a history that others write too; answering it unchanged writes nothing.

    Raises:
        StoreConflict: others were faster every time.
    """
    for _ in range(_ATTEMPTS):
        read = book.history(desk, customer)
        changed = change(read)
        if changed == read:
            return read
        try:
            return book.put_history(changed)
        except StoreConflict:
            continue
    raise StoreConflict(f"the history of customer {desk}/{customer} was written by others {_ATTEMPTS} times in a row")
