"""How a customer fares, what is at stake this week, and whose data counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.at_risk import customers_at_risk
from shared.domain.customers import Profile, is_stale, merged
from shared.domain.facts import Fact, FactKind
from shared.domain.health import KEPT, History, Incident, PastTicket, health
from shared.domain.observation import Category, Sentiment, ServiceFailure
from shared.domain.ticket import Customer, TicketKey
from tests.unit.domain.samples import NOON


def past(days: float, **changes) -> PastTicket:
    return PastTicket(**{"id": f"t{days}", "opened_at": NOON - timedelta(days=days), **changes})


def history(*tickets: PastTicket) -> History:
    return History(desk="zendesk", customer="41", tickets=tuple(sorted(tickets, key=lambda one: one.opened_at)))


def parts(*tickets: PastTicket) -> dict[str, int]:
    return {part.name: part.points for part in health(history(*tickets), NOON).parts}


def test_nothing_is_wrong_with_a_customer_of_whom_nothing_is_known():
    found = health(history(), NOON)
    assert (found.score, str(found)) == (100, "100 of 100: nothing to worry about")


def test_several_tickets_in_two_weeks_count_and_older_ones_do_not():
    assert parts(past(1), past(2)) == {}
    assert parts(past(1), past(2), past(3), past(20)) == {"volume": 10}


def test_repeated_failures_and_unhappy_words_count():
    failed = {"failure": ServiceFailure.PRODUCT_DEFECT}
    assert parts(past(40, **failed), past(50, **failed)) == {"failures": 30}
    assert parts(past(5, sentiment=Sentiment.AT_RISK)) == {"leaving": 30}
    assert parts(past(5, sentiment=Sentiment.FRUSTRATED)) == {"unhappy": 10}


def test_falling_satisfaction_counts_more_than_one_bad_rating():
    assert parts(past(90, rating="good"), past(80, rating="bad")) == {"satisfaction": 15}
    ratings = ("good", "good", "bad", "bad", "good")
    falling = [past(200 - n, rating=rating) for n, rating in enumerate(ratings)]
    assert parts(*falling) == {"satisfaction": 20}
    assert health(history(*falling), NOON).parts[0].why == "good ratings fell from 100% to 33%"


def test_silence_after_a_complaint_counts():
    complaint = {"category": Category.COMPLAINT, "closed_at": NOON - timedelta(days=20)}
    assert parts(past(25, **complaint)) == {"silence": 15}
    assert parts(past(25, **complaint, rating="good")) == {}
    assert parts(past(25, **complaint), past(21)) == {}


tickets = st.builds(
    PastTicket,
    id=st.text("abc", min_size=1, max_size=3),
    opened_at=st.integers(0, 300).map(lambda days: NOON - timedelta(days=days)),
    category=st.sampled_from([None, *Category]),
    sentiment=st.sampled_from(Sentiment),
    failure=st.sampled_from(ServiceFailure),
    rating=st.sampled_from([None, "good", "bad"]),
    closed_at=st.sampled_from([None, NOON, NOON - timedelta(days=30)]),
)


@given(st.lists(tickets, max_size=20))
def test_the_score_is_what_its_parts_leave_of_a_hundred(found):
    told = health(history(*found), NOON)
    assert told.score == max(0, 100 - sum(part.points for part in told.parts))
    assert all(part.points > 0 and part.why for part in told.parts)


@given(st.lists(tickets, max_size=80))
def test_a_history_stays_small_and_in_order(found):
    grown = history()
    for one in found:
        grown = grown.with_ticket(one)
    assert len(grown.tickets) <= KEPT
    assert [one.opened_at for one in grown.tickets] == sorted(one.opened_at for one in grown.tickets)
    assert len({one.id for one in grown.tickets}) == len(grown.tickets)


def test_an_incident_runs_while_a_ticket_of_it_is_open_and_not_for_ever():
    incident = Incident(opened_by="x", flagged_at=NOON - timedelta(days=1), tickets=("t1", "t2"))
    both = history(past(1, closed_at=NOON), past(2)).model_copy(update={"incident": incident})
    assert both.running_incident(NOON) == incident
    assert both.running_incident(NOON + timedelta(days=20)) is None
    assert both.with_ticket(past(2, closed_at=NOON)).running_incident(NOON) is None


ANN = Customer(id="41", email="ann@example.com", plan="team", mrr=90.0, seats=4)


def test_the_companys_own_data_goes_before_the_desks_field_by_field():
    profile = Profile(email="ann@example.com", plan="enterprise", owner="cs@example.com", as_of=date(2026, 11, 1))
    known = merged(ANN, profile)
    assert (known.plan, known.mrr, known.seats) == ("enterprise", 90.0, 4)
    assert (known.success_owner, known.as_of) == ("cs@example.com", date(2026, 11, 1))
    assert merged(ANN, None) == ANN


def test_old_data_is_marked_and_unknown_age_is_not():
    today = date(2026, 11, 25)
    assert is_stale(date(2026, 8, 26), today, 90)
    assert not is_stale(date(2026, 8, 27), today, 90)
    assert not is_stale(None, today, 90)


def fact(kind: FactKind, ticket: str, hours: float, **detail: str) -> Fact:
    at = NOON + timedelta(hours=hours)
    return Fact(kind=kind, key=TicketKey(desk="zendesk", id=ticket), at=at, recorded_at=at, detail=detail)


FACTS = [
    fact(FactKind.OPENED, "1", 0, customer="41"),
    fact(FactKind.AT_RISK, "1", 1, customer="41", company="Brandt", plan="team", mrr="500.00", score="70", why="angry"),
    fact(FactKind.AT_RISK, "2", 2, customer="42", company="Wilk", mrr="900.00", score="40", why="leaving"),
    fact(FactKind.AT_RISK, "3", 30, customer="41", company="Brandt", mrr="500.00", score="55", why="failure"),
    fact(FactKind.RESOLVED, "1", 40),
    fact(FactKind.OPENED, "5", 45, customer="41"),
    fact(FactKind.RATED, "3", 50, rating="bad"),
    fact(FactKind.AT_RISK, "9", 200, customer="43", mrr="1.00", why="later"),
]


@given(st.permutations(FACTS))
def test_the_weeks_customers_at_risk_say_why_what_is_at_stake_and_what_happened_since(facts):
    first, second = customers_at_risk(facts, NOON, NOON + timedelta(days=7))
    assert (first.customer, first.mrr, first.since) == ("zendesk/42", 900.0, ("nothing yet",))
    assert (second.company, second.score, second.flags) == ("Brandt", 55, 2)
    assert second.why == ("failure", "angry")
    assert second.since == ("solved", "wrote again", "rated bad")
    assert [key.id for key in second.tickets] == ["1", "3"]


def told_of(*after: Fact, **detail: str):
    flag = fact(FactKind.AT_RISK, "1", 1, customer="41", mrr="500.00", why="angry", **detail)
    other = fact(FactKind.AT_RISK, "2", 1, customer="42", mrr="9.00", why="angry")
    return customers_at_risk([flag, other, *after], NOON, NOON + timedelta(days=7), team="success@example.com")


SOLVED, GOOD = fact(FactKind.RESOLVED, "1", 40), fact(FactKind.RATED, "1", 41, rating="good")


def test_who_was_solved_and_rated_well_at_last_is_settled_and_comes_last_whatever_is_at_stake():
    first, second = told_of(SOLVED, GOOD)
    assert (first.mrr, first.settled) == (9.0, False)
    assert (second.mrr, second.settled) == (500.0, True)


@pytest.mark.parametrize(
    "after",
    [
        [SOLVED],
        [GOOD],
        [SOLVED, GOOD, fact(FactKind.REOPENED, "1", 50)],
        [SOLVED, GOOD, fact(FactKind.OPENED, "7", 50, customer="41")],
        [SOLVED, GOOD, fact(FactKind.RATED, "1", 50, rating="bad")],
    ],
    ids=["not rated", "not solved", "came back", "wrote again", "rated badly"],
)
def test_nobody_is_settled_before_both_nor_when_something_goes_wrong_after(after):
    assert not any(one.settled for one in told_of(*after))


def test_who_looks_after_a_customer_is_told_or_else_the_team():
    assert [one.owner for one in told_of(owner="kim@example.com")] == ["kim@example.com", "success@example.com"]
