"""The desk's own figures stand beside ours, counted by hand here, and what differs is named."""

from __future__ import annotations

from datetime import timedelta

from shared.adapters.report_page.page import MjmlReportPage
from shared.domain.facts import FactKind
from shared.domain.report_numbers import queue_names
from tests.unit.report.stories import POLICY, a_week, counted, fact, local

OPENED = {"1": local(16, 0, 0), "2": local(17), "3": local(18)}


def says(ticket, minutes, **more):
    at = OPENED[ticket] + timedelta(minutes=minutes)
    return fact(ticket, FactKind.DESK_RESPONSE, at, minutes=str(minutes), **more)


def differs(ticket, at, **targets):
    return fact(ticket, FactKind.SLA_DIFFERS, at, **targets)


def rendered(report):
    return MjmlReportPage().render(report, queue_names(POLICY))


def test_a_desk_that_tells_nothing_is_not_spoken_of():
    report = counted(a_week())
    assert report.desk is None
    assert "By the desk" not in rendered(report).html


def test_its_first_responses_stand_beside_ours_of_the_same_tickets():
    """Answered after 10, 20 and 60 minutes by our rule."""
    facts = [*a_week(), says("1", 10, open_minutes="0"), says("2", 20), says("3", 5, open_minutes="5")]
    desk = counted(facts).desk
    assert desk is not None
    assert (desk.first_response.n, desk.first_response.average, desk.first_response.median) == (3, 11.7, 10.0)
    assert (desk.in_hours.n, desk.in_hours.average) == (2, 2.5)
    assert (desk.ours.n, desk.ours.average, desk.ours.median) == (3, 30.0, 20.0)
    assert (desk.differ, desk.examples) == (1, ("zendesk/3",))


def test_a_minute_is_no_difference_and_the_mail_says_that_all_agree():
    report = counted([*a_week(), says("1", 9), says("2", 20)])
    assert report.desk is not None
    assert report.desk.differ == 0
    mail = rendered(report)
    for part in (mail.html, " ".join(mail.text.split())):
        assert "agree with these to the minute" in part


def test_what_the_desk_counts_in_another_week_belongs_there():
    facts = [*a_week(), fact("1", FactKind.DESK_RESPONSE, local(24), minutes="12000")]
    assert counted(facts).desk is None


def test_other_deadlines_on_the_desk_are_counted_by_target_from_the_last_word_on_a_ticket():
    facts = [
        *a_week(),
        differs("1", local(16, 9), first_response="30"),
        differs("1", local(16, 10), first_response="60"),
        differs("2", local(17, 13), first_response="-120", resolution="our policy promises nothing"),
        differs("3", local(18, 13)),
    ]
    report = counted(facts)
    assert report.desk is not None
    told = {one.target: (one.tickets, one.later, one.apart.n, one.apart.median) for one in report.desk.deadlines}
    assert told == {"first_response": (2, 1, 2, 90.0), "resolution": (1, 0, 0, None)}
    assert "SLA differs" in rendered(report).html


def test_a_figure_that_is_no_number_costs_no_report():
    report = counted([*a_week(), fact("1", FactKind.DESK_RESPONSE, local(16, 1), minutes="soon"), says("2", 20)])
    assert report.desk is not None
    assert report.desk.first_response.n == 1
