"""Which language a request is written in."""

from __future__ import annotations

import pytest

from shared.adapters.embedded.language import read_language
from training.dataset import OWN_DATA, read

READABLE = ("da", "de", "en", "es", "fr", "it", "nl", "no", "pt", "sv")


def test_nearly_every_request_written_for_training_is_read_in_its_own_language():
    rows = [row for path in sorted(OWN_DATA.glob("*.jsonl")) for row in read(path)[0]]
    wrong = [
        row.id
        for row in rows
        if read_language(f"{row.request.subject}\n{row.request.text}", READABLE).code != row.language
    ]
    assert len(rows) > 3000
    assert len(wrong) <= 0.003 * len(rows), wrong


def test_both_spellings_of_norwegian_have_one_code():
    for text in (
        "Eg får ikkje logga inn på kontoen min, kan de hjelpa meg?",
        "Hvorfor får jeg ikke logget inn på kontoen?",
    ):
        assert read_language(text, READABLE).code == "no"


@pytest.mark.parametrize(
    "text", ["", " ", "👍", "12345", "https://example.com/a", "me@example.com", "?!", "x", "🙂🙂 42"]
)
def test_a_text_without_words_is_undetermined_and_not_readable(text: str):
    seen = read_language(text, READABLE)
    assert (seen.code, seen.readable) == ("und", False)


@pytest.mark.parametrize(
    "text",
    ["hi there", "login broken", "refund pls", "app crash", "where is my order", "thx", "ok", "pin blocked", "Hello"],
)
def test_a_short_english_chat_is_readable_english(text: str):
    seen = read_language(text, READABLE)
    assert (seen.code, seen.readable) == ("en", True)
    assert seen.probability >= 0.5


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("pl", "Nie mogę się zalogować do mojego konta"),
        ("pl", "dzień dobry"),
        ("fi", "En pääse kirjautumaan tililleni"),
        ("hu", "Nem tudok bejelentkezni a fiókomba"),
        ("ro", "Nu pot să mă conectez la contul meu"),
        ("tr", "Hesabıma giriş yapamıyorum"),
        ("uk", "Не можу увійти в обліковий запис"),
        ("el", "Δεν μπορώ να συνδεθώ"),
        ("ja", "ログインできません"),
        ("ko", "로그인이 안 돼요"),
        ("af", "Ek kan nie by my rekening aanmeld nie"),
        ("gl", "Non podo entrar na miña conta"),
    ],
)
def test_another_language_is_named_and_not_readable(code: str, text: str):
    seen = read_language(text, READABLE)
    assert (seen.code, seen.readable) == (code, False)


def test_a_word_in_another_script_never_passes_for_english():
    assert not read_language("привет", READABLE).readable
