"""How far a desk's list of changes has been read, where the list goes by time and is told newest first.

Newest first, because the list moves while it is read: what is changed meanwhile jumps to the front and pushes the
others back, so that a later page tells some of them twice and none not at all. What jumped is newer than our start,
and found the next time. The mark is a time of our own asking, by the desk's clock.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Self

from pydantic import Field, ValidationError

from shared.domain.record import Record

_BEGIN = timedelta(hours=1)
# For changes that a desk's search learns of late, and for clocks that disagree.
_MARGIN = timedelta(minutes=2)


class PageMark(Record):
    """Where we stand, in epoch seconds of the desk.

    Attributes:
        page: the next page of what changed since `since`.
        until: when the first page was asked for: `since` of the next time.
    """

    since: int
    page: int = Field(default=1, ge=1)
    until: int | None = None

    @classmethod
    def read(cls, mark: str | None, now: datetime) -> Self:
        """A stored mark. One that cannot be read starts like none: an hour is read again, nothing breaks."""
        beginning = cls(since=int((now - _BEGIN).timestamp()))
        try:
            known = cls.model_validate_json(mark) if mark else beginning
            known.asked_from()
        except (ValidationError, ValueError, OverflowError, OSError):
            return beginning
        return known

    def asked_from(self) -> datetime:
        """From when on to ask for changes: some of them come a second time, none is missed."""
        return datetime.fromtimestamp(self.since, UTC) - _MARGIN

    def behind(self, *, more: bool, now: datetime) -> Self:
        """The mark behind this page.

        Args:
            more: whether another page follows.
            now: by the desk's clock, when this page was asked for.
        """
        until = int(now.timestamp()) if self.until is None else self.until
        if more:
            return self.model_copy(update={"page": self.page + 1, "until": until})
        return type(self)(since=until)
