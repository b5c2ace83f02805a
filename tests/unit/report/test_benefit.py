"""What the report says of time and money saved: a reader can multiply it."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.adapters.report_page import benefit, work
from shared.domain.facts import Fact, FactKind
from shared.domain.noise import Change
from tests.unit.report.stories import counted, local, told


def answers(day: int, prefix: str, minutes: list[float], *, draft: str | None) -> list[Fact]:
    """An agent's answers of a day, each so many minutes after the one before."""
    at, found = local(day, 9), []
    for place, pause in enumerate(minutes):
        at += timedelta(minutes=pause)
        found += [by_ada(one, draft) for one in ticket(f"{prefix}{place}", local(day, 8), at, draft)]
    return found


def ticket(name: str, opened: datetime, at: datetime, draft: str | None) -> list[Fact]:
    return told(name, opened, answered=round((at - opened).total_seconds() / 60), draft=draft)


def by_ada(item: Fact, draft: str | None) -> Fact:
    if item.kind is not FactKind.FIRST_RESPONSE:
        return item
    return item.model_copy(update={"detail": {**item.detail, "agent": "ada", "used_draft": "as_is" if draft else "no"}})


def a_week_of_work():
    facts = [*answers(16, "d", [3, 4, 5] * 5, draft="refund"), *answers(17, "b", [10, 11, 12] * 5, draft=None)]
    return counted(facts, report={"recipients": ["lead@example.com"], "hour_costs": 38, "currency": "EUR"})


def test_hours_and_money_are_what_their_printed_factors_come_to():
    report = a_week_of_work()
    saved = report.outcome.saved
    said = dict(benefit.outcome(report))
    hours = f"Hours saved this week: +{saved.minutes} min × 15 answers ÷ 60"
    assert said[hours] == f"{saved.minutes * 15 / 60:.1f}"
    money = "Money saved this week: the same × EUR 38 an hour"
    assert said[money] == f"EUR {saved.minutes * 15 / 60 * 38:.0f}"


def test_that_measured_answers_stand_for_the_others_is_said():
    # The day's first answer has none before it that its time could be measured from.
    assert "(14 of the 15 could be measured, the others are taken to be like them)" in benefit.outcome_note(
        a_week_of_work()
    )


def test_a_wait_that_a_draft_does_not_change_is_no_difference():
    same = [*answers(16, "d", [3] * 12, draft="refund"), *answers(17, "b", [3] * 12, draft=None)]
    assert "no difference beyond chance" in work.with_and_without_note(counted(same))


def test_answers_that_came_later_with_a_draft_are_told_as_they_are():
    later = [*answers(16, "d", [30] * 12, draft="refund"), *answers(17, "b", [3] * 12, draft=None)]
    report = counted(later)
    assert report.first_response.draft_change is Change.UP
    assert "came later, by more than chance" in work.with_and_without_note(report)
