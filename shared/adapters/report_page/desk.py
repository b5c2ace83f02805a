"""What the report says of the desk's own figures: rows and remarks, without any markup."""

from __future__ import annotations

from shared.adapters.report_page.sections import Table
from shared.adapters.report_page.work import times_row
from shared.domain.report import WeekReport
from shared.domain.report_desk import Deadlines
from shared.domain.report_words import duration, name_of


def responses(report: WeekReport) -> Table:
    """First response by the desk and by us, of the same tickets."""
    found = report.desk
    if found is None or not found.first_response.n:
        return (), []
    rows = [times_row("By the desk", found.first_response), times_row("Here, the same tickets", found.ours)]
    if found.in_hours.n and found.in_hours != found.first_response:
        rows.insert(1, times_row("By the desk, its business hours", found.in_hours))
    return ("The desk's own figure", "Answers", "Average", "Median", "90% within"), rows


def responses_note(report: WeekReport) -> str:
    """How far the two are apart."""
    found = report.desk
    if found is None or not found.first_response.n:
        return ""
    if not found.differ:
        return "The desk's own figures agree with these to the minute, ticket by ticket."
    named = ", ".join(found.examples)
    return (
        f"{found.differ:,} of {found.ours.n:,} differ by more than a minute, most of all {named}. The desk counts by "
        "its own rule from its own clock; here it is the first public answer by a person that counts."
    )


def deadlines(report: WeekReport) -> Table:
    """Where the desk's SLA policy and ours named different deadlines."""
    found = report.desk.deadlines if report.desk else ()
    return ("The desk's SLA differs", "Tickets", "Desk later", "Median apart"), [_deadline(one) for one in found]


def _deadline(one: Deadlines) -> tuple[str, ...]:
    return name_of(one.target), f"{one.tickets:,}", f"{one.later:,}", duration(one.apart.median) if one.apart.n else "–"
