"""What every second reader promises: the scripted one of other tests, and the one on a chat endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from shared.adapters.openai_chat.asking import Patience
from shared.adapters.openai_chat.reader import ChatReader
from shared.domain.observation import Category, Outcome, Request
from shared.ports.second_reader import SecondReader
from tests.chat_stub import chat_stub, reading, refuses, says
from tests.contracts.test_triage_engine import ANY_TEXT
from tests.fakes.redactor import ListedRedactor
from tests.fakes.second_reader import ScriptedReader
from tests.unit.domain.samples import answer

WORDS = "Where do I find the words?"
Make = Callable[[bool], SecondReader]


@pytest.fixture(params=["scripted", pytest.param("chat", marks=pytest.mark.integration)])
def make(request: pytest.FixtureRequest) -> Iterator[Make]:
    """Makes a reader that answers well, or that never answers."""
    with ExitStack() as running:

        def scripted(answers: bool) -> SecondReader:
            return ScriptedReader(answer(Category.TECHNICAL) if answers else Outcome.DENIED)

        def chat(answers: bool) -> SecondReader:
            stub = running.enter_context(chat_stub(says(reading("words", "technical")) if answers else refuses(401)))
            settings = {"base_url": stub.url, "model": "stub"}
            reader = ChatReader.connect(settings, ListedRedactor(), patience=Patience(9.0, 14.0, pause=0.01))
            running.callback(reader.close)
            return reader

        yield scripted if request.param == "scripted" else chat


def test_an_answer_comes_with_what_it_used_and_within_what_was_foreseen(make: Make) -> None:
    reader, request = make(True), Request(text=WORDS)
    heard = reader.read(request)
    assert heard.outcome is Outcome.ANSWERED
    assert heard.answer is not None
    assert heard.answer.category.label is Category.TECHNICAL
    assert heard.answer.category.evidence in WORDS
    assert heard.usage is not None
    most = reader.most(request)
    assert 0 < heard.usage.input_tokens <= most.input_tokens
    assert 0 < heard.usage.output_tokens <= most.output_tokens


def test_a_failure_is_an_outcome_without_an_answer(make: Make) -> None:
    heard = make(False).read(Request(text=WORDS), names=("Ann Chen",))
    assert (heard.outcome, heard.answer) == (Outcome.DENIED, None)


@pytest.mark.parametrize("text", ANY_TEXT, ids=range(len(ANY_TEXT)))
def test_no_text_makes_it_raise(make: Make, text: str) -> None:
    request = Request(subject=text[:50], text=text)
    heard = make(True).read(request)
    assert (heard.answer is not None) == (heard.outcome is Outcome.ANSWERED)


def test_it_names_its_model_and_what_it_was_told(make: Make) -> None:
    version = make(True).version
    assert version.model == "stub"
    assert version.instructions
    assert len(version.sha256) == 64
