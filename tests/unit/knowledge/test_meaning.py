"""Finding approved answers by meaning: beside the search by words, and without it where nothing can be embedded."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.evaluate import app
from cli.evaluation.answer_trials import Laboratory, Question, family_of, read_questions
from cli.evaluation.answers import offered_of
from shared.adapters.lexical import LexicalIndex, LexicalKnowledge
from shared.adapters.search.answer_ranking import judged
from shared.adapters.search.answer_vectors import VERSIONS, MeaningIndex, read
from shared.adapters.search.encoder import SearchEncoder
from shared.adapters.search.knowledge import SearchKnowledge
from shared.domain.errors import EngineUnavailable, StoredItemCorrupt, StoreUnavailable
from shared.domain.policy_parts import Drafting
from tests.unit.knowledge.conftest import START
from tests.unit.knowledge.test_lexical import INVOICE, PASSWORD, PASSWORD_DE

ROOT = Path(__file__).parents[3]
ALL = (INVOICE, PASSWORD, PASSWORD_DE)
NEW = PASSWORD.model_copy(update={"id": "new", "title": "Another way in"})
loaded = cache(SearchEncoder)


class Counting:
    """The shipped encoder under a name of its own, counting what it reads."""

    def __init__(self, sha256: str = "one") -> None:
        self.sha256 = sha256
        self.read = 0

    def question(self, text: str):
        self.read += 1
        return loaded().question(text)

    def passage(self, text: str):
        self.read += 1
        return loaded().passage(text)


@pytest.fixture
def encoder():
    return Counting()


@pytest.fixture
def index(archive, encoder):
    return MeaningIndex(archive, LexicalIndex(archive), lambda: encoder)


@pytest.fixture
def knowledge(archive, clock, encoder):
    return SearchKnowledge(LexicalKnowledge(archive, clock=clock), archive, clock=clock, encoder=lambda: encoder)


def words_alone(archive, text: str, language: str = "en"):
    return LexicalKnowledge(archive, clock=lambda: START).search(text, language=language)


def test_an_answer_is_found_that_shares_no_word_with_the_request(index, knowledge):
    index.rebuild(ALL)
    asked = "i cannot log in, my secret word slipped my mind"
    (first, second) = knowledge.search(asked, language="en")
    assert first.resolution.id == "password-reset"
    assert first.fit > second.fit


def test_the_sentence_that_the_answer_was_written_for_is_named(index, knowledge):
    index.rebuild(ALL)
    (first, *_) = knowledge.search("i cannot log in, my secret word slipped my mind", language="en")
    assert first.meant in first.resolution.intents


def test_an_answer_in_another_language_is_never_found(index, knowledge):
    index.rebuild(ALL)
    assert [match.resolution.id for match in knowledge.search("Kennwort weg", language="de")] == ["password-reset-de"]
    assert knowledge.search("mot de passe oublié", language="fr") == []


def test_a_request_nearer_to_what_an_answer_is_not_for_is_not_offered(index, knowledge):
    index.rebuild(ALL)
    (best, *_) = knowledge.search("the sum on the invoice is wrong, please correct it", language="en")
    assert best.rival == best.fit
    assert best.against == INVOICE.not_for[0]


def test_what_an_answer_is_not_for_rivals_it_only_where_it_is_clearly_nearer(index, knowledge):
    close = PASSWORD.model_copy(update={"not_for": ("I forgot the password, how do I choose another one?",)})
    index.rebuild((INVOICE, close))
    (best, *_) = knowledge.search("forgot my password, how do i pick a new one?", language="en")
    assert best.resolution.id == close.id
    assert best.rival == 0


def test_a_request_as_it_is_made_elsewhere_is_less_sure_than_one_that_only_the_answer_meets():
    laboratory = Laboratory([INVOICE, PASSWORD])
    (best, *_) = laboratory.ask(Question("q1", "Where can I download our invoices?", "en", None)).views
    (by_chance, *_) = laboratory.ask(Question("q2", "Where can I see our opening hours?", "en", None)).views
    assert best.beside - by_chance.beside > best.near - by_chance.near > 0


def test_a_longer_request_is_as_sure_at_a_greater_distance():
    laboratory = Laboratory([INVOICE, PASSWORD])
    trial = laboratory.ask(Question("q1", "My accountant asks for last year's bills", "en", None))
    longer = tuple(one._replace(length=one.length + 1) for one in trial.views)
    assert judged(trial.words, longer)[0].fit > judged(trial.words, trial.views)[0].fit


def test_what_was_learnt_from_is_judged_by_weights_that_never_saw_its_answer_in_any_language():
    assert {family_of(one) for one in ("invoice-download", "invoice-download-de")} == {"invoice-download"}
    assert family_of("plan-upgrade") == "plan-upgrade"


def test_what_did_not_change_is_not_embedded_again(index, encoder):
    index.rebuild(ALL)
    before = encoder.read
    index.rebuild(ALL)
    assert encoder.read == before
    index.rebuild((*ALL, PASSWORD.model_copy(update={"id": "another", "intents": ("Something new?",)})))
    assert encoder.read == before + 1


@pytest.mark.parametrize(
    "happens",
    [
        lambda archive, encoder: setattr(encoder, "sha256", "another"),
        lambda archive, encoder: archive.put(VERSIONS.pointer, b'{"sha": "0000"}', "application/json"),
        lambda archive, encoder: archive.put(VERSIONS.pointer, b"{}", "application/json"),
        lambda archive, encoder: LexicalIndex(archive).rebuild([*ALL, NEW]),
    ],
    ids=["another encoder", "no such file", "a broken pointer", "an answer without embeddings"],
)
def test_without_usable_embeddings_words_are_searched_alone(index, archive, knowledge, encoder, happens):
    index.rebuild(ALL)
    happens(archive, encoder)
    asked = "Where can I download our invoices?"
    assert knowledge.search(asked, language="en") == words_alone(archive, asked)


def test_without_an_encoder_words_are_searched_alone(index, archive, clock):
    index.rebuild(ALL)

    def none():
        raise EngineUnavailable("no encoder")

    knowledge = SearchKnowledge(LexicalKnowledge(archive, clock=clock), archive, clock=clock, encoder=none)
    asked = "Where can I download our invoices?"
    assert knowledge.search(asked, language="en") == words_alone(archive, asked)


def test_before_the_first_index_there_are_no_answers(knowledge):
    assert knowledge.search("anything", language="en") == []


def test_an_archive_that_is_down_is_said_and_not_hidden(archive, knowledge, index):
    index.rebuild(ALL)
    archive.fail_with = StoreUnavailable("S3 is down")
    with pytest.raises(StoreUnavailable):
        knowledge.search("anything", language="en")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no", b"{}"])
def test_a_file_that_holds_no_embeddings_is_said_to_be_corrupt(content):
    with pytest.raises(StoredItemCorrupt):
        read(content)


def test_the_embeddings_lie_under_their_own_sha(index, archive):
    index.rebuild(ALL)
    (path,) = [path for path in archive.files if path.endswith(".npz")]
    assert path == VERSIONS.path_of(path.removeprefix("knowledge/answers/").removesuffix(".npz"))


@pytest.mark.parametrize("text", ["", "???", "\u200b", "the of and", "thanks!", "x" * 30_000, "word " * 5000])
def test_whatever_the_text_the_fits_are_shares_in_order_and_the_same_again(index, knowledge, text):
    index.rebuild(ALL)
    matches = knowledge.search(text, language="en")
    assert all(0 <= match.fit <= 1 for match in matches)
    assert knowledge.search(text, language="en") == matches


@pytest.fixture(scope="module")
def laboratory(book):
    return Laboratory(book.resolutions)


@pytest.mark.parametrize(
    ("file", "kept"), [("demo/requests.jsonl", 15), ("tests/data/questions_for_answers.jsonl", 50)]
)
def test_at_least_nine_of_ten_drafts_are_the_right_answer(book, laboratory, file, kept):
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    unhappy = {i for i, line in enumerate(lines) if '"owner": "briefing"' in line}
    asked = [one for at, one in enumerate(read_questions(ROOT / file)) if at not in unhappy]
    offered = right = 0
    for trial in map(laboratory.ask, asked):
        taken = offered_of(trial.question.text, judged(trial.words, trial.views), book.policy.draft)
        if taken is not None:
            offered += 1
            right += taken.resolution.id == trial.question.answer
    assert right >= 0.9 * offered, (right, offered)
    assert right >= kept, right


def test_the_command_counts_what_would_be_offered(tmp_path):
    said = CliRunner().invoke(app, ["answers", "--questions", str(tmp_path / "none.jsonl")])
    assert said.exit_code == 1
    assert "cannot be read" in said.stderr


def test_offered_is_what_fits_and_is_not_beaten_by_a_rival(book):
    laboratory = Laboratory([INVOICE, PASSWORD])
    trial = laboratory.ask(Question("q1", "My accountant asks for last year's bills", "en", None))
    text, best = trial.question.text, judged(trial.words, trial.views)[0]
    assert offered_of(text, [best], Drafting(fits_at=best.fit, margin=0.1)) == best
    assert offered_of(text, [best], Drafting(fits_at=best.fit + 0.01)) is None
    rivalled = best.model_copy(update={"rival": best.fit})
    assert offered_of(text, [rivalled], Drafting(fits_at=0.1, margin=0.1)) is None
