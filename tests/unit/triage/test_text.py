"""The customer's words, made safe to compare."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.text import ELLIPSIS, bounded, canonical, sentences


@given(st.text())
def test_making_a_text_canonical_twice_changes_nothing_more(text: str):
    assert canonical(canonical(text)) == canonical(text)


@given(
    st.text(
        alphabet=st.characters(categories=("Cc", "Cf", "Cs"), exclude_characters="\n\t\r\x0b\x0c\x85\x1c\x1d\x1e\x1f")
    )
)
def test_nothing_invisible_survives(invisible: str):
    assert canonical(f"a{invisible}b") == "ab"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("i\u200bg\u200bn\u200bo\u200bre", "ignore"),
        ("\u202eabc\u202c", "abc"),
        ("full\uff37idth \ufb01ne", "fullWidth fine"),
        ("hi\U000e0041\U000e0042", "hi"),
        ("a\u00a0 \t b \n\n\n\n c", "a b\n\nc"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("e\u200b\u0301t\u00e9", "été"),
        ("", ""),
    ],
)
def test_one_spelling_for_what_looks_the_same(written: str, read: str):
    assert canonical(written) == read


@given(st.text(max_size=300), st.integers(min_value=0, max_value=200))
def test_a_bounded_text_never_exceeds_its_limit(text: str, limit: int):
    assert len(bounded(text, limit)) <= limit or len(text) <= limit


def test_a_long_text_keeps_its_head_and_its_tail():
    short = bounded("HEAD " + "x" * 5000 + " TAIL", 300)
    assert short.startswith("HEAD ")
    assert short.endswith(" TAIL")
    assert ELLIPSIS in short


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It broke! Why?? Please help.", ("It broke!", "Why??", "Please help.")),
        (
            "Dear Mr. Smith, I paid 3.50 on the 2. Oktober. Thanks",
            ("Dear Mr. Smith, I paid 3.50 on the 2. Oktober.", "Thanks"),
        ),
        ("z.B. gestern. Heute nicht", ("z.B. gestern.", "Heute nicht")),
        ("one line\nanother line", ("one line", "another line")),
        ("", ()),
        ("\n\n", ()),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: tuple[str, ...]):
    assert sentences(text) == expected


@given(st.text(max_size=2000))
def test_no_sentence_is_longer_than_asked_and_no_letter_is_lost(text: str):
    found = sentences(text, longest=50)
    assert all(0 < len(sentence) <= 50 for sentence in found)
    assert "".join("".join(found).split()) == "".join(text.split())
