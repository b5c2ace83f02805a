"""Clock arithmetic: deadlines in open time, and verdicts that do not depend on when anyone looked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import count
from zoneinfo import ZoneInfo

from shared.domain.errors import PolicyInvalid
from shared.domain.hours import Calendar, Weekday
from shared.domain.sla_policy import Asked, Sla
from shared.domain.ticket import Target, TicketStatus
from shared.domain.ticket_state import Clock, Due, DueKind, Pause, StageTime

_DAYS = list(Weekday)
_LONGEST = timedelta(days=3660)  # a calendar that stays shut for ten years is a mistake, not a holiday
Stretch = tuple[datetime, datetime]
"""Two moments in UTC, the earlier one first."""


def open_stretches(calendar: Calendar, start: datetime) -> Iterator[Stretch]:
    """Opening times from `start` on, in UTC and in order, without end; the first one is cut at `start`.

    Local opening hours are turned into UTC by the calendar's zone on each day, so that a day of a
    clock change is an hour shorter or longer, as it is on the wall.
    """
    zone = ZoneInfo(calendar.time_zone)
    # A day early: local midnight may lie after `start` for zones far from UTC.
    first = start.astimezone(zone).date() - timedelta(days=1)
    for offset in count():
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


def gaps_of(
    pauses: Iterable[Pause], statuses: Collection[TicketStatus], start: datetime, stop: datetime | None
) -> tuple[Stretch, ...]:
    """The pauses in these states that ended after a start, in order and joined where they meet.

    One that lasts ended for a clock when the clock stopped; for one that runs it has no end yet, and is left out.
    """
    ended = ((pause.since, pause.until or stop) for pause in pauses if pause.status in statuses)
    joined: list[Stretch] = []
    for since, until in sorted((max(since, start), until) for since, until in ended if until and until > start):
        if until <= since:
            continue
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((since, until))
    return tuple(joined)


def paused_since(pauses: Iterable[Pause], statuses: Collection[TicketStatus]) -> datetime | None:
    """When the pause began that still lasts, or None."""
    return min((pause.since for pause in pauses if pause.status in statuses and pause.until is None), default=None)


def _counted(calendar: Calendar, start: datetime, gaps: Sequence[Stretch]) -> Iterator[Stretch]:
    """Opening times less the gaps, which are in order and apart from each other."""
    left = list(gaps)
    for opens, closes in open_stretches(calendar, start):
        while left and left[0][1] <= opens:
            left.pop(0)
        for since, until in left:
            if since >= closes:
                break
            if since > opens:
                yield opens, since
            opens = max(opens, min(until, closes))
        if opens < closes:
            yield opens, closes


def add_open_time(start: datetime, amount: timedelta, calendar: Calendar, gaps: Sequence[Stretch] = ()) -> datetime:
    """The moment (UTC) at which `amount` of open time has passed since `start`, gaps not counted.

    Raises:
        PolicyInvalid: the calendar has no such moment within ten years.
    """
    left = amount
    last = max([start, *(until for _, until in gaps)]) + _LONGEST
    for opens, closes in _counted(calendar, start.astimezone(UTC), gaps):
        if closes - opens >= left:
            return opens + left
        if opens > last:
            break
        left -= closes - opens
    raise PolicyInvalid(f"the calendar has not {amount} of open time in the ten years after {start:%Y-%m-%d}")


def open_time_between(start: datetime, end: datetime, calendar: Calendar, gaps: Sequence[Stretch] = ()) -> timedelta:
    """How much open time lies between two moments, gaps not counted; zero when `end` is not after `start`."""
    total = timedelta(0)
    if end <= start:
        return total
    for opens, closes in _counted(calendar, start.astimezone(UTC), gaps):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return total


def clock_of(
    target: Target,
    *,
    started_at: datetime,
    asked: Asked,
    sla: Sla,
    calendars: Mapping[str, Calendar],
    pauses: Sequence[Pause] = (),
    stopped_at: datetime | None = None,
    fired: tuple[str, ...] = (),
) -> Clock | None:
    """A target's clock from recorded times alone; None where nothing is promised.

    Args:
        started_at: when the wait began.
        pauses: the desk's states that may stop it; the policy says which do.
        stopped_at: when it was answered or solved.
        fired: the stages that were recorded before.
    """
    promise = sla.promise(target, asked)
    if promise is None:
        return None
    calendar, states = calendars[promise.calendar], sla.pauses.of(target)
    gaps = gaps_of(pauses, states, started_at, stopped_at)

    def after(share: float) -> datetime:
        # To the second: a share of minutes need not be whole, and a clock is not read more finely.
        amount = timedelta(seconds=round(promise.minutes * 60 * share))
        return add_open_time(started_at, amount, calendar, gaps)

    return Clock(
        target=target,
        started_at=started_at,
        rule=promise.rule,
        minutes=promise.minutes,
        early=tuple(StageTime(name=stage.name, at=after(stage.at)) for stage in sla.stages),
        warn_at=after(sla.warn_at),
        due_at=after(1),
        paused_at=None if stopped_at else paused_since(pauses, states),
        stopped_at=stopped_at,
        fired=fired,
    )


def used(
    clock: Clock, *, calendar: Calendar, pauses: Sequence[Pause], states: Collection[TicketStatus], now: datetime
) -> timedelta:
    """How much open time a clock has used by now; what stopped or stands still uses no more.

    Args:
        states: the desk's states that stop this clock.
    """
    until = min(at for at in (now, clock.stopped_at, clock.paused_at) if at is not None)
    gaps = gaps_of(pauses, states, clock.started_at, until)
    return open_time_between(clock.started_at, until, calendar, gaps)


def passed(clock: Clock, now: datetime) -> tuple[StageTime, ...]:
    """The stages that a running clock has passed by now; one that is paused has passed what came before."""
    until = min(now, clock.paused_at) if clock.paused_at else now
    return tuple(stage for stage in clock.stages if stage.at <= until)


def unrecorded(clock: Clock, now: datetime) -> tuple[StageTime, ...]:
    """The stages that were passed and not recorded yet, in order. The last of them is the one to act on."""
    return tuple(stage for stage in passed(clock, now) if stage in _left(clock))


def _left(clock: Clock) -> tuple[StageTime, ...]:
    """The stages after the last one that was recorded; a changed policy brings no earlier one back."""
    if clock.stopped_at is not None:
        return ()
    done = max((place for place, stage in enumerate(clock.stages, 1) if stage.name in clock.fired), default=0)
    return clock.stages[done:]


def next_due(clock: Clock, *, now: datetime) -> Due | None:
    """What the scan has to do next for a clock, or None when nothing is left, or nothing while it is paused.

    A stage whose moment passed unseen is still due, until a later one takes its place.
    """
    late = unrecorded(clock, now)
    ahead = (stage for stage in _left(clock) if stage.at > now)
    stage = late[-1] if late else next(ahead, None)
    if stage is None or (clock.paused_at is not None and stage.at > clock.paused_at):
        return None
    return Due(kind=kind_of(stage.name), at=stage.at, target=clock.target, stage=stage.name)


def kind_of(stage: str) -> DueKind:
    """What kind of stage a name means."""
    return DueKind(stage) if stage in (DueKind.WARNING, DueKind.BREACH) else DueKind.EARLY


class Outcome(StrEnum):
    """How a target ended, or stands."""

    RUNNING = "running"
    MET = "met"
    BREACHED = "breached"


def outcome(clock: Clock, *, now: datetime) -> Outcome:
    """The verdict from recorded times alone: an answer at the deadline itself is in time."""
    if clock.stopped_at is not None:
        return Outcome.MET if clock.stopped_at <= clock.due_at else Outcome.BREACHED
    over = now > clock.due_at and (clock.paused_at is None or clock.paused_at > clock.due_at)
    return Outcome.BREACHED if over else Outcome.RUNNING
