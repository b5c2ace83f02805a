"""What the encoder gets to see of a request."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.embedded.pieces import END, PREFIX, START, pieces_of


def by_letter(sentence: str) -> list[int]:
    """One piece for each character, so that sizes are plain to see."""
    return [1000 + ord(letter) for letter in sentence]


BEFORE, AFTER = 1 + len(PREFIX), 1


def test_every_piece_knows_its_sentence_and_the_frame_has_none():
    found = pieces_of("Hi", "One. Two", by_letter, longest=64)
    assert found.sentences == ("Hi", "One.", "Two")
    assert found.owners == (-1,) * BEFORE + (0, 0, 1, 1, 1, 1, 2, 2, 2) + (-1,) * AFTER
    assert (found.ids[0], found.ids[-1]) == (START, END)


def test_of_a_long_text_the_head_and_the_tail_are_read():
    found = pieces_of("", "a" * 60 + "b" * 400 + "c" * 60, by_letter, longest=98)
    body = "".join(chr(piece - 1000) for piece in found.ids[BEFORE:-AFTER])
    assert len(found.ids) == 98
    assert body == "a" * 60 + "c" * 30


def test_an_empty_request_is_a_frame_alone():
    found = pieces_of("", " \n ", by_letter, longest=64)
    assert (len(found.ids), found.sentences) == (BEFORE + AFTER, ())


def test_hidden_characters_make_no_pieces():
    assert pieces_of("", "re\u00adfund\u200b me", by_letter, longest=64) == pieces_of(
        "", "refund me", by_letter, longest=64
    )


@given(st.text(max_size=300), st.text(max_size=3000), st.integers(min_value=32, max_value=300))
def test_no_request_is_longer_than_the_encoder_reads(subject: str, text: str, longest: int):
    found = pieces_of(subject, text, by_letter, longest=longest)
    assert len(found.ids) == len(found.owners) <= longest
    assert set(found.owners) <= {-1, *range(len(found.sentences))}
    inner = [owner for owner in found.owners if owner >= 0]
    assert inner == sorted(inner)
