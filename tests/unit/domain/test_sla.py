"""Deadlines in open time: calendars, clock changes, and verdicts that do not depend on who looked when."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.domain.errors import PolicyInvalid
from shared.domain.hours import Calendar
from shared.domain.observation import Urgency
from shared.domain.sla import (
    Outcome,
    add_open_time,
    clock_of,
    gaps_of,
    next_due,
    open_time_between,
    outcome,
    unrecorded,
)
from shared.domain.sla_policy import Asked, Sla, When
from shared.domain.ticket import Target, TicketStatus
from shared.domain.ticket_state import DueKind, Pause
from tests.unit.domain.samples import NOON, WEEK, moments, policy, policy_data

WORKDAYS = WEEK[:5]
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Chatham", "UTC")


def calendar(hours, *, days=WORKDAYS, zone="Europe/Berlin", holidays=()):
    stretches = [{"from": opens, "to": closes} for opens, closes in hours]
    return Calendar.model_validate({"time_zone": zone, "open": dict.fromkeys(days, stretches), "holidays": holidays})


def at(text: str, zone: str = "Europe/Berlin", fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def after(start: datetime, amount: timedelta, by: Calendar) -> str:
    return add_open_time(start, amount, by).astimezone(ZoneInfo(by.time_zone)).strftime("%a %Y-%m-%d %H:%M")


ALWAYS = calendar([("00:00", "24:00")], days=WEEK)
OFFICE = calendar([("09:00", "17:00")])


def clock(target=Target.FIRST_RESPONSE, *, started_at=NOON, calendar=ALWAYS, sla=None, pauses=(), **more):
    """A clock by the sample policy; `sla` are changes of what it promises."""
    promised = Sla.model_validate(policy_data()["sla"] | (sla or {}))
    asked = Asked(**{name: more.pop(name) for name in ("plan", "urgency", "channel", "tags") if name in more})
    calendars = {"always": calendar, "office": OFFICE}
    return clock_of(
        target, started_at=started_at, asked=asked, sla=promised, calendars=calendars, pauses=pauses, **more
    )


def first(**given):
    """A first response clock."""
    return clock(Target.FIRST_RESPONSE, **given)


def stopped(answered_at):
    return CLOCK.model_copy(update={"stopped_at": answered_at})


@pytest.mark.parametrize(
    ("zone", "start", "due"),
    [
        ("Europe/Berlin", "2027-03-27 20:00", "Sun 2027-03-28 09:00"),
        ("Europe/Berlin", "2027-10-30 20:00", "Sun 2027-10-31 07:00"),
        ("America/New_York", "2027-03-13 20:00", "Sun 2027-03-14 09:00"),
        ("America/New_York", "2027-11-06 20:00", "Sun 2027-11-07 07:00"),
    ],
)
def test_twelve_hours_round_the_clock_are_twelve_real_hours_when_clocks_change(zone, start, due):
    by = calendar([("00:00", "24:00")], days=WEEK, zone=zone)
    assert after(at(start, zone), timedelta(hours=12), by) == due


@pytest.mark.parametrize(("day", "hours"), [("2027-03-28", 2), ("2027-10-31", 4), ("2027-04-04", 3)])
def test_a_night_window_is_as_long_as_the_night_really_was(day, hours):
    by = calendar([("01:00", "04:00")], days=WEEK)
    midnight = at(f"{day} 00:00")
    assert open_time_between(midnight, midnight + timedelta(hours=12), by) == timedelta(hours=hours)


def test_a_start_inside_the_repeated_hour_counts_from_the_hour_that_was_meant():
    first, second = at("2027-10-31 02:30", fold=0), at("2027-10-31 02:30", fold=1)
    assert after(first, timedelta(hours=2), ALWAYS) == "Sun 2027-10-31 03:30"
    assert after(second, timedelta(hours=2), ALWAYS) == "Sun 2027-10-31 04:30"


def test_an_opening_that_the_clocks_skip_is_the_moment_they_jump():
    by = calendar([("02:30", "06:00")], days=WEEK)
    assert after(at("2027-03-28 00:00"), timedelta(hours=1), by) == "Sun 2027-03-28 04:00"


def test_a_closing_that_the_clocks_skip_is_the_moment_they_jump():
    by = calendar([("01:00", "02:30")], days=WEEK)
    assert open_time_between(at("2027-03-28 00:00"), at("2027-03-28 12:00"), by) == timedelta(hours=1)


def test_a_window_that_the_clocks_skip_whole_does_not_open_that_day():
    by = calendar([("02:10", "02:50")], days=WEEK)
    assert after(at("2027-03-28 00:00"), timedelta(minutes=10), by) == "Mon 2027-03-29 02:20"


def test_friday_evening_runs_on_from_monday_morning():
    assert after(at("2026-11-27 16:30"), timedelta(hours=1), OFFICE) == "Mon 2026-11-30 09:30"


def test_a_lunch_break_does_not_count():
    by = calendar([("08:00", "12:00"), ("13:30", "18:00")])
    assert after(at("2026-11-24 11:30"), timedelta(hours=1), by) == "Tue 2026-11-24 14:00"


def test_four_hours_from_monday_five_are_due_on_tuesday_and_warn_an_hour_before():
    clock = first(started_at=at("2026-11-23 17:00"), plan="team", calendar=calendar([("08:00", "18:00")]))
    assert clock.due_at == at("2026-11-24 11:00")
    assert clock.warn_at == at("2026-11-24 10:00")


def test_two_days_round_the_clock_are_exactly_48_hours():
    start = at("2026-11-24 13:07")
    assert add_open_time(start, timedelta(hours=48), ALWAYS) - start == timedelta(hours=48)


def test_a_holiday_between_two_days_is_skipped():
    by = calendar([("09:00", "17:00")], holidays=["2026-11-25"])
    assert after(at("2026-11-24 16:00"), timedelta(hours=2), by) == "Thu 2026-11-26 10:00"


def test_a_ticket_of_the_closing_second_begins_to_count_at_the_next_opening():
    assert after(at("2026-11-24 17:00"), timedelta(minutes=30), OFFICE) == "Wed 2026-11-25 09:30"


def test_a_deadline_at_closing_time_is_that_day_not_the_next_morning():
    assert after(at("2026-11-24 16:00"), timedelta(hours=1), OFFICE) == "Tue 2026-11-24 17:00"


def test_a_target_longer_than_a_week_is_counted_out():
    assert after(at("2026-11-24 09:00"), timedelta(hours=80), OFFICE) == "Mon 2026-12-07 17:00"


def test_a_promise_that_the_calendar_cannot_keep_is_an_error_not_an_endless_search():
    by = calendar([("09:00", "09:01")], days=["mon"])
    with pytest.raises(PolicyInvalid):
        add_open_time(NOON, timedelta(days=30), by)


minutes = st.integers(0, 24 * 60)


@st.composite
def calendars(draw):
    """Any week with at least one open stretch, lunch breaks and holidays included."""
    open_days = {}
    for day in draw(st.sets(st.sampled_from(WEEK), min_size=1)):
        edges = sorted(draw(st.sets(minutes, min_size=2, max_size=6)))
        pairs = zip(edges[::2], edges[1::2], strict=False)
        open_days[day] = [{"from": _clock(opens), "to": _clock(closes)} for opens, closes in pairs]
    holidays = draw(st.sets(st.dates(date(2027, 1, 1), date(2027, 12, 31)), max_size=5))
    zone = draw(st.sampled_from(ZONES))
    return Calendar.model_validate({"time_zone": zone, "open": open_days, "holidays": holidays})


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


in_2027 = moments(2027, 2028)
amounts = st.integers(1, 60 * 60 * 20).map(lambda seconds: timedelta(seconds=seconds))


def _enough_is_open(by: Calendar) -> bool:
    week = sum(hours.closes - hours.opens for day in by.open.values() for hours in day)
    return week >= 3600


@given(by=calendars(), start=in_2027, one=amounts, other=amounts)
def test_waiting_twice_is_waiting_once_for_both(by, start, one, other):
    assume(_enough_is_open(by))
    assert add_open_time(add_open_time(start, one, by), other, by) == add_open_time(start, one + other, by)


@given(by=calendars(), start=in_2027, amount=amounts)
def test_the_open_time_up_to_a_deadline_is_what_was_promised(by, start, amount):
    assume(_enough_is_open(by))
    due = add_open_time(start, amount, by)
    assert due > start
    assert open_time_between(start, due, by) == amount


@given(by=calendars(), start=in_2027, amount=amounts, later=amounts)
def test_who_writes_later_is_never_due_earlier(by, start, amount, later):
    assume(_enough_is_open(by))
    assert add_open_time(start + later, amount, by) >= add_open_time(start, amount, by)


@given(start=in_2027, later=amounts)
def test_no_open_time_lies_before_the_beginning(start, later):
    assert open_time_between(start + later, start, OFFICE) == timedelta(0)


@pytest.mark.parametrize(
    ("plan", "urgency", "expected"),
    [
        ("team", None, 240),
        ("team", Urgency.STANDARD, 240),
        ("team", Urgency.HIGH, 120),
        ("enterprise", Urgency.HIGH, 60),
        ("enterprise", Urgency.CRITICAL, 30),
        (None, None, 1440),
        ("unheard of", None, 1440),
    ],
)
def test_the_target_is_the_plans_or_the_urgencys_where_that_is_stricter(plan, urgency, expected):
    promise = policy().sla.promise(Target.FIRST_RESPONSE, Asked(plan=plan, urgency=urgency))
    assert promise == (expected, "always", "")


@given(start=in_2027, plan=st.sampled_from([None, "team"]), urgency=st.sampled_from([None, *Urgency]))
def test_a_clock_warns_before_it_is_due(start, plan, urgency):
    clock = first(started_at=start, plan=plan, urgency=urgency, calendar=OFFICE)
    assert start <= clock.warn_at <= clock.due_at


CLOCK = first(started_at=NOON, plan="team")


@pytest.mark.parametrize(
    ("hours", "fired", "kind"),
    [
        (0, (), DueKind.WARNING),
        (3.5, (), DueKind.WARNING),
        (3.5, (DueKind.WARNING,), DueKind.BREACH),
        (5, (), DueKind.BREACH),
        (5, (DueKind.WARNING,), DueKind.BREACH),
        (5, (DueKind.WARNING, DueKind.BREACH), None),
        (5, (DueKind.BREACH,), None),
    ],
)
def test_each_stage_is_due_once_and_a_breach_replaces_a_missed_warning(hours, fired, kind):
    due = next_due(CLOCK.model_copy(update={"fired": fired}), now=NOON + timedelta(hours=hours))
    assert (due.kind if due else None) == kind


@given(
    answered=st.floats(0.01, 10).map(lambda hours: NOON + timedelta(hours=hours)),
    looked=st.floats(0, 100).map(lambda hours: NOON + timedelta(hours=hours)),
)
def test_the_verdict_on_an_answer_does_not_depend_on_when_anyone_looked(answered, looked):
    expected = Outcome.MET if answered <= CLOCK.due_at else Outcome.BREACHED
    assert outcome(stopped(answered), now=looked) is expected


def test_an_answer_at_the_deadline_itself_is_in_time_and_a_second_later_it_is_not():
    assert outcome(stopped(CLOCK.due_at), now=NOON) is Outcome.MET
    assert outcome(stopped(CLOCK.due_at + timedelta(seconds=1)), now=NOON) is Outcome.BREACHED
    assert outcome(CLOCK, now=CLOCK.due_at) is Outcome.RUNNING
    assert outcome(CLOCK, now=CLOCK.due_at + timedelta(seconds=1)) is Outcome.BREACHED


# ---- pauses


@st.composite
def breaks(draw):
    """Pauses in any order, overlapping or not, within some days after a start."""
    found = draw(st.lists(st.tuples(st.integers(0, 8_000), st.integers(1, 3_000)), max_size=4))
    return tuple(
        Pause(
            status=draw(st.sampled_from([TicketStatus.HOLD, TicketStatus.PENDING, TicketStatus.SOLVED])),
            since=NOON + timedelta(minutes=since),
            until=NOON + timedelta(minutes=since + lasts),
        )
        for since, lasts in found
    )


def counted(pauses, until: datetime):
    gaps = gaps_of(pauses, set(TicketStatus), NOON, until)
    return open_time_between(NOON, until, OFFICE, gaps)


@given(pauses=breaks(), one=st.integers(0, 9_000), other=st.integers(0, 9_000))
def test_time_used_grows_and_is_additive_however_it_was_paused(pauses, one, other):
    early, late = (NOON + timedelta(minutes=minutes) for minutes in sorted((one, other)))
    gaps = gaps_of(pauses, set(TicketStatus), NOON, late)
    between = open_time_between(early, late, OFFICE, gaps)
    assert counted(pauses, late) == open_time_between(NOON, early, OFFICE, gaps) + between
    assert between >= timedelta(0)


@given(pauses=breaks(), more=breaks(), until=st.integers(0, 9_000))
def test_a_pause_takes_away_only_what_lies_in_it_and_never_what_was_used_before(pauses, more, until):
    end = NOON + timedelta(minutes=until)
    with_more, first = counted((*pauses, *more), end), min((pause.since for pause in more), default=end)
    assert with_more <= counted(pauses, end)
    assert with_more >= counted(pauses, min(first, end))


@given(pauses=breaks(), minutes_=st.integers(1, 2_000).map(lambda quarter: quarter * 4))
def test_the_deadline_of_a_paused_clock_is_where_its_time_is_used_up(pauses, minutes_):
    states = set(Sla.model_validate(policy_data()["sla"]).pauses.of(Target.RESOLUTION))
    paused = clock(Target.RESOLUTION, calendar=OFFICE, pauses=pauses, sla={"resolution_minutes": {"default": minutes_}})
    gaps = gaps_of(pauses, states, NOON, None)
    assert open_time_between(NOON, paused.due_at, OFFICE, gaps) == timedelta(minutes=minutes_)
    assert paused.warn_at <= paused.due_at


def held(since: float, until: float | None = None) -> Pause:
    end = None if until is None else NOON + timedelta(hours=until)
    return Pause(status=TicketStatus.HOLD, since=NOON + timedelta(hours=since), until=end)


def test_a_pause_is_in_the_deadline_and_not_in_a_label():
    solve = {"resolution_minutes": {"default": 600}}
    assert clock(Target.RESOLUTION, sla=solve).due_at == NOON + timedelta(hours=10)
    assert clock(Target.RESOLUTION, sla=solve, pauses=[held(1, 3)]).due_at == NOON + timedelta(hours=12)


def test_two_hours_on_hold_still_count_when_another_policy_applies():
    before = clock(Target.RESOLUTION, sla={"resolution_minutes": {"default": 600}}, pauses=[held(1, 3)])
    after = clock(Target.RESOLUTION, sla={"resolution_minutes": {"default": 300}}, pauses=[held(1, 3)])
    assert (before.due_at - NOON, after.due_at - NOON) == (timedelta(hours=12), timedelta(hours=7))


def test_a_clock_that_stands_still_is_not_due_but_what_it_passed_before_is():
    paused = clock(Target.RESOLUTION, sla={"resolution_minutes": {"default": 600}}, pauses=[held(8)])
    much_later = NOON + timedelta(days=3)
    assert [stage.name for stage in unrecorded(paused, much_later)] == ["warning"]
    assert next_due(paused.model_copy(update={"fired": ("warning",)}), now=much_later) is None
    assert outcome(paused, now=much_later) is Outcome.RUNNING


def test_what_stops_while_it_stands_still_has_used_only_what_came_before():
    stopped_in_pause = clock(
        Target.RESOLUTION,
        sla={"resolution_minutes": {"default": 120}},
        pauses=[held(1)],
        stopped_at=NOON + timedelta(days=2),
    )
    assert outcome(stopped_in_pause, now=NOON + timedelta(days=3)) is Outcome.MET


# ---- stages


STAGED = {"stages": [{"at": 0.25}, {"at": 0.5, "does": ["desk", "manager"]}]}


def test_stages_come_in_order_and_the_last_one_passed_is_the_one_to_act_on():
    staged = first(plan="team", sla=STAGED)
    hours = [(stage.name, (stage.at - NOON).total_seconds() / 3600) for stage in staged.stages]
    assert hours == [("at_25", 1), ("at_50", 2), ("warning", 3), ("breach", 4)]
    assert next_due(staged, now=NOON).stage == "at_25"
    assert next_due(staged, now=NOON + timedelta(hours=2.5)).stage == "at_50"
    assert [stage.name for stage in unrecorded(staged, NOON + timedelta(hours=9))] == [
        "at_25", "at_50", "warning", "breach",
    ]  # fmt: skip


def test_a_changed_policy_brings_no_stage_back_before_the_last_recorded_one():
    staged = first(plan="team", sla=STAGED, fired=("warning",))
    assert next_due(staged, now=NOON + timedelta(hours=3.5)).stage == "breach"
    breached = first(plan="team", sla=STAGED, fired=("breach",))
    assert next_due(breached, now=NOON) is None


# ---- who is promised what


RULES = {
    "rules": [
        {"id": "vip", "when": {"tags": ["vip"], "channels": ["chat"]}, "first_response_minutes": 5},
        {"id": "critical", "when": {"urgencies": ["critical"]}, "calendar": "office", "resolution_minutes": 60},
    ],
    "resolution_minutes": {"default": 600},
}


@pytest.mark.parametrize(
    ("asked", "target", "promised"),
    [
        ({"tags": ["vip", "x"], "channel": "chat"}, Target.FIRST_RESPONSE, (5, "always", "vip")),
        ({"tags": ["vip"], "channel": "email"}, Target.FIRST_RESPONSE, (1440, "always", "")),
        ({"urgency": "critical"}, Target.RESOLUTION, (60, "office", "critical")),
        ({"urgency": "critical"}, Target.FIRST_RESPONSE, (30, "always", "")),
        ({"plan": "team"}, Target.NEXT_RESPONSE, None),
    ],
)
def test_the_first_rule_that_fits_and_names_the_target_counts_alone(asked, target, promised):
    sla = Sla.model_validate(policy_data()["sla"] | RULES)
    assert sla.promise(target, Asked.model_validate(asked)) == promised


words = st.lists(st.sampled_from(["a", "b", "c"]), max_size=3, unique=True).map(tuple)
whens = st.builds(When, plans=words, tags=words, channels=words)


@given(
    wide=whens,
    narrow=whens,
    plan=st.sampled_from("abc"),
    tags=st.sets(st.sampled_from("abc")),
    by=st.sampled_from("abc"),
)
def test_what_covers_another_condition_fits_whenever_that_does(wide, narrow, plan, tags, by):
    asked = Asked(plan=plan, tags=frozenset(tags), channel=by)
    if wide.covers(narrow) and narrow.fits(asked):
        assert wide.fits(asked)
