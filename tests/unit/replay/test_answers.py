"""The answers of a replay are found as draft finds them."""

from __future__ import annotations

import pytest

from cli.replay.answers import by_meaning, by_words
from tests.unit.knowledge.test_lexical import INVOICE, PASSWORD, PASSWORD_DE

ALL = (INVOICE, PASSWORD, PASSWORD_DE)


def test_meaning_lifts_what_shares_few_words_with_an_answer():
    asked = "my secret word for the login is forgotten"
    words, meaning = (search(asked, "en")[0] for search in (by_words(ALL), by_meaning(ALL)))
    assert words.resolution.id == meaning.resolution.id == "password-reset"
    assert meaning.fit != words.fit


@pytest.mark.parametrize("search", [by_words, by_meaning])
def test_a_language_without_answers_and_a_request_of_another_topic_find_nothing(search):
    assert list(search(ALL)("mot de passe oublié", "fr")) == []
    assert all(match.fit < 0.2 for match in search(ALL)("Do you sell umbrellas in Lisbon?", "en"))
