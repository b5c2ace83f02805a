"""Finding help-centre articles by meaning and words, in an index that is swapped in at once."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pytest

from shared.adapters.search.bridge import Bridge
from shared.adapters.search.encoder import SearchEncoder
from shared.adapters.search.index import build, read, written
from shared.adapters.search.store import VERSIONS, SearchArticles, SearchIndex
from shared.domain.errors import EngineUnavailable, StoredItemCorrupt
from shared.ports.desk import Article
from tests.unit.knowledge.conftest import START


def article(id: str, title: str, body: str, language: str = "en") -> Article:
    link = f"https://help.example/{id}"
    return Article(id=id, title=title, body=body, language=language, link=link, updated_at=START)


REFUND = article("refund", "Refund status", "The money for a returned item arrives after some days.")
ADDRESS = article("address", "Change the address on an account", "Tell us the new street when you move.")
PASSWORD = article("password", "Reset your password", "## Web\nChoose Forgot password.\n## App\nTap Help.")
GERMAN = article("passwort", "Passwort zurücksetzen", "Wählen Sie Passwort vergessen.", "de")
ALL = (REFUND, ADDRESS, PASSWORD, GERMAN)


class Counting:
    """The shipped encoder, counting the passages that it is asked for."""

    loaded: SearchEncoder | None = None

    def __init__(self) -> None:
        type(self).loaded = self.loaded or SearchEncoder()
        assert self.loaded is not None
        self.sha256 = self.loaded.sha256
        self.question = self.loaded.question
        self.asked = 0

    def passage(self, text: str):
        assert self.loaded is not None
        self.asked += 1
        return self.loaded.passage(text)


@pytest.fixture
def encoder():
    return Counting()


@pytest.fixture
def index(archive, encoder):
    return SearchIndex(archive, lambda: encoder)


@pytest.fixture
def articles(archive, clock, encoder):
    return SearchArticles(archive, clock=clock, encoder=lambda: encoder)


def first(articles, text: str, language: str = "en") -> str:
    return articles.search_articles(text, language=language)[0].id


def test_an_article_is_found_that_shares_no_word_with_the_question(index, articles):
    index.rebuild_articles(ALL)
    assert first(articles, "I sent the shoes back, when do I get what I paid?") == "refund"
    assert first(articles, "we have moved to another town") == "address"


def test_what_no_article_is_about_fits_nothing(index, articles):
    index.rebuild_articles(ALL)
    for text in ("Is there a cash machine in your lobby?", "how is the weather", "???", ""):
        assert not any(match.fits for match in articles.search_articles(text, language="en")), text


def test_an_article_in_another_language_is_never_found(index, articles):
    index.rebuild_articles(ALL)
    assert [one.id for one in articles.search_articles("Passwort vergessen", language="de")] == ["passwort"]
    assert "passwort" not in [one.id for one in articles.search_articles("Passwort vergessen", language="en")]
    assert articles.search_articles("mot de passe", language="fr") == []


def test_only_changed_articles_are_read_again_and_deleted_ones_are_gone(index, articles, encoder):
    assert index.rebuild_articles(ALL).changed == 4
    before = encoder.asked
    again = index.rebuild_articles(ALL)
    assert (again.changed, again.removed, encoder.asked) == (0, 0, before)

    edited = REFUND.model_copy(update={"body": "It takes five days."})
    told = index.rebuild_articles([edited, ADDRESS, GERMAN])
    assert (told.articles, told.changed, told.removed, encoder.asked) == (3, 1, 1, before + 1)
    assert "password" not in [one.id for one in articles.search_articles("reset my password", language="en")]


def test_an_index_of_another_encoder_is_not_read_and_the_next_sync_builds_it_anew(index, archive, articles, encoder):
    index.rebuild_articles(ALL)
    encoder.sha256 = "f" * 64
    assert articles.search_articles("refund", language="en") == []
    assert index.rebuild_articles(ALL).changed == 4
    assert json.loads(archive.files[VERSIONS.pointer][0])["encoder"] == encoder.sha256


def test_a_new_index_counts_within_a_minute(index, articles, clock):
    index.rebuild_articles([REFUND])
    assert first(articles, "forgot my password") == "refund"
    index.rebuild_articles([PASSWORD])
    clock.now += timedelta(seconds=59)
    assert first(articles, "forgot my password") == "refund"
    clock.now += timedelta(seconds=1)
    assert first(articles, "forgot my password") == "password"


def test_a_changed_or_missing_index_is_said_to_be_so(index, archive, articles):
    sha = index.rebuild_articles(ALL).sha
    archive.put(VERSIONS.path_of(sha), b"something else", "application/octet-stream")
    with pytest.raises(StoredItemCorrupt, match="missing or was changed"):
        articles.search_articles("refund", language="en")
    assert index.rebuild_articles(ALL).articles == 4


def test_before_the_first_index_nothing_is_found(articles):
    assert articles.search_articles("refund", language="en") == []


def test_a_desk_without_articles_has_an_index_in_which_nothing_is_found(index, articles):
    assert index.rebuild_articles([]).articles == 0
    assert articles.search_articles("How do I reset my password?", language="en") == []
    assert index.rebuild_articles(ALL).changed == len(ALL)
    assert index.rebuild_articles([]).removed == len(ALL)


def test_an_index_comes_back_from_its_file_as_it_was(encoder):
    made = build(ALL, encoder)
    again = read(written(made))
    assert (again.entries, again.hashes, again.words.vocabulary) == (made.entries, made.hashes, made.words.vocabulary)
    assert np.array_equal(again.passages, made.passages)
    assert written(made) == written(build(reversed(ALL), encoder))


@pytest.mark.parametrize("content", [b"", b"not an index", b"PK\x03\x04"])
def test_a_file_that_is_no_index_is_refused(content):
    with pytest.raises(StoredItemCorrupt):
        read(content)


def test_an_encoder_that_is_not_there_is_said_to_be_missing(tmp_path):
    with pytest.raises(EngineUnavailable, match="lacks a file"):
        SearchEncoder(tmp_path)


def test_a_question_that_no_topic_is_about_is_left_to_what_the_articles_say():
    bridge, encoder = Bridge(), Counting()
    known = bridge.expected(encoder.question("I am still waiting for my refund, where is it?")).known
    unknown = bridge.expected(encoder.question("Does the audit log show who archived a board?")).known
    assert known > 0.9
    assert unknown < 0.1


def test_topics_are_told_apart_and_their_shares_add_up(encoder):
    expected = Bridge().expected(encoder.question("I moved house, how can I change my address?"))
    assert expected.topics.sum() == pytest.approx(1.0, abs=1e-4)
    assert expected.topics.max() > 0.5


def test_a_section_in_brackets_behind_a_title_changes_nothing_but_the_words(encoder):
    plain, with_section = (
        build([REFUND], encoder),
        build([REFUND.model_copy(update={"title": "Refund status (Orders)"})], encoder),
    )
    assert plain.hashes == with_section.hashes
    assert set(with_section.words.vocabulary) > set(plain.words.vocabulary)


def test_an_index_without_articles_is_searched_without_an_answer(index, articles):
    index.rebuild_articles([])
    assert articles.search_articles("refund", language="en") == []
