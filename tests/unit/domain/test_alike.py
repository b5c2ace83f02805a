"""How many others reported the same fault: by distinct customers, within a day, and never by name."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.alike import WINDOW, alike, defect_fact, fault_terms
from shared.domain.ticket import TicketKey
from tests.unit.domain.samples import NOON

ROWS = [json.loads(line) for line in Path("tests/data/same_fault.jsonl").read_text(encoding="utf-8").splitlines()]
LOGIN = "The login page answers with 503 upstream unavailable."


def report(text=LOGIN, *, ticket="1", customer="a", hours=0.0, desk="zendesk", language="en"):
    at = NOON - timedelta(hours=hours)
    key = TicketKey(desk=desk, id=ticket)
    return defect_fact(key, at, terms=fault_terms(text, language), customer=customer, now=at)


def test_one_customer_who_reports_often_is_one_and_who_asks_is_none():
    others = [report(ticket=str(n), customer="b") for n in range(2, 6)]
    mine = [report(ticket="9", customer="a", hours=1)]
    assert alike(report(), [*others, *mine, report()]).customers == 1


def test_the_same_id_on_another_desk_is_another_customer():
    assert alike(report(), [report(ticket="2", customer="a", desk="freshdesk")]).customers == 1


def test_the_first_of_them_gives_the_time():
    found = alike(report(), [report(ticket="2", customer="b", hours=1), report(ticket="3", customer="c", hours=3)])
    assert (found.customers, found.first_at) == (2, NOON - timedelta(hours=3))


@pytest.mark.parametrize(("hours", "counts"), [(0, 1), (24, 1), (24.01, 0), (-0.01, 0)])
def test_only_the_last_day_counts(hours, counts):
    assert alike(report(), [report(ticket="2", customer="b", hours=hours)]).customers == counts


def test_one_report_leads_to_the_next():
    first = report("Webhooks for invoices stopped arriving on our server.")
    between = report("The invoice webhooks to our endpoint are silent.", ticket="2", customer="b")
    last = report("Silent endpoint, no calls since noon.", ticket="3", customer="c")
    assert alike(first, [last]).customers == 0
    assert alike(first, [between, last]).customers == 2


def test_words_that_are_said_of_every_fault_bring_nothing_together():
    mine = report("It is not working since this morning, we get an error on every page.")
    assert (
        alike(mine, [report("Not working, error on the page since morning", ticket="2", customer="b")]).customers == 0
    )


def test_a_fact_without_words_or_customer_counts_nothing():
    empty = report(ticket="2", customer="b").model_copy(update={"detail": {}})
    assert alike(report(), [empty]).customers == 0
    assert alike(empty, [report()]).customers == 0


@given(
    reports=st.lists(
        st.builds(
            report,
            st.sampled_from([row["text"] for row in ROWS]),
            ticket=st.sampled_from("123456789"),
            customer=st.sampled_from(["a", "b", "c", ""]),
            hours=st.floats(-30, 30),
        )
    )
)
def test_no_more_are_counted_than_there_are_others_and_order_does_not_matter(reports):
    found = alike(report(), reports)
    near = {one.detail["customer"] for one in reports if timedelta(0) <= NOON - one.at <= WINDOW} - {"a", ""}
    assert found.customers <= len(near)
    assert alike(report(), reports[::-1]) == found


def test_the_fact_holds_no_word_of_the_customer():
    detail = report("Paula Weiss cannot open the calendar").detail
    assert not any(word in str(detail).lower() for word in ("paula", "weiss", "calen"))


def counted(half):
    """Of a day's reports: the share of others with the same fault that are counted, and of others that are not."""
    rows = [row for row in ROWS if row["half"] == half]
    reports = [report(r["text"], ticket=str(n), customer=str(n), language=r["language"]) for n, r in enumerate(rows)]
    same = other = found = wrong = 0
    for n, row in enumerate(rows):
        fits = [m for m, one in enumerate(rows) if m != n and one["fault"] == row["fault"]]
        right = alike(reports[n], [reports[m] for m in (n, *fits)]).customers
        everybody = alike(reports[n], reports).customers
        same, found = same + len(fits), found + right
        other, wrong = other + len(rows) - 1 - len(fits), wrong + everybody - right
    return found / same, wrong / other


@pytest.mark.parametrize(("half", "share"), [("tuned", 0.60), ("held_out", 0.50)])
def test_most_who_report_the_same_are_counted_and_hardly_anybody_else(half, share):
    found, wrong = counted(half)
    assert found >= share
    assert wrong <= 0.01
