"""Hours of the day and of the week: when a team is open and when a person works."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, model_validator

from shared.domain.record import Record

_TIME_OF_DAY = re.compile(r"(\d{1,2}):([0-5]\d)")
_MIDNIGHT = 86_400


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"'{name}' is no time zone; use a name like Europe/Berlin") from error
    return name


def _seconds(value: object) -> int:
    # Numbers are refused: 9 would be nine seconds after midnight, which nobody means.
    found = _TIME_OF_DAY.fullmatch(value) if isinstance(value, str) else None
    seconds = int(found[1]) * 3600 + int(found[2]) * 60 if found else -1
    if not 0 <= seconds <= _MIDNIGHT:
        raise ValueError(f'{value!r} is no time of day; write it as "09:00", between 00:00 and 24:00')
    return seconds


def _clock_time(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"


TimeZone = Annotated[str, AfterValidator(_known_zone)]
TimeOfDay = Annotated[int, BeforeValidator(_seconds), PlainSerializer(_clock_time)]
"""Seconds after midnight, read and written as "09:00"; "24:00" is the end of the day."""


class Weekday(StrEnum):
    """Days in the order of `datetime.weekday()`."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class Hours(Record):
    """A stretch of opening time within one day, in seconds after local midnight."""

    opens: TimeOfDay = Field(alias="from")
    closes: TimeOfDay = Field(alias="to")

    model_config = {**Record.model_config, "populate_by_name": True}

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("opening hours end before they begin; cut a night in two, one part for each day")
        return self


def _in_order(day: tuple[Hours, ...]) -> tuple[Hours, ...]:
    ordered = tuple(sorted(day, key=lambda hours: hours.opens))
    for earlier, later in pairwise(ordered):
        if later.opens < earlier.closes:
            raise ValueError("two stretches of this day overlap; the time would count twice")
    return ordered


class Calendar(Record):
    """When a team works: opening hours by weekday in a time zone, less the holidays.

    Attributes:
        holidays: the days on which it is shut, public ones among them.
        public_holidays: the region they were taken from, such as DE or DE-BE.
    """

    time_zone: TimeZone
    open: dict[Weekday, Annotated[tuple[Hours, ...], AfterValidator(_in_order)]]
    holidays: frozenset[date] = frozenset()
    public_holidays: Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")] | None = None

    @model_validator(mode="after")
    def _opens_at_all(self) -> Self:
        if not any(self.open.values()):
            raise ValueError("this calendar never opens; give at least one day opening hours")
        return self


class Shift(Record):
    """When an agent works, in the agent's own time zone. A shift may run past midnight."""

    time_zone: TimeZone
    days: tuple[Weekday, ...] = Field(min_length=1)
    opens: TimeOfDay = Field(alias="from")
    closes: TimeOfDay = Field(alias="to")

    model_config = {**Record.model_config, "populate_by_name": True}

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.opens == self.closes:
            raise ValueError('the shift ends when it begins; for the whole day write from "00:00" to "24:00"')
        return self

    def covers(self, now: datetime) -> bool:
        """Whether the agent is at work: the days are those on which the shift begins."""
        local = now.astimezone(ZoneInfo(self.time_zone))
        days = list(Weekday)
        today, yesterday = days[local.weekday()], days[local.weekday() - 1]
        clock = local.hour * 3600 + local.minute * 60 + local.second
        if self.opens < self.closes:
            return today in self.days and self.opens <= clock < self.closes
        return (today in self.days and clock >= self.opens) or (yesterday in self.days and clock < self.closes)


class Absence(Record):
    """Days on which somebody is away, the last one included."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")

    model_config = {**Record.model_config, "populate_by_name": True}

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.last < self.first:
            raise ValueError("the absence ends before it begins; `to` is its last day")
        return self

    def covers(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day <= self.last
