"""What a customer wants, by their own words; nothing where they do not say."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.wants import Want, deadline, wishes

SAID = date(2026, 11, 25)


def wants(text):
    return [wish.want for wish in wishes(text)]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Could you return the second payment?", Want.REFUND),
        ("Bitte erstatten Sie mir den Betrag.", Want.REFUND),
        ("Je voudrais être remboursé.", Want.REFUND),
        ("Please send a corrected invoice.", Want.CORRECTION),
        ("We want to cancel our subscription.", Want.CANCELLATION),
        ("Hiermit kündige ich.", Want.CANCELLATION),
        ("Quiero darme de baja.", Want.CANCELLATION),
        ("Please call us on +44 1632 960 400.", Want.CALL),
        ("Rufen Sie mich bitte an, ein Rückruf reicht.", Want.CALL),
        ("Can you explain why it went up?", Want.EXPLANATION),
        ("Warum ist das so?", Want.EXPLANATION),
        ("When will this be fixed?", Want.REPAIR),
        ("Is there a revised plan we may work with?", Want.DATE),
        ("I want to speak to your manager.", Want.SUPERIOR),
        ("Otherwise we take legal action.", Want.LEGAL),
        ("I don't want anything in particular, only to be heard.", Want.HEARD),
        ("Please bring it back.", Want.RETURN),
        ("I need the 357 back this week.", Want.REFUND),
        ("Tell me a date that is meant seriously.", Want.DATE),
        ("Ich erwarte eine Entschuldigung.", Want.APOLOGY),
        ("J'attends des excuses.", Want.APOLOGY),
        ("Les ruego que tramiten la baja del contrato.", Want.CANCELLATION),
        ("I just want to say that this was rude.", Want.HEARD),
        ("Frau Lorenz hatte mir einen Rückruf zugesagt.", Want.PROMISED),
        ("My last four messages went unanswered.", Want.REPLY),
        ("Which page do I use to enter the number?", Want.ANSWER),
        ("I would ask you to review the wording of your reminders.", Want.REVIEW),
        ("Bitte überdenken Sie den Ton Ihrer Mahnungen.", Want.REVIEW),
        ("Veuillez revoir cette règle.", Want.REVIEW),
    ],
)
def test_a_wish_is_found_in_their_words(text, want):
    assert want in wants(text)
    assert any(wish.words in text for wish in wishes(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The app closes itself.",
        "I don't want a refund.",
        "Wir wollen keine Erstattung.",
        "We can correct it by hand.",
    ],
)
def test_not_said_is_an_answer(text):
    assert wants(text) == []


def test_what_was_said_before_is_no_wish():
    assert Want.CALL not in wants("I was promised a call back on Tuesday.")
    assert Want.CORRECTION not in wants("I asked for a corrected invoice in October.")


def test_the_firmest_day_counts_then_the_nearest():
    found = deadline("Our board meets on 1 December. We need it by 9 December.", SAID)
    assert (found.day, found.firm, found.words) == (date(2026, 12, 9), True, "We need it by 9 December.")
    assert deadline("Nothing is urgent here.", SAID) is None


@given(st.text(max_size=300))
def test_any_text_can_be_read_and_words_are_the_customer_s_own(text):
    for wish in wishes(text):
        assert wish.words in text or wish.words.split()
    assert len(wishes(text)) <= 3


def test_a_question_beside_a_wish_is_wanted_an_answer_to_as_well():
    assert wants("Please call us. What are my options?") == [Want.CALL, Want.ANSWER]
    assert wants("Could you return the second payment?") == [Want.REFUND]
    assert wants("How are you today? Please call us.") == [Want.CALL]
