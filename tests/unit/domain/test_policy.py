"""A policy that contradicts itself is refused, and the same content has the same version."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.domain.hours import Calendar, Hours, Shift
from shared.domain.observation import Category
from shared.domain.policy import Policy, contradictions
from tests.unit.domain.samples import ROUND_THE_CLOCK, WEEK, agent, policy, policy_data

HOLIDAYS = ["2026-12-25", "2027-01-01", "2027-03-26", "2027-05-06"]


def shift(opens: str, closes: str, days=WEEK, zone="UTC") -> Shift:
    return Shift.model_validate({"time_zone": zone, "days": days, "from": opens, "to": closes})


@given(st.permutations(HOLIDAYS))
def test_the_version_does_not_depend_on_the_order_of_holidays(days):
    listed = policy(calendars={"always": {**ROUND_THE_CLOCK, "holidays": HOLIDAYS}})
    shuffled = policy(calendars={"always": {**ROUND_THE_CLOCK, "holidays": days}})
    assert shuffled.sha == listed.sha


@given(st.permutations(["default", "by_plan", "by_urgency"]), st.permutations(["team", "enterprise", "free"]))
def test_the_version_does_not_depend_on_the_order_of_keys(keys, plans):
    targets = {"default": 1440, "by_plan": {}, "by_urgency": {"high": 120}}
    ordered = {key: targets[key] for key in keys} | {"by_plan": dict.fromkeys(plans, 60)}
    plain = targets | {"by_plan": {"enterprise": 60, "free": 60, "team": 60}}
    sla = policy_data()["sla"]
    assert policy(sla=sla | {"first_response_minutes": ordered}).sha == (
        policy(sla=sla | {"first_response_minutes": plain}).sha
    )


def test_any_change_is_another_version():
    changed = policy(boundary=policy_data()["boundary"] | {"long_standing_days": 366})
    assert changed.sha != policy().sha


def test_a_policy_read_back_from_its_canonical_json_is_the_same_policy():
    stored = Policy.model_validate_json(policy().canonical_json())
    assert (stored, stored.sha) == (policy(), policy().sha)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        (
            {"routing": {"fallback_queue": "nowhere"}},
            "there is no queue 'nowhere'; name one of billing, care, front_desk",
        ),
        (
            {"routing": {"fallback_queue": "care", "bounded_queue": "vip"}},
            "routing.bounded_queue: there is no queue 'vip'",
        ),
        (
            {"agents": [agent("a@example.com", queues=["billing", "bills"])]},
            "agents.0.queues.1: there is no queue 'bills'",
        ),
        ({"agents": [agent("a@example.com"), agent("A@example.com")]}, "'a@example.com' is there twice"),
        (
            {"queues": [{"id": "front_desk", "group": "A"}, {"id": "front_desk", "group": "B"}]},
            "'front_desk' is there twice",
        ),
        ({"queues": [{"id": "front_desk", "group": "A"}, {"id": "care", "group": "A"}]}, "'A' is there twice"),
        ({"calendars": {"office": ROUND_THE_CLOCK}}, "there is no calendar 'always'; name one of office"),
        ({"value": {"plans": ["enterprize"]}}, "there is no plan 'enterprize'; name one of enterprise, team"),
    ],
)
def test_a_reference_to_something_that_is_not_there_is_refused_with_what_there_is(changes, named):
    with pytest.raises(ValidationError) as refused:
        policy(**changes)
    assert named in str(refused.value)


def test_a_category_has_one_queue():
    queues = policy(
        queues=[{"id": "billing", "group": "A", "categories": ["billing"]}, {"id": "front_desk", "group": "B"}],
        agents=[],
    ).queues
    twice = (queues[0], queues[1].model_copy(update={"categories": (Category.BILLING,)}))
    [found] = contradictions(queues=twice)
    assert (found.at, found.fault) == (("queues", 1, "categories"), "billing goes to the queue 'billing' already")


def test_all_contradictions_are_found_at_once():
    with pytest.raises(ValidationError) as refused:
        policy(routing={"fallback_queue": "x", "bounded_queue": "y"}, value={"plans": ["z"]})
    assert all(f"'{name}'" in str(refused.value) for name in "xyz")


@pytest.mark.parametrize("part", ["warnat", "calender"])
def test_a_setting_that_does_not_exist_is_refused(part):
    with pytest.raises(ValidationError):
        policy(sla=policy_data()["sla"] | {part: "always"})


@pytest.mark.parametrize(
    "hours",
    [
        {"from": "17:00", "to": "09:00"},
        {"from": "09:00", "to": "09:00"},
        {"from": "09:00", "to": "24:01"},
        {"from": "9", "to": "17"},
        {"from": 9, "to": 17},
        {"from": "09:60", "to": "17:00"},
        {"from": "-1:00", "to": "17:00"},
    ],
)
def test_hours_that_are_no_hours_are_refused(hours):
    with pytest.raises(ValidationError):
        Hours.model_validate(hours)


def test_a_day_may_end_at_midnight():
    assert Hours.model_validate({"from": "9:00", "to": "24:00"}).closes == 24 * 3600


def test_a_calendar_that_never_opens_is_refused():
    for never in ({}, {"mon": []}):
        with pytest.raises(ValidationError, match="never opens"):
            Calendar.model_validate({"time_zone": "UTC", "open": never})


def test_stretches_of_a_day_may_be_listed_in_any_order_but_not_overlap():
    late_first = [{"from": "13:00", "to": "17:00"}, {"from": "08:00", "to": "12:00"}]
    ordered = Calendar.model_validate({"time_zone": "UTC", "open": {"mon": late_first}})
    assert [hours.opens // 3600 for hours in ordered.open[next(iter(ordered.open))]] == [8, 13]
    with pytest.raises(ValidationError, match="overlap"):
        Calendar.model_validate({"time_zone": "UTC", "open": {"mon": [*late_first, {"from": "11:00", "to": "14:00"}]}})


@pytest.mark.parametrize("zone", ["Berlin", "Europe/Atlantis", "", "../etc/passwd", "+01:00"])
def test_a_time_zone_that_nobody_knows_is_refused(zone):
    with pytest.raises(ValidationError):
        policy(company={"name": "Test", "time_zone": zone})


@pytest.mark.parametrize(
    ("hour", "at_work"), [(21, False), (22, True), (23, True), (0, True), (5, True), (6, False), (12, False)]
)
def test_a_shift_may_run_past_midnight(hour, at_work):
    night = shift("22:00", "06:00", days=["mon", "tue"])
    tuesday = datetime(2026, 11, 24, hour, tzinfo=UTC)
    assert night.covers(tuesday) is at_work


def test_the_night_after_the_last_day_still_belongs_to_the_shift_and_the_one_before_the_first_does_not():
    night = shift("22:00", "06:00", days=["tue"])
    assert night.covers(datetime(2026, 11, 25, 5, 59, tzinfo=UTC))
    assert not night.covers(datetime(2026, 11, 24, 5, 59, tzinfo=UTC))


def test_a_shift_is_read_by_the_agents_own_clock():
    berlin = shift("08:00", "17:00", zone="Europe/Berlin")
    assert berlin.covers(datetime(2026, 7, 1, 6, 0, tzinfo=UTC))
    assert not berlin.covers(datetime(2026, 12, 1, 6, 0, tzinfo=UTC))


@given(st.integers(0, 7 * 24 * 3600 - 1))
def test_a_shift_from_midnight_to_midnight_never_ends(second):
    assert shift("00:00", "24:00").covers(datetime(2026, 11, 23, tzinfo=UTC) + timedelta(seconds=second))


@given(st.integers(0, 7 * 24 * 3600 - 1), st.integers(1, 1439))
def test_two_shifts_that_share_the_day_never_leave_or_meet_each_other(second, change):
    handover = f"{change // 60:02}:{change % 60:02}"
    moment = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(seconds=second)
    assert shift("00:00", handover).covers(moment) is not shift(handover, "24:00").covers(moment)


def test_mail_addresses_are_compared_in_small_letters():
    assert policy(agents=[agent("Ada@Example.com")]).agents[0].email == "ada@example.com"
