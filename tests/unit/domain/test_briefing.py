"""What a person reads in place of a draft."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.boundary import judge
from shared.domain.briefing import brief, why
from shared.domain.decision import CustomerFacts, decide
from shared.domain.observation import Category, Sentiment, ServiceFailure, Urgency
from shared.domain.ticket import Customer, EarlierTicket, TicketStatus
from tests.unit.domain.samples import (
    NOON,
    TODAY,
    boundaries,
    inputs,
    observations,
    policy,
    reading,
    seen,
    signed_up_days,
)

ADA = Customer(
    id="1", name="Ada Brandt", company="Brandt GmbH", plan="team", mrr=1234.5, signed_up=TODAY - timedelta(days=800)
)


def briefing(observed, *, customer=ADA, earlier=(), no_draft=None, **changes):
    decision = decide(inputs(observed, **changes), policy())
    return brief(decision, customer, earlier, no_draft=no_draft, made_at=NOON)


@given(observed=st.none() | observations(), signed_up=signed_up_days, was_bounded=st.booleans(), boundary=boundaries)
def test_every_rule_that_can_fire_has_words(observed, signed_up, was_bounded, boundary):
    verdict = judge(observed, signed_up=signed_up, today=TODAY, was_bounded=was_bounded, boundary=boundary)
    for rule in verdict.rules:
        assert " " in why(rule)


@given(observed=st.none() | observations(), was_bounded=st.booleans())
def test_a_briefing_always_says_why_and_in_which_tone(observed, was_bounded):
    made = briefing(observed, was_bounded=was_bounded)
    assert made.why
    assert all(made.why)
    assert made.tone
    assert all(made.tone)
    assert len(set(made.reported)) == len(made.reported)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("missing_fact", "a fact it needs is not known"),
        ("no_resolution", "no approved answer fits"),
        ("switched_off", "drafts are switched off"),
        (None, "no approved answer fits"),
    ],
)
def test_a_calm_ticket_without_a_draft_says_what_was_missing(reason, words):
    [said] = briefing(seen(), no_draft=reason).why
    assert words in said


def test_the_sentences_that_decided_stand_gravest_first():
    made = briefing(seen(Category.TECHNICAL, Urgency.HIGH, Sentiment.FRUSTRATED, ServiceFailure.PRODUCT_DEFECT))
    assert made.reported == ("what failed", "how it is said", "how soon", "what it is about")


def test_a_failure_suspected_by_its_score_alone_is_quoted_too():
    doubtful = reading(ServiceFailure, ServiceFailure.NONE, certainty=0.55, evidence="it was off by two")
    made = briefing(seen().model_copy(update={"service_failure": doubtful}))
    assert "it was off by two" in made.reported


def test_the_customer_is_introduced_with_what_is_known():
    assert briefing(seen()).customer == ("Ada Brandt · Brandt GmbH · plan team · 1,234 a month · customer for 2 years")


@pytest.mark.parametrize(
    ("signed_up", "said"),
    [
        (None, "customer since: unknown"),
        (TODAY + timedelta(days=1), "sign-up date lies in the future"),
        (TODAY - timedelta(days=1), "customer for 1 day"),
        (TODAY - timedelta(days=59), "customer for 59 days"),
        (TODAY - timedelta(days=60), "customer for 2 months"),
        (TODAY - timedelta(days=729), "customer for 24 months"),
        (TODAY - timedelta(days=730), "customer for 2 years"),
    ],
)
def test_tenure_is_said_in_words(signed_up, said):
    assert briefing(seen(), customer=ADA.model_copy(update={"signed_up": signed_up})).customer.endswith(said)


def test_an_unknown_customer_is_said_to_be_unknown():
    made = briefing(seen(), customer=Customer(id="1"))
    assert made.customer == "Unknown customer · plan unknown · customer since: unknown"


def test_the_last_five_tickets_are_listed():
    earlier = tuple(
        EarlierTicket(
            id=str(day),
            subject="" if day == 1 else f"No {day}",
            status=TicketStatus.SOLVED,
            created_at=NOON - timedelta(days=day),
        )
        for day in range(1, 8)
    )
    made = briefing(seen(), earlier=earlier)
    assert made.history[0] == "23 Nov 2026: no subject (solved)"
    assert len(made.history) == 5


def test_a_leaving_customer_gets_somebody_who_may_decide():
    assert "may decide" in briefing(seen(sentiment=Sentiment.AT_RISK)).tone[0]


@pytest.mark.parametrize("failure", [one for one in ServiceFailure if one is not ServiceFailure.NONE])
def test_every_failure_has_advice_of_its_own(failure):
    assert briefing(seen(failure=failure)).tone != briefing(seen()).tone


def test_what_could_not_be_understood_comes_with_no_advice_but_to_read_it():
    [advice] = briefing(None).tone
    assert "Read the whole message" in advice


def test_facts_that_rules_may_know_hold_no_name_and_no_address():
    assert set(CustomerFacts.model_fields) == {"plan", "mrr", "signed_up", "as_of"}
