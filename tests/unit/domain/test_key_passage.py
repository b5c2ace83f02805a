"""Which sentences of an answer are quoted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.key_passage import key_passage

INVOICES = """Hi Ann,

All invoices are kept in the workspace:

1. Open Settings > Billing > Invoices.
2. Choose the year at the top of the list.
3. Click PDF beside the invoice that you need.

[when asked: page, role]
Owners and billing admins see the page. If accounting wants each invoice by mail, add the address under Recipients.

More: https://help.example.com/invoices

Best regards,
The team"""
ROLES = """Everybody has one role:

- Member: works on boards and records time.
- Guest: sees only the boards to which somebody invited them.

Business plans can define roles of their own."""


def passage(asked, body=INVOICES, **more):
    return key_passage(body, asked, language="en", **more)


def test_of_steps_the_first_is_quoted_with_the_one_that_meets_the_question():
    said = passage("Where can I save the invoice as a PDF?")
    assert said == ("Open Settings > Billing > Invoices.", "Click PDF beside the invoice that you need.")


def test_the_sentence_that_is_asked_about_is_found_beside_the_steps():
    said = passage("Could accounting receive each invoice by mail automatically?")
    assert "If accounting wants each invoice by mail, add the address under Recipients." in said


def test_the_nearest_intent_lends_its_words():
    intents = ("How do I invite a client as a guest to one board?", "Who may see the bills?")
    said = passage("May I invite a client to look at one board alone?", ROLES, intents=intents)
    assert said[-1] == "Guest: sees only the boards to which somebody invited them."


def test_where_no_word_is_shared_the_beginning_stands():
    assert passage("Wo?", ROLES)[0] == "Member: works on boards and records time."


@pytest.mark.parametrize(
    "body", ["", "Hi Ann,\n\nBest regards,", "More: https://help.example.com", "Hi {customer_name}, look there."]
)
def test_of_a_body_without_a_sentence_nothing_is_quoted(body):
    assert passage("Where?", body) == ()


@given(asked=st.text(max_size=80), body=st.text(alphabet="ab1.-\n :{[“”", max_size=200), most=st.integers(2, 4))
def test_no_more_are_quoted_than_wanted_and_never_a_mark_a_link_or_a_placeholder(asked, body, most):
    said = key_passage(body, asked, language="en", most=most)
    assert len(said) <= most
    assert not set("{}“”") & set("".join(said))
    assert not any(one.startswith("[") for one in said)


def test_neither_greeting_nor_mark_nor_link_nor_signature_is_quoted():
    for asked in ("Hi", "when asked page role", "More help", "Best regards team", "Ann"):
        said = " ".join(passage(asked))
        assert not any(part in said for part in ("Hi Ann", "[when", "https", "regards", "The team"))


def test_of_an_answer_that_stands_alone_more_is_quoted_in_its_order():
    said = passage("Where can I save the invoice as a PDF?", most=4)
    assert len(said) == 4
    assert said[0] == "Open Settings > Billing > Invoices."
    assert "Click PDF beside the invoice that you need." in said
    body = " ".join(INVOICES.split())
    assert [body.index(one) for one in said] == sorted(body.index(one) for one in said)


def test_who_signs_is_not_quoted_either():
    body = "Hi Ann,\n\nOpen the page of trials as an owner.\n\nSaludos cordiales,\nEl equipo de Lumen Board"
    assert passage("Where is the page of trials?", body, most=4) == ("Open the page of trials as an owner.",)
