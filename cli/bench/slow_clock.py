"""The oracle: the same questions answered by stepping minute by minute, slowly and obviously.

Open is what the wall clock says. Where it is set back, hours that were shut stay shut and hours that are open stay
open; where it is set forward, whatever was to begin in the hour that is missing begins when it is over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cli.bench.lives import HORIZON, Event, Life, calendar_of
from shared.domain.hours import Calendar, Weekday
from shared.domain.policy import Policy
from shared.domain.ticket import Target, TicketStatus

_MINUTES = HORIZON * 1440
_STATES = ("pending", "hold", "solved")


@dataclass
class SlowClock:
    """One clock as the oracle sees it; minutes from the ticket's beginning."""

    target: Target
    start: int
    stop: int | None
    policy: int
    due: int | None = None
    stages: dict[str, int] = field(default_factory=dict)
    stops: list[int] = field(default_factory=list)

    def stop_at(self, minute: int) -> None:
        """It is answered or solved; a ticket that is taken up again may set it going once more."""
        self.stop = minute
        self.stops.append(minute)


class OpenMinutes:
    """For each calendar and beginning, which minutes are open."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, datetime], bytearray] = {}

    def of(self, calendar: Calendar, beginning: datetime) -> tuple[bytearray, int]:
        """The minutes of a calendar, and at which of them a ticket begins."""
        midnight = beginning.replace(hour=0, minute=0)
        key = (id(calendar), midnight)
        if key not in self._known:
            self._known[key] = _open_minutes(calendar, midnight)
        return self._known[key], (beginning - midnight) // timedelta(minutes=1)


def _open_minutes(calendar: Calendar, start: datetime) -> bytearray:
    zone, days = ZoneInfo(calendar.time_zone), list(Weekday)
    found = bytearray()
    day: date | None = None
    latest = 0  # the latest time that the wall clock has shown on this day
    begin = start - timedelta(days=2)
    for minute in range(_MINUTES + 2 * 1440):
        local = (begin + timedelta(minutes=minute)).astimezone(zone)
        seconds = local.hour * 3600 + local.minute * 60
        if local.date() != day:
            day, latest = local.date(), seconds
            hours = () if day in calendar.holidays else calendar.open.get(days[day.weekday()], ())
        latest = max(latest, seconds)
        found.append(any(one.opens <= latest < one.closes for one in hours))
    return found[2 * 1440 :]


def judge(life: Life, policies: list[Policy], minutes: OpenMinutes) -> tuple[list[SlowClock], list[int]]:
    """Every clock of a life, with the minute of each stage, by stepping; and the scans while it was not solved."""
    story = _Story(life)
    channel = life.channel
    for clock in story.clocks:
        policy = policies[life.policies[clock.policy]]
        promise = policy.sla.rules[0].resolution_minutes if channel == "messaging" else None
        table = {
            Target.FIRST_RESPONSE: policy.sla.first_response_minutes,
            Target.NEXT_RESPONSE: policy.sla.next_response_minutes,
            Target.RESOLUTION: policy.sla.resolution_minutes,
        }[clock.target]
        assert table is not None  # every policy here promises everything
        target = promise if promise and clock.target is Target.RESOLUTION else table.default
        states = [state for state in _STATES if TicketStatus(state) in policy.sla.pauses.of(clock.target)]
        opening, offset = minutes.of(calendar_of(policy, clock.target, channel), life.beginning)
        _step(clock, target, opening, offset, [story.paused[state] for state in states])
    return story.clocks, story.unsolved_scans


def _step(clock: SlowClock, target: int, opening: bytearray, offset: int, pauses: list[bytearray]) -> None:
    used = 0
    names = {target // 4: "at_25", target // 2: "at_50", target * 3 // 4: "warning", target: "breach"}
    for minute in range(clock.start, _MINUTES - 1440):
        if not opening[offset + minute] or any(pause[minute] for pause in pauses):
            continue
        used += 1
        if used in names:
            clock.stages[names[used]] = minute + 1
        if used == target:
            clock.due = minute + 1
            return


class _Story:
    """A life told minute by minute: the clocks that it starts and stops, and when it stands in which state."""

    def __init__(self, life: Life) -> None:
        self._reopens = life.reopens
        self._first = SlowClock(Target.FIRST_RESPONSE, 0, None, 0)
        self._resolution = SlowClock(Target.RESOLUTION, 0, None, 0)
        self._waits: SlowClock | None = self._first
        self._solved_while_waiting: SlowClock | None = None
        self._status, self._since, self._stands_still = "open", 0, False
        self.clocks = [self._first, self._resolution]
        self.paused = {state: bytearray(_MINUTES) for state in _STATES}
        self.unsolved_scans: list[int] = []
        policy = 0
        for event in life.events:
            policy += event.kind == "policy"
            self._under(policy)
            self._happens(event)
            self._under(policy)
        self._stand(_MINUTES)

    def _happens(self, event: Event) -> None:
        if event.kind == "customer":
            self._customer(event.minute)
        elif event.kind == "agent":
            self._agent(event.minute)
        elif event.kind == "scan":
            self.unsolved_scans += [event.minute] if self._status != "solved" else []
        elif event.kind not in ("policy", self._status):
            self._changes(event.minute, event.kind)

    def _under(self, policy: int) -> None:
        """A policy counts for what still runs."""
        for clock in self.clocks:
            clock.policy = clock.policy if clock.stop is not None else policy

    def _stand(self, minute: int) -> None:
        """The status stood still until this minute, if it did."""
        if self._stands_still:
            self.paused[self._status][self._since : minute] = b"\1" * (minute - self._since)
            self._stands_still = False

    def _customer(self, minute: int) -> None:
        if self._status == "solved":
            self._resolution.stop = None
            if self._solved_while_waiting is self._first:
                self._first.stop, self._waits = None, self._first
            self._solved_while_waiting = None
        if self._status in ("solved", "pending"):
            self._stand(minute)  # a customer who writes is not waited for
        if self._status == "solved" or (self._status == "pending" and self._reopens):
            self._status = "open"
        if self._waits is None:
            self._waits = SlowClock(Target.NEXT_RESPONSE, minute, None, 0)
            self.clocks.append(self._waits)

    def _agent(self, minute: int) -> None:
        if self._status == "solved":
            return
        if self._waits is not None:
            self._waits.stop_at(minute)
            self._waits = None
        if self._status == "pending" and not self._stands_still:
            self._since, self._stands_still = minute, True

    def _changes(self, minute: int, status: str) -> None:
        self._stand(minute)
        if status == "solved":
            self._resolution.stop_at(minute)
            self._solved_while_waiting, self._waits = self._waits, None
            if self._solved_while_waiting:
                self._solved_while_waiting.stop_at(minute)
        elif self._status == "solved":
            self._resolution.stop = None
            self._waits, self._solved_while_waiting = self._solved_while_waiting, None
            if self._waits:
                self._waits.stop = None
        self._status, self._since, self._stands_still = status, minute, status != "open"
