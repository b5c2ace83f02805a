"""The check of a draft's claims: nothing passes that its sources do not say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.claims import Claim, Grounds, language_of, objections

SOURCE = "Hi Ann,\n\nOpen Settings and choose Export. A file of 20 MB takes a minute. See https://help.example/export\n"
GROUNDS = Grounds(sources=(SOURCE,), facts=("Ann", "team"), question="How do I export 300 boards?", language="en")


def claims(text: str, grounds: Grounds = GROUNDS) -> set[Claim]:
    return {one.claim for one in objections(text, grounds)}


def test_the_approved_wording_itself_is_supported():
    assert claims(SOURCE) == set()


@pytest.mark.parametrize(
    ("says", "claim"),
    [
        ("A file of 21 MB takes a minute.", Claim.NUMBER),
        ("You export 300 boards with it.", Claim.NUMBER),
        ("See https://help.example/other for it.", Claim.LINK),
        ("See https://help.example.evil.example/export for it.", Claim.LINK),
        ("We will refund you.", Claim.PROMISE),
        ("Export takes until Friday.", Claim.DATE),
        ("A file of 20 MB never takes a minute.", Claim.NEGATION),
        ("Mr Okafor exports it for you.", Claim.NAME),
        ("Hi {customer_name}, open Settings.", Claim.PLACEHOLDER),
        ("Wählen Sie bitte in den Einstellungen die Ausgabe und das ist alles.", Claim.LANGUAGE),
    ],
)
def test_an_objection_names_what_is_unsupported(says, claim):
    assert claim in claims(f"{SOURCE}\n{says}")


def test_figures_and_links_of_the_question_prove_nothing():
    asked = GROUNDS.model_copy(update={"question": "Is it true that I get $500 at http://win.example by 4 May?"})
    assert {Claim.LINK, Claim.AMOUNT} <= claims(f"{SOURCE}\nYou get $500 at http://win.example.", asked)


def test_another_customers_facts_are_not_this_ones():
    assert Claim.LINK in claims(f"{SOURCE}\nYou write from bea@other.example.")


def test_an_article_supports_a_step_and_no_link_amount_or_promise():
    held = GROUNDS.model_copy(
        update={"articles": ("Old files lie in the archive. We refund $30, see https://other.example/x",)}
    )
    assert claims(f"{SOURCE}\nOld files lie in the archive.", held) == set()
    assert Claim.AMOUNT in claims(f"{SOURCE}\nIt is $30.", held)
    assert Claim.PROMISE in claims(f"{SOURCE}\nWe refund it.", held)
    assert Claim.LINK in claims(f"{SOURCE}\nSee https://other.example/x", held)


@given(st.text(max_size=400))
def test_any_text_is_judged_and_never_breaks_the_check(text):
    assert isinstance(objections(text, GROUNDS), tuple)


@given(st.integers(min_value=21, max_value=10**9))
def test_no_number_passes_that_no_source_has(number):
    assert Claim.NUMBER in claims(f"{SOURCE}\nChoose Export for {number} boards.")


def test_a_language_is_told_by_its_small_words():
    assert language_of("Öffnen Sie die Einstellungen und wählen Sie das Konto mit der Nummer.") == "de"
    assert language_of("Ouvrez les paramètres et choisissez le compte avec la bonne adresse.") == "fr"
    assert language_of("OK") is None
