"""Which of the customer's sentences are quoted, and that nothing else is."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.observation import (
    Category,
    LanguageReading,
    Request,
    Sentiment,
    ServiceFailure,
    Urgency,
)
from shared.domain.own_words import CUT, LONGEST, MOST, gist, quotes, shortened
from shared.domain.suspicion import all_suspicions, suspicions
from tests.unit.domain.samples import reading, seen

SAID = date(2026, 11, 25)
ATTACKS = [json.loads(line) for line in Path("tests/data/injections.jsonl").read_text(encoding="utf-8").splitlines()]
SILENT = {
    "category": reading(Category, Category.TECHNICAL),
    "urgency": reading(Urgency, Urgency.HIGH),
    "sentiment": reading(Sentiment, Sentiment.FRUSTRATED),
    "service_failure": reading(ServiceFailure, ServiceFailure.PRODUCT_DEFECT),
}


def quoted(text, subject="", **changes):
    request = Request(subject=subject, text=text, suspicions=all_suspicions(f"{subject}\n{text}"))
    return quotes(request, seen().model_copy(update={**SILENT, **changes}), fired=frozenset(), said=SAID)


def test_what_fails_comes_first_then_what_it_costs_then_by_when():
    text = (
        "Hello,\nwe like the new colours. The export stops with an error at row 500. "
        "My team copies the rest by hand. We need the file by Friday. Kind regards\nAnn"
    )
    assert quoted(text) == (
        "The export stops with an error at row 500.",
        "My team copies the rest by hand.",
        "We need the file by Friday.",
    )


def test_it_works_in_german_as_well():
    text = (
        "Guten Tag,\nder Export funktioniert nicht. Wir tippen alles von Hand ab. Wir brauchen ihn bis Montag. "
        "Die neuen Farben gefallen uns."
    )
    assert quoted(text) == (
        "der Export funktioniert nicht.",
        "Wir tippen alles von Hand ab.",
        "Wir brauchen ihn bis Montag.",
    )


def test_neighbours_stand_in_their_order_and_none_leans_on_what_is_missing():
    text = (
        "Dear Sirs, I write for my firm. You undertook to deliver the complete export by the 30th. "
        "It has not been delivered. Unless we have it within seven days we shall go to court."
    )
    assert quoted(text) == (
        "You undertook to deliver the complete export by the 30th.",
        "It has not been delivered.",
        "Unless we have it within seven days we shall go to court.",
    )


def test_a_question_that_leans_on_the_sentence_before_it_is_quoted_with_it():
    calm = {"sentiment": reading(Sentiment, Sentiment.NEUTRAL), "urgency": reading(Urgency, Urgency.STANDARD)}
    calm["service_failure"] = reading(ServiceFailure, ServiceFailure.NONE)
    wish = "For the yearly review of our studio I would like all the time entries of the editing team since January."
    text = f"{wish} {'The weather has been fine here for many weeks now. ' * 3}{wish} How do I do that?"
    assert quoted(text, **calm)[:2] == (wish, "How do I do that?")


def test_a_short_plain_request_is_not_repeated():
    calm = {"sentiment": reading(Sentiment, Sentiment.NEUTRAL), "urgency": reading(Urgency, Urgency.STANDARD)}
    calm["service_failure"] = reading(ServiceFailure, ServiceFailure.NONE)
    assert quoted("Where do I find my boards?", **calm) == ()


def test_a_short_message_of_which_nothing_would_be_left_out_is_not_repeated():
    text = "The export stops with an error at row 500. My team copies the rest by hand."
    assert quoted(text) == ()
    assert quoted(f"{text} {'It is the list of all of our customers of the last year. ' * 5}")[0] in text


def test_the_gist_names_the_law_before_the_fault_and_never_leans_on_another_sentence():
    text = "Dear Sirs, the export was promised for May. It has not been delivered. Unless it comes we go to court."
    assert gist(Request(subject="", text=text)) == "Unless it comes we go to court."
    assert gist(Request(subject="", text="Good day,\nthe new menu hides it. It fails.")) == "the new menu hides it."
    assert gist(Request(subject="", text="")) == ""


def test_of_what_cannot_wait_it_is_quoted_since_when_and_how_many():
    text = (
        "Since 08:52 none of our 310 users can get in. The page answers with an error and stays blank. "
        "The wards work from memory right now. Please call the desk, it is staffed around the clock."
    )
    assert quoted(text, urgency=reading(Urgency, Urgency.CRITICAL))[:2] == (
        "Since 08:52 none of our 310 users can get in.",
        "The page answers with an error and stays blank.",
    )


def test_of_a_remark_its_last_words_are_quoted_too():
    calm = {"sentiment": reading(Sentiment, Sentiment.NEUTRAL), "urgency": reading(Urgency, Urgency.STANDARD)}
    calm["service_failure"] = reading(ServiceFailure, ServiceFailure.NONE)
    calm["category"] = reading(Category, Category.COMPLAINT)
    said = quoted("May I say that the line closes early? A short call was always what I valued most.\nAnn", **calm)
    assert said[-1] == "A short call was always what I valued most."


def test_greetings_and_farewells_are_not_worth_a_line():
    assert quoted("Dear all,\n\nThank you very much,\nKind regards") == ()


def test_a_request_whose_words_are_gone_leaves_what_decided():
    assert quotes(None, seen(failure=ServiceFailure.PRODUCT_DEFECT), fired=frozenset(), said=SAID)[0] == "what failed"


def test_an_unreadable_language_is_quoted_from_its_beginning():
    strange = LanguageReading(code="ja", probability=0.9, readable=False)
    assert quoted("請求書の支払い方法を変更したい。", language=strange) == ("請求書の支払い方法を変更したい。",)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda row: str(row.get("id", ""))[:20])
def test_nothing_that_was_suspected_is_quoted(attack):
    text = attack.get("text") or attack.get("body") or ""
    subject = attack.get("subject") or ""
    for sentence in quoted(f"The export is broken. {text}", subject):
        assert not suspicions(sentence)


@given(st.text(alphabet="abc .!?\n”“'é", max_size=400))
def test_every_quote_stands_in_the_text(text):
    found = quoted(text)
    assert len(found) <= MOST
    flat = " ".join(text.split())
    for sentence in found:
        assert " ".join(sentence.removesuffix(CUT).split()) in flat
        assert len(sentence) <= LONGEST


@given(st.text(max_size=500), st.integers(20, 300))
def test_a_shortened_sentence_says_so(sentence, longest):
    short = shortened(sentence, longest)
    assert len(short) <= longest
    assert short == sentence or (short.endswith(CUT) and sentence.startswith(short.removesuffix(CUT)))
