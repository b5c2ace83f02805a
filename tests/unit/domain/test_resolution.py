"""Approved wording: what it may hold, and that no customer ever sees a placeholder."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.domain.resolution import Draft, FactName, Resolution, facts_of, fill, missing_facts
from shared.domain.ticket import Customer
from tests.unit.domain.samples import TODAY

names = st.text(max_size=40)


def resolution(**changes) -> Resolution:
    return Resolution.model_validate(
        {
            "id": "plan-change",
            "title": "Change the plan",
            "language": "en",
            "category": "billing",
            "intents": ["How do I change my plan?"],
            "facts": ["customer_name", "plan"],
            "valid_from": TODAY - timedelta(days=30),
            "owner": "billing-lead",
            "body": "Hi {customer_name}, you are on {plan}.",
            **changes,
        }
    )


def customer(**changes) -> Customer:
    return Customer(**{"id": "1", "name": "Ada Brandt", "email": "ada@example.com", "plan": "team", **changes})


def test_the_facts_stand_where_the_placeholders_were():
    facts = facts_of(customer(), "", today=TODAY)
    assert fill(resolution(), facts) == "Hi Ada, you are on team."


everything = resolution(
    facts=[fact.value for fact in FactName], body=" ".join(f"{{{fact.value}}}" for fact in FactName)
)


def test_marks_of_emphasis_are_left_out_for_a_reply_box_shows_them():
    bold = resolution(body="Hi {customer_name}, open **Settings > Billing**; you are on {plan}. 2 ** 3 stays.")
    facts = {FactName.CUSTOMER_NAME: "Ada", FactName.PLAN: "team"}
    assert fill(bold, facts) == "Hi Ada, open Settings > Billing; you are on team. 2 ** 3 stays."


@given(
    name=names,
    company=names,
    plan=st.none() | names,
    email=names,
    text=names,
    seats=st.none() | st.integers(),
    renewal=st.none() | st.dates(),
)
def test_no_filled_answer_has_a_brace_a_bracket_a_link_or_a_new_line_from_a_fact(
    name, company, plan, email, text, seats, renewal
):
    asks = customer(name=name, company=company, plan=plan, email=email, seats=seats, renewal_date=renewal)
    facts = facts_of(asks, f"{text} INV-1234", today=TODAY)
    for fact, value in facts.items():
        assert value.strip(), fact
        assert not set(value) & set("{}<>\n\r\0")
    if not missing_facts(everything, facts):
        assert not set(fill(everything, facts)) & set("{}")


@pytest.mark.parametrize(
    "name",
    ["{plan}", "{{x", "<b>Ada</b>", "https://evil.example/x", "www.evil.example", "A" * 101, "", "   ", "\x07bell"],
)
def test_a_name_that_is_none_counts_as_unknown(name):
    facts = facts_of(customer(name=name), "", today=TODAY)
    assert FactName.CUSTOMER_NAME not in facts
    assert missing_facts(resolution(), facts) == (FactName.CUSTOMER_NAME,)


def test_what_nobody_knows_is_missing_and_never_guessed():
    assert missing_facts(
        resolution(facts=["seats", "renewal_date", "plan"], body="x"), facts_of(customer(), "", today=TODAY)
    ) == (
        FactName.SEATS,
        FactName.RENEWAL_DATE,
    )


def test_an_answer_with_a_missing_fact_cannot_be_filled():
    with pytest.raises(KeyError):
        fill(resolution(), {})


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Where is INV-20417?", "INV-20417"),
        ("INV-20417, again: INV-20417", "INV-20417"),
        ("INV-20417 and INV-20418", None),
        ("no number", None),
        ("XINV-20417", None),
    ],
)
def test_an_invoice_number_is_known_if_the_customer_names_exactly_one(text, number):
    assert facts_of(customer(), text, today=TODAY).get(FactName.INVOICE_NUMBER) == number


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"body": "Hi {company}"}, "uses {company}"),
        ({"body": "Hi {nobody}"}, "uses {nobody}"),
        ({"body": "Hi {%customer%}"}, "brace"),
        ({"body": "Hi {Customer_Name}"}, "brace"),
        ({"body": "a set } of"}, "brace"),
        ({"body": "  \n"}, "body"),
        ({"intents": []}, "intents"),
        ({"intents": ["ok", " "]}, "intents"),
        ({"facts": ["shoe_size"]}, "facts"),
        ({"category": "bills"}, "category"),
        ({"language": "english"}, "language"),
        ({"id": "Plan Change"}, "id"),
        ({"valid_until": TODAY - timedelta(days=31)}, "valid_until lies before valid_from"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_answer_with_a_fault_is_refused(changes, fault):
    with pytest.raises(ValidationError) as refused:
        resolution(**changes)
    assert fault in str(refused.value)


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_an_answer_holds_from_its_first_day_to_its_last(day):
    first, last = date(2026, 3, 1), date(2026, 9, 30)
    assert resolution(valid_from=first, valid_until=last).holds_on(day) is (first <= day <= last)
    assert resolution(valid_from=first).holds_on(day) is (first <= day)


@pytest.mark.parametrize(
    ("plans", "plan", "holds"),
    [
        ([], "team", True),
        ([], None, True),
        (["team"], "team", True),
        (["team"], "free", False),
        (["team"], None, False),
    ],
)
def test_an_answer_for_some_plans_holds_for_no_other_and_not_for_an_unknown_one(plans, plan, holds):
    assert resolution(plans=plans).holds_for(plan) is holds


def test_a_draft_that_was_stored_earlier_still_loads():
    stored = {
        "resolution": "a",
        "title": "A",
        "text": "Hello",
        "language": "en",
        "fit": 0.5,
        "made_at": "2026-11-01T12:00Z",
    }
    draft = Draft.model_validate({**stored, "sources": [], "wording": "approved", "refused": None, "sent": None})
    assert Draft.model_validate_json(draft.model_dump_json()) == draft


@pytest.mark.parametrize(
    ("changes", "known"),
    [
        ({"renewal_date": TODAY - timedelta(days=1)}, False),
        ({"renewal_date": TODAY}, True),
        ({"renewal_date": TODAY + timedelta(days=3000)}, False),
        ({"seats": -3}, False),
        ({"seats": 0}, False),
        ({"seats": 10**9}, False),
        ({"seats": 12}, True),
    ],
)
def test_a_date_that_is_over_or_far_off_and_a_number_that_no_company_has_count_as_unknown(changes, known):
    facts = facts_of(customer(**changes), "", today=TODAY)
    assert bool({FactName.RENEWAL_DATE, FactName.SEATS} & set(facts)) is known
