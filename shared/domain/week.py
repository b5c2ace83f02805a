"""ISO weeks of a company: Monday to Sunday by the clock on its own wall."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from shared.domain.record import Record


def _known_week(name: str) -> str:
    year, _, number = name.partition("-W")
    try:
        date.fromisocalendar(int(year), int(number), 1)
    except ValueError as error:
        raise ValueError(f"'{name}' is no ISO week; write it as 2026-W47") from error
    return name


WeekName = Annotated[str, Field(pattern=r"^\d{4}-W\d{2}$"), AfterValidator(_known_week)]
"""An ISO week as text, `2026-W47`."""


class Week(Record):
    """One ISO week. It lasts 167 or 169 hours where the clocks change in it."""

    name: WeekName

    def __str__(self) -> str:
        return self.name

    @classmethod
    def of(cls, moment: datetime, time_zone: str) -> Self:
        """The week that a moment lies in, by the wall clock of a time zone."""
        year, number, _ = moment.astimezone(ZoneInfo(time_zone)).isocalendar()
        return cls(name=f"{year:04}-W{number:02}")

    @property
    def year(self) -> int:
        """The ISO year, which is not always the calendar's around New Year."""
        return int(self.name[:4])

    @property
    def number(self) -> int:
        """The number within the ISO year, 1 to 53."""
        return int(self.name[6:])

    @property
    def monday(self) -> date:
        """The first day."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        """The last day."""
        return self.monday + timedelta(days=6)

    def before(self, weeks: int = 1) -> Week:
        """The week so many weeks earlier."""
        year, number, _ = (self.monday - timedelta(weeks=weeks)).isocalendar()
        return Week(name=f"{year:04}-W{number:02}")

    def starts(self, time_zone: str) -> datetime:
        """Local midnight of Monday, in UTC."""
        return datetime.combine(self.monday, time(), ZoneInfo(time_zone)).astimezone(UTC)

    def ends(self, time_zone: str) -> datetime:
        """Local midnight after Sunday, in UTC: the first moment that is not in the week."""
        next_monday = self.monday + timedelta(days=7)
        return datetime.combine(next_monday, time(), ZoneInfo(time_zone)).astimezone(UTC)
