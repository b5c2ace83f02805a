"""The report's small remarks: each where it is needed, and figures that agree."""

from __future__ import annotations

import re

from shared.adapters.report_page import sections, work
from shared.adapters.report_page.page import MjmlReportPage
from shared.domain.facts import FactKind
from shared.domain.noise import Change
from tests.unit.domain.samples import policy
from tests.unit.report.stories import a_week, counted, fact, local, told

AGENTS = policy().agents


def test_arrows_are_explained_only_where_one_stands():
    quiet = counted(a_week())
    assert "arrow" not in " ".join(sections.small_print(quiet))
    more = counted([*a_week(), *(one for n in range(30) for one in told(f"m{n}", local(18)))])
    assert more.total.change is Change.UP
    assert "An arrow stands only where" in " ".join(sections.small_print(more))


def test_all_that_came_back_is_the_tables_figure_or_the_difference_is_said():
    assert "1 came back in the week." in sections.resolution_note(counted(a_week()))
    again = [fact("90", FactKind.REOPENED, local(18))]
    note = sections.resolution_note(counted([*a_week(), *again]))
    assert "In all 2 came back in the week: the table's 1 were resolved in it" in note


def test_reasons_that_are_more_than_the_briefings_are_said_to_be_several_each():
    assert sections.why_a_briefing(counted(a_week())) == "Why a briefing (several reasons each)"  # 4 of 3 briefings
    single = counted(told("1", local(18), briefed=("bounded", "unhappy_customer")))
    assert sections.why_a_briefing(single) == "Why a briefing"


def test_agents_are_called_by_their_names_and_one_whom_the_policy_does_not_know_by_the_address():
    facts = []
    for ticket, agent in (("1", AGENTS[0].email), ("2", "gone@example.com")):
        given = {"category": "billing", "queue": "billing", "agent": agent}
        facts += [fact(ticket, FactKind.OPENED, local(18)), fact(ticket, FactKind.TRIAGED, local(18), **given)]
    _, rows = work.agents(counted(facts))
    assert {row[0] for row in rows} == {AGENTS[0].name, "gone"}


def test_what_only_an_engineer_reads_stands_in_the_last_small_print():
    page = MjmlReportPage().render(counted(a_week()), {})
    for shown in (page.text, page.html):
        assert shown.index("Counted in the week") > shown.index("triages,") > shown.lower().rindex("channel")
        assert shown.index("· policy ") > shown.index("Counted in the week")


def test_the_boundary_is_told_in_a_managers_words():
    page = MjmlReportPage().render(counted(a_week()), {})
    assert "boundary" not in page.text.lower().replace("boundary_missed", "")
    assert "KEPT FOR A PERSON" in page.text


def test_what_is_looked_up_stands_behind_what_is_read():
    page = MjmlReportPage().render(counted(a_week()), {})
    titles = re.findall(r"<h2[^>]*>([^<]+)</h2>", page.html)
    assert titles == [
        "The week in short",
        "Tickets by category",
        "First response time",
        "First response targets",
        "Emerging topics",
        "Customers&#x27; ratings",
        "Customers at risk",
        "Kept for a person",
        "Drafts and briefings",
        "Outcome",
        "Resolution",
        "Queues, channels and people",
        "Costs",
    ]
