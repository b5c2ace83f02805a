"""What every writer of drafts promises: the scripted one of other tests, and the one on a chat endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from shared.adapters.openai_chat.asking import Patience
from shared.adapters.openai_chat.writer import ChatWriter
from shared.domain.observation import Outcome, Request
from shared.domain.wording import Assignment, Paragraph, SourceText
from shared.ports.draft_writer import DraftWriter
from tests.chat_stub import chat_stub, refuses, says
from tests.contracts.test_triage_engine import ANY_TEXT
from tests.fakes.draft_writer import ScriptedWriter
from tests.fakes.redactor import ListedRedactor

SAID = Paragraph(text="Open the board.", sources=("a",))
Make = Callable[[bool], DraftWriter]


def assignment(text: str = "How?") -> Assignment:
    source = SourceText(id="a", title=text[:50], text=text or "Open the board.", approved=True)
    return Assignment(request=Request(subject=text[:50], text=text), language="en", sources=(source,))


@pytest.fixture(params=["scripted", pytest.param("chat", marks=pytest.mark.integration)])
def make(request: pytest.FixtureRequest) -> Iterator[Make]:
    """Makes a writer that answers well, or that never answers."""
    with ExitStack() as running:

        def scripted(answers: bool) -> DraftWriter:
            return ScriptedWriter((SAID,) if answers else Outcome.DENIED)

        def chat(answers: bool) -> DraftWriter:
            reply = says({"paragraphs": [SAID.model_dump(mode="json")]}, tokens=(1000, 100))
            stub = running.enter_context(chat_stub(reply if answers else refuses(401)))
            settings = {"base_url": stub.url, "model": "stub"}
            writer = ChatWriter.connect(settings, ListedRedactor(), patience=Patience(9.0, 14.0, pause=0.01))
            running.callback(writer.close)
            return writer

        yield scripted if request.param == "scripted" else chat


def test_a_wording_comes_with_what_it_used_and_within_what_was_foreseen(make: Make) -> None:
    writer = make(True)
    written = writer.write(assignment())
    assert (written.outcome, written.paragraphs) == (Outcome.ANSWERED, (SAID,))
    assert written.usage is not None
    most = writer.most(assignment())
    assert 0 < written.usage.input_tokens <= most.input_tokens
    assert 0 < written.usage.output_tokens <= most.output_tokens


def test_a_failure_is_an_outcome_without_a_wording(make: Make) -> None:
    written = make(False).write(assignment(), names=("Ann Chen",))
    assert (written.outcome, written.paragraphs) == (Outcome.DENIED, ())


@pytest.mark.parametrize("text", ANY_TEXT, ids=range(len(ANY_TEXT)))
def test_no_text_makes_it_raise(make: Make, text: str) -> None:
    written = make(True).write(assignment(text))
    assert bool(written.paragraphs) == (written.outcome is Outcome.ANSWERED)


def test_it_names_its_model_and_what_it_was_told(make: Make) -> None:
    version = make(True).version
    assert version.model == "stub"
    assert version.instructions
    assert len(version.sha256) == 64
