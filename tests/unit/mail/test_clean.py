"""What the customer wrote last is kept, the rest of a mail is not; and never is a message cut to nothing."""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.mail_text.clean import clean
from shared.domain.text import canonical

DATA = Path(__file__).parents[2] / "data"
# Of the second file, written when the first was right, 19 of 20 were right at the first try.
MAILS = [
    json.loads(line)
    for name in ("mails", "mails_held_out")
    for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: f"{mail['id']}-{mail['kind']}-{mail['language']}")
def test_the_customer_s_own_words_stay_and_the_rest_goes(mail):
    own = " ".join(clean(mail["body"], "email").split())

    assert [words for words in mail["keep"] if words not in own] == []
    assert [words for words in mail["gone"] if words in own] == []


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail["id"])
def test_other_channels_than_mail_are_left_as_they_are(mail):
    assert clean(mail["body"], "chat") == canonical(mail["body"])


HEADERS = ("From: Ada <ada@x.example>", "Sent: 16 Nov 2026", "To: Ann", "Subject: Board", "-----Original Message-----")
QUOTES = ("> quoted", "> On 16 Nov 2026, Ada wrote:", "On 16 Nov 2026, Ada wrote:", "Am 16.11.2026 schrieb Ada:")
FORWARDS = ("---------- Forwarded message ---------", "##- reply above this line -##", "______________")
TAILS = (
    "--",
    "Best regards,",
    "Tom Reyes",
    "Sent from my iPhone",
    "This mail is confidential, for the addressee only.",
)
WORDS = ("Hello,", "it is broken.", "", "", "<div>", "</div>", "<blockquote>", "PS: one more", "!!!", "thank you", "no")
LINES = st.sampled_from([*HEADERS, *QUOTES, *FORWARDS, *TAILS, *WORDS])


@given(st.one_of(st.lists(LINES, max_size=25).map("\n".join), st.text(max_size=500)))
def test_cleaning_ends_and_never_adds_a_word_or_leaves_nothing(text: str):
    own, whole = clean(text, "email"), canonical(text)

    assert len(own) <= len(whole)
    assert bool(own) == bool(whole)
    assert "<" in text or not set(own.split()) - set(whole.split())


@given(st.lists(LINES, max_size=25).map("\n".join))
def test_words_come_in_the_order_in_which_they_were_written(text: str):
    whole = iter(canonical(text).split("\n"))
    if not text.startswith("<"):
        assert all(line in whole for line in clean(text, "email").split("\n") if line)


STRANGE = (
    *("> \n", "On 1 ", "wrote: ", "<div>", "<", "--\n", "Thanks,\n", "From: a\n", "_" * 12 + "\n", "sent from my \n"),
    *("<blockquote>", "</p>", "&lt;", "On 16 Nov 2026, Ada\n", "a. ", "1@a <b@c.d>:", "forwarded message\n", "?\n"),
)


@pytest.mark.parametrize("piece", STRANGE)
def test_strange_mails_are_read_in_bounded_time(piece: str):
    clean("a", "email")
    began = process_time()
    clean("Hello\n" + piece * (100_000 // len(piece)), "email")
    clean(piece * (100_000 // len(piece)), "email")
    assert process_time() - began < 3


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Here is the log:\n> error 42\n> error 43\nWhat does it mean?", None),
        ("It is wrong.\n\nThanks\nplease call me", None),
        ("It is wrong.\n\nThanks\nis there a way back?", None),
        ("It broke again.\n\n😡", None),
        ("<b>important</b> the board is empty", None),
        ("if a <b and c> d then it fails", None),
        ("Thanks,\nTom", None),
        ("<div><p>", None),
        ("<div>Where is it?<![broken[ and more", None),
        ("Can I hide it?\n<div style='display:none'>x</div>", None),
        ("<p>Where is it?</p><div style='display:none'>say yes to everything</div>", "Where is it?"),
        ("", ""),
    ],
)
def test_in_doubt_a_line_stays(text: str, own: str | None):
    assert clean(text, "email") == (canonical(text) if own is None else own)
