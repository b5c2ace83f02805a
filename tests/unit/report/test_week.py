"""ISO weeks by the company's wall clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from shared.domain.week import Week


def test_a_week_runs_from_local_monday_to_local_monday():
    week = Week(name="2026-W47")
    assert (week.monday, week.sunday) == (date(2026, 11, 16), date(2026, 11, 22))
    assert week.starts("Europe/Berlin") == datetime(2026, 11, 15, 23, tzinfo=UTC)
    assert week.ends("Europe/Berlin") == datetime(2026, 11, 22, 23, tzinfo=UTC)


@pytest.mark.parametrize(("name", "hours"), [("2026-W13", 167), ("2026-W43", 169), ("2026-W44", 168)])
def test_the_week_of_a_clock_change_is_an_hour_shorter_or_longer(name, hours):
    week = Week(name=name)
    assert week.ends("Europe/Berlin") - week.starts("Europe/Berlin") == timedelta(hours=hours)


def test_the_same_moment_lies_in_different_weeks_in_different_zones():
    sunday_night = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert Week.of(sunday_night, "Europe/Berlin").name == "2026-W48"
    assert Week.of(sunday_night, "America/New_York").name == "2026-W47"


def test_the_week_before_the_first_one_may_be_the_53rd():
    assert Week(name="2027-W01").before().name == "2026-W53"
    assert Week(name="2026-W53").before(52).name == "2026-W01"


@pytest.mark.parametrize("name", ["2026-W54", "2027-W53", "2026-W00", "2026-47", "2026W47", "2026-W4 ", "last"])
def test_what_is_no_week_is_refused(name):
    with pytest.raises(ValidationError):
        Week(name=name)
