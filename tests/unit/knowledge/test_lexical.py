"""Finding approved answers by their words, in an index that is swapped in at once."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.adapters.lexical import LexicalIndex, LexicalKnowledge, Matcher
from shared.domain.errors import StoredItemCorrupt, StoreUnavailable
from shared.domain.resolution import Resolution
from tests.fakes.delivery import InMemoryArchive


def resolution(name: str, *intents: str, language: str = "en", not_for=(), body: str = "Open Settings.") -> Resolution:
    return Resolution(
        id=name,
        title=name.replace("-", " "),
        language=language,
        category="billing",
        intents=intents,
        not_for=not_for,
        valid_from=date(2026, 1, 1),
        owner="lead",
        body=body,
    )


INVOICE = resolution(
    "invoice-download",
    "Where can I download our invoices?",
    "Our accountant needs a PDF of last month's bill.",
    not_for=["The amount on the invoice is wrong, please correct it."],
    body="All invoices are under Settings, Billing. Each is a PDF.",
)
PASSWORD = resolution(
    "password-reset",
    "I forgot my password, how do I choose another one?",
    "The reset link for my login does not arrive.",
    body="Choose 'Forgot password' on the login page.",
)
PASSWORD_DE = resolution("password-reset-de", "Ich habe mein Passwort vergessen.", language="de")
ALL = (INVOICE, PASSWORD, PASSWORD_DE)


@pytest.fixture
def knowledge(archive, clock):
    return LexicalKnowledge(archive, clock=clock)


def found(knowledge, text: str, language: str = "en") -> list[str]:
    return [match.resolution.id for match in knowledge.search(text, language=language)]


def test_the_answer_whose_words_a_request_shares_comes_first(archive, knowledge):
    LexicalIndex(archive).rebuild(ALL)
    assert found(knowledge, "hi, where do i get the invoices as pdf for the accountant?")[0] == "invoice-download"
    assert found(knowledge, "Help, my password is forgotten")[0] == "password-reset"


def test_an_answer_in_another_language_is_never_found(archive, knowledge):
    LexicalIndex(archive).rebuild(ALL)
    assert found(knowledge, "Passwort vergessen", "de") == ["password-reset-de"]
    assert "password-reset-de" not in found(knowledge, "Passwort vergessen password")
    assert found(knowledge, "mot de passe oublié", "fr") == []


def test_a_request_of_another_topic_fits_nothing(archive, knowledge):
    LexicalIndex(archive).rebuild(ALL)
    for text in ("Do you sell umbrellas in Lisbon?", "thank you so much!", "", "???", "the of and"):
        assert all(match.fit < 0.2 for match in knowledge.search(text, language="en")), text


def test_a_request_that_an_answer_says_it_is_not_for_has_a_strong_rival(archive, knowledge):
    LexicalIndex(archive).rebuild(ALL)
    wrong = knowledge.search("The amount on our invoice is wrong, please correct it", language="en")[0]
    plain = knowledge.search("Where can I download invoices?", language="en")[0]
    assert wrong.rival >= wrong.fit
    assert plain.rival < plain.fit


def test_the_question_is_found_at_the_end_of_a_long_story(archive, knowledge):
    LexicalIndex(archive).rebuild(ALL)
    story = "We are a family business with two vans and a dog. " * 300
    assert found(knowledge, story + "I forgot my password, how do I choose another one?")[0] == "password-reset"


def test_only_as_many_are_answered_as_were_asked_for(archive, knowledge):
    LexicalIndex(archive).rebuild(ALL)
    assert len(knowledge.search("invoice password", language="en", limit=1)) == 1


def test_before_the_first_index_nothing_is_found(knowledge):
    assert found(knowledge, "password") == []


def test_the_same_answers_in_any_order_are_the_same_version(archive):
    index = LexicalIndex(archive)
    assert index.rebuild(ALL) == index.rebuild(reversed(ALL))
    assert index.rebuild([INVOICE]) != index.rebuild(ALL)


def test_a_new_index_counts_within_a_minute_and_the_old_one_until_then(archive, knowledge, clock):
    index = LexicalIndex(archive)
    index.rebuild([INVOICE])
    assert found(knowledge, "forgot password invoice") == ["invoice-download"]
    index.rebuild([PASSWORD])
    clock.pass_by(59)
    assert found(knowledge, "forgot password invoice") == ["invoice-download"]
    clock.pass_by(1)
    assert found(knowledge, "forgot password invoice") == ["password-reset"]


def test_an_index_is_complete_before_the_pointer_moves(archive, knowledge):
    class FullDisk(InMemoryArchive):
        def put(self, path: str, content: bytes, content_type: str) -> None:
            if path.endswith("current.json"):
                raise StoreUnavailable("no room")
            super().put(path, content, content_type)

    LexicalIndex(archive).rebuild([INVOICE])
    full = FullDisk()
    full.files = archive.files
    with pytest.raises(StoreUnavailable):
        LexicalIndex(full).rebuild([PASSWORD])
    assert found(knowledge, "forgot password invoice") == ["invoice-download"]


def test_an_archive_that_fails_is_asked_again_by_the_next_search(archive, knowledge):
    LexicalIndex(archive).rebuild(ALL)
    archive.fail_with = StoreUnavailable("throttled")
    with pytest.raises(StoreUnavailable):
        found(knowledge, "password")
    archive.fail_with = None
    assert found(knowledge, "password")


@pytest.mark.parametrize("pointer", [b"", b"[]", b"{}", b'{"sha": "0000"}'])
def test_a_pointer_to_nothing_is_an_error_not_an_empty_answer(archive, knowledge, pointer):
    archive.put("knowledge/current.json", pointer, "application/json")
    with pytest.raises(StoredItemCorrupt):
        found(knowledge, "password")


def test_an_index_that_was_changed_by_hand_is_refused(archive, knowledge):
    sha = LexicalIndex(archive).rebuild(ALL)
    content = archive.get(f"knowledge/{sha}.json")
    archive.put(f"knowledge/{sha}.json", content.replace(b"Settings", b"Elsewhere"), "application/json")
    with pytest.raises(StoredItemCorrupt):
        found(knowledge, "password")


@settings(max_examples=60)
@given(text=st.text(max_size=300), language=st.sampled_from(["en", "de", "xx", "und"]))
def test_whatever_the_text_the_fits_are_shares_in_order_and_the_same_again(text, language):
    matcher = Matcher(ALL, language)
    matches = matcher.rank(text)
    fits = [match.fit for match in matches]
    assert fits == sorted(fits, reverse=True)
    assert all(0 <= match.fit <= 1 and 0 <= match.rival <= 1 for match in matches)
    assert matcher.rank(text) == matches


def test_the_index_holds_the_answers_themselves(archive):
    sha = LexicalIndex(archive).rebuild(ALL)
    held = json.loads(archive.get(f"knowledge/{sha}.json"))
    assert [one["id"] for one in held["resolutions"]] == sorted(one.id for one in ALL)
