"""Random lives of tickets, as the desk would tell them and as the scan would meet them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from functions.sla_scan.stages import passed_by, remembered
from functions.sla_scan.telling import facts_of
from shared.domain.facts import BREACHES, Fact
from shared.domain.hours import Calendar
from shared.domain.intake import due_of, take_in
from shared.domain.policy import Policy
from shared.domain.ticket import Customer, DeskFields, DeskTicket, Message, Role, Target, TicketKey, TicketStatus
from shared.domain.ticket_state import Clock, TicketState

ZONES = ("Europe/Berlin", "America/New_York", "Pacific/Chatham", "Asia/Kolkata", "America/Santiago", "UTC")
# Clocks change in both directions somewhere in each of these, and one ends a year.
BEGINNINGS = tuple(datetime(*day, tzinfo=UTC) for day in ((2027, 3, 8), (2027, 3, 24), (2027, 10, 28), (2026, 12, 22)))
DAYS = 14
HORIZON = 40  # days that are looked ahead from a beginning
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SETTINGS = 48


@dataclass(frozen=True)
class Event:
    """Something that happens to a ticket, so many minutes after the beginning."""

    minute: int
    kind: str
    """customer, agent, open, pending, hold, solved, policy or scan"""
    seen: bool = True
    """Whether a webhook tells of it, where it changes no status; a lost one is made good by the next."""


@dataclass(frozen=True)
class Life:
    """One ticket from its first message on.

    Attributes:
        reopens: whether a reply takes a waiting ticket up again, as most desks do.
        policies: the policies in force one after the other; an event `policy` moves on.
    """

    beginning: datetime
    events: tuple[Event, ...]
    policies: tuple[int, ...]
    reopens: bool

    @property
    def channel(self) -> str:
        """Half of them come by messaging, whose resolution has a calendar of its own."""
        return "form" if len(self.events) % 2 else "messaging"


def settings(random: Random) -> list[Policy]:
    """Policies with calendars of every kind; two of them stand for one that was changed."""
    return [_policy(random) for _ in range(_SETTINGS)]


def _policy(random: Random) -> Policy:
    return Policy.model_validate(
        {
            "company": {"name": "Any", "time_zone": "UTC"},
            "queues": [{"id": "all", "group": "All"}],
            "agents": [],
            "calendars": {"one": _calendar(random), "other": _calendar(random)},
            "routing": {"fallback_queue": "all"},
            "boundary": {
                "long_standing_days": 365, "unhappy_at": 0.5, "failure_at": 0.5, "sure_language": 0.5,
                "sure_category": 0.5,
            },
            "value": {},
            "sla": {
                "calendar": "one",
                "first_response_minutes": {"default": _target(random, 600)},
                "next_response_minutes": {"default": _target(random, 600)},
                "resolution_minutes": {"default": _target(random, 3000)},
                "rules": [{"id": "messaging", "when": {"channels": ["messaging"]}, "calendar": "other",
                           "resolution_minutes": _target(random, 3000)}],
                "stages": [{"at": 0.25}, {"at": 0.5}],
                "warn_at": 0.75,
                "pauses": {name: random.choice(([], ["hold"], ["pending"], ["pending", "hold"])) for name in
                           ("first_response", "next_response", "resolution")},
            },
            "rank": {},
            "draft": {"fits_at": 0.5},
            "alerts": {"manager": "m@example.com", "customer_success": "s@example.com"},
            "report": {"recipients": ["m@example.com"]},
        }
    )  # fmt: skip


def _target(random: Random, longest: int) -> int:
    return 4 * random.randint(1, longest // 4)  # so that every quarter is a whole minute


def _calendar(random: Random) -> dict[str, Any]:
    """Round the clock, office hours with a break, or hours of the night in which clocks change."""
    kind = random.choice(("always", "office", "night", "any"))
    hours = {
        "always": [("00:00", "24:00")],
        "office": [("08:00", "12:00"), ("13:30", "18:00")],
        "night": [("00:30", "02:15"), ("02:30", "05:00"), ("23:00", "24:00")],
    }.get(kind) or _any_hours(random)
    days: tuple[str, ...] = _WEEK if kind != "office" else _WEEK[:5]
    if kind == "any":
        days = tuple(random.sample(_WEEK, random.randint(2, 7)))
    holidays = [str((day + timedelta(days=random.randint(0, DAYS))).date()) for day in BEGINNINGS]
    stretches = [{"from": opens, "to": closes} for opens, closes in hours]
    return {"time_zone": random.choice(ZONES), "open": dict.fromkeys(days, stretches), "holidays": holidays}


def _any_hours(random: Random) -> list[tuple[str, str]]:
    edges = sorted(random.sample(range(0, 24 * 60 + 1, 5), 4))
    clock = [f"{edge // 60:02}:{edge % 60:02}" for edge in edges]
    return [(clock[0], clock[1]), (clock[2], clock[3])]


def any_life(random: Random, channel_policies: int) -> Life:
    """A life of up to a dozen events in two weeks."""
    minutes = sorted(random.sample(range(1, DAYS * 1440), random.randint(1, 12)))
    kinds = ("customer", "customer", "agent", "agent", "open", "pending", "hold", "solved", "policy", "scan", "scan")
    events = []
    for minute in minutes:
        kind = random.choice(kinds)
        events.append(Event(minute, kind, seen=kind != "customer" or random.random() < 0.8))
    changes = 1 + sum(event.kind == "policy" for event in events)
    policies = tuple(random.randrange(channel_policies) for _ in range(changes))
    start = random.choice(BEGINNINGS) + timedelta(minutes=random.randrange(1440))
    return Life(start, tuple(events), policies, reopens=random.random() < 0.7)


@dataclass
class Told:
    """What the product makes of a life.

    Attributes:
        clocks: the last that was known of every clock, by target and beginning.
        breaches: when each missed target was missed.
        status: of the ticket in the end.
    """

    clocks: dict[tuple[Target, datetime], Clock] = field(default_factory=dict)
    breaches: list[tuple[Target, datetime]] = field(default_factory=list)
    status: TicketStatus = TicketStatus.OPEN


def live(life: Life, policies: list[Policy]) -> Told:
    """Let the product look at a life as it goes on, by webhooks and by scans."""
    told, desk = Told(), _Desk(life)
    rules = iter(life.policies)
    policy = policies[next(rules)]
    state = _look(None, desk, policy, life.beginning, told)
    for event in life.events:
        now = life.beginning + timedelta(minutes=event.minute)
        if event.kind == "policy":
            policy = policies[next(rules)]
        elif event.kind == "scan":
            state = _scan(_look(state, desk, policy, now, told), policy, now, told)
        elif desk.happens(event, now):
            state = _look(state, desk, policy, now, told)
    end = life.beginning + timedelta(days=DAYS)
    _look(state, desk, policy, end, told)
    told.status = desk.status
    return told


def _look(state: TicketState | None, desk: _Desk, policy: Policy, now: datetime, told: Told) -> TicketState:
    intake = take_in(state, desk.ticket(), policy=policy, now=now)
    _note(intake.state, intake.facts, told)
    return intake.state


def _scan(state: TicketState, policy: Policy, now: datetime, told: Told) -> TicketState:
    """What the scan remembers of a ticket whose newest message was triaged."""
    triaged = state.model_copy(update={"noted": state.version})
    triaged = triaged.model_copy(update={"due": due_of(triaged, now=now)})
    passed = passed_by(triaged, now)
    after = remembered(triaged, passed, now=now, wrote=DeskFields(), show_at=None)
    _note(after, tuple(fact for one in passed for fact in facts_of(triaged, one, now)), told)
    return after


def _note(state: TicketState, facts: tuple[Fact, ...], told: Told) -> None:
    told.clocks |= {(clock.target, clock.started_at): clock for clock in state.clocks}
    kinds = {kind: target for target, kind in BREACHES.items()}
    told.breaches += [(kinds[fact.kind], fact.at) for fact in facts if fact.kind in kinds]


class _Desk:
    """The ticket as it stands on a desk."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._messages = [self._message(Role.CUSTOMER, life.beginning)]
        self._updated = life.beginning
        self._solved: datetime | None = None
        self.status = TicketStatus.OPEN

    def happens(self, event: Event, now: datetime) -> bool:
        """Let it happen, and answer whether a webhook tells of it."""
        before = self.status
        if event.kind in ("customer", "agent"):
            if event.kind == "agent" and before is TicketStatus.SOLVED:
                return False
            role = Role.CUSTOMER if event.kind == "customer" else Role.AGENT
            self._messages.append(self._message(role, now))
            taken_up = before is TicketStatus.SOLVED or (before is TicketStatus.PENDING and self._life.reopens)
            if role is Role.CUSTOMER and taken_up:
                self.status = TicketStatus.OPEN
        else:
            self.status = TicketStatus(event.kind)
            self._solved = now if event.kind == "solved" and before is not TicketStatus.SOLVED else self._solved
            if self.status is before:
                return False
        self._updated = now
        return event.seen or self.status is not before

    def ticket(self) -> DeskTicket:
        """What the desk tells now."""
        over = self.status is TicketStatus.SOLVED
        return DeskTicket(
            key=TicketKey(desk="any", id="1"),
            subject="",
            channel=self._life.channel,
            status=self.status,
            fields=DeskFields(),
            created_at=self._life.beginning,
            updated_at=self._updated,
            stamp=str(self._updated),
            solved_at=self._solved if over else None,
            messages=tuple(self._messages),
            customer=Customer(id="c"),
        )

    def _message(self, role: Role, at: datetime) -> Message:
        return Message(id=str(at.timestamp()), role=role, public=True, text="x", at=at)


def calendar_of(policy: Policy, target: Target, channel: str) -> Calendar:
    """The calendar by which a target counts."""
    return policy.calendars["other" if target is Target.RESOLUTION and channel == "messaging" else "one"]
