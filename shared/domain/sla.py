"""Clock arithmetic: deadlines in open time, and verdicts that do not depend on when anyone looked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from shared.domain.errors import PolicyInvalid
from shared.domain.hours import Calendar, Weekday
from shared.domain.observation import Urgency
from shared.domain.policy import Sla
from shared.domain.ticket import Clock, Due, DueKind

FIRST_RESPONSE = "first_response"
_DAYS = list(Weekday)
_MAX_DAYS = 3660  # a calendar that stays shut for ten years is a mistake, not a holiday


def open_stretches(calendar: Calendar, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Opening times from `start` on, in UTC and in order, the first one cut at `start`.

    Local opening hours are turned into UTC by the calendar's zone on each day, so that a day of a
    clock change is an hour shorter or longer, as it is on the wall.
    """
    zone = ZoneInfo(calendar.time_zone)
    # A day early: local midnight may lie after `start` for zones far from UTC.
    first = start.astimezone(zone).date() - timedelta(days=1)
    for offset in range(_MAX_DAYS):
        day = first + timedelta(days=offset)
        if day in calendar.holidays:
            continue
        for hours in calendar.open.get(_DAYS[day.weekday()], ()):
            opens, closes = _instant(day, hours.opens, zone), _instant(day, hours.closes, zone)
            if closes > start and closes > opens:
                yield max(opens, start), closes


def _instant(day: date, seconds: int, zone: ZoneInfo) -> datetime:
    """A local time of day as UTC: the first one where clocks show it twice, the jump itself where they skip it."""
    wall = datetime.combine(day, datetime.min.time()) + timedelta(seconds=seconds)
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    skipped = moment.astimezone(zone).replace(tzinfo=None) != wall
    return _jump(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), moment, zone) if skipped else moment


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The moment between two others, to the second, at which the zone's offset changes."""
    new_offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == new_offset:
            after = middle
        else:
            before = middle
    return after


def add_open_time(start: datetime, amount: timedelta, calendar: Calendar) -> datetime:
    """The moment (UTC) at which `amount` of open time has passed since `start`.

    Raises:
        PolicyInvalid: the calendar has no such moment within ten years.
    """
    left = amount
    for opens, closes in open_stretches(calendar, start.astimezone(UTC)):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    raise PolicyInvalid(f"the calendar has not {amount} of open time in the ten years after {start:%Y-%m-%d}")


def open_time_between(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """How much open time lies between two moments; zero when `end` is not after `start`."""
    total = timedelta(0)
    if end <= start:
        return total
    for opens, closes in open_stretches(calendar, start.astimezone(UTC)):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return total


def first_response_minutes(sla: Sla, plan: str | None, urgency: Urgency | None) -> int:
    """The target in minutes of open time: the plan's, or the urgency's where that is stricter."""
    targets = sla.first_response_minutes
    by_plan = targets.by_plan.get(plan, targets.default) if plan else targets.default
    by_urgency = targets.by_urgency.get(urgency) if urgency else None
    return min(by_plan, by_urgency) if by_urgency else by_plan


def first_response_clock(
    *, started_at: datetime, plan: str | None, urgency: Urgency | None, sla: Sla, calendar: Calendar
) -> Clock:
    """The clock that starts with a customer's message and stops with the first answer."""
    target = timedelta(minutes=first_response_minutes(sla, plan, urgency))
    return Clock(
        target=FIRST_RESPONSE,
        started_at=started_at,
        warn_at=add_open_time(started_at, target * sla.warn_at, calendar),
        due_at=add_open_time(started_at, target, calendar),
    )


def next_due(clock: Clock, fired: tuple[DueKind, ...], *, now: datetime) -> Due | None:
    """What the scan has to do next for a running clock, or None when every stage was recorded.

    A warning whose moment passed unseen is still due until the deadline itself; then the breach replaces it.
    """
    if DueKind.WARNING not in fired and now < clock.due_at:
        return Due(kind=DueKind.WARNING, at=clock.warn_at)
    if DueKind.BREACH not in fired:
        return Due(kind=DueKind.BREACH, at=clock.due_at)
    return None


class Outcome(StrEnum):
    """How a target ended, or stands."""

    RUNNING = "running"
    MET = "met"
    BREACHED = "breached"


def outcome(clock: Clock, answered_at: datetime | None, *, now: datetime) -> Outcome:
    """The verdict from recorded times alone: an answer at the deadline itself is in time."""
    if answered_at is not None:
        return Outcome.MET if answered_at <= clock.due_at else Outcome.BREACHED
    return Outcome.BREACHED if now > clock.due_at else Outcome.RUNNING
