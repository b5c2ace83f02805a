"""What every triage engine behind the port promises: the scripted one of other tests, the embedded one, a baseline."""

from __future__ import annotations

import math

import pytest

from shared.adapters.embedded.engine import EmbeddedEngine
from shared.domain.observation import Observations, Request
from shared.ports.triage import TriageEngine
from tests.fakes.triage import ScriptedEngine
from training.dataset import OWN_DATA, read
from training.majority import MajorityEngine

ANY_TEXT = [
    "",
    " \n\t ",
    "👍",
    "12345",
    "https://example.com/invoice.png",
    "I was charged twice for October, please refund one of the payments.",
    "ich komme nicht in mein Konto",
    "\x00\ud800\u202e\U000e0041",
    "=HYPERLINK(1)",
    "a" * 100_000,
    "so angry! " * 10_000,
    "\n" * 50_000 + "hi",
    "لا أستطيع تسجيل الدخول",
]


@pytest.fixture(scope="module", params=["scripted", "embedded", "majority"])
def engine(request: pytest.FixtureRequest) -> TriageEngine:
    made = {"scripted": ScriptedEngine, "embedded": EmbeddedEngine.load, "majority": _majority}
    return made[request.param]()


def _majority() -> TriageEngine:
    return MajorityEngine.fit(read(OWN_DATA / "written_a.jsonl")[0])


@pytest.mark.parametrize("text", ANY_TEXT, ids=range(len(ANY_TEXT)))
def test_no_text_is_refused_and_every_answer_is_whole(engine: TriageEngine, text: str):
    seen = engine.observe(Request(subject="", text=text))
    for reading in (seen.category, seen.urgency, seen.sentiment, seen.service_failure):
        assert set(reading.scores) == set(type(reading.label))
        assert math.isclose(sum(reading.scores.values()), 1.0, abs_tol=1e-3)
    for reading in (seen.category, seen.sentiment, seen.service_failure):
        assert reading.probability == max(reading.scores.values())


@pytest.mark.parametrize("text", ["", "👍", "12345", "https://example.com/invoice.png"])
def test_a_text_without_words_is_und_and_not_readable(engine: TriageEngine, text: str):
    language = engine.observe(Request(text=text)).language
    assert (language.code, language.readable) == ("und", False)


def test_the_same_request_gets_the_same_answer(engine: TriageEngine):
    request = Request(subject="Invoice", text="Where do I find it?", channel="chat")
    assert engine.observe(request) == engine.observe(request)


def test_an_answer_names_its_engine(engine: TriageEngine):
    assert engine.observe(Request(text="hello there")).engine == engine.version
    assert len(engine.version.sha256) == 64


def test_an_answer_survives_being_stored_without_the_embedding_that_has_a_fact_of_its_own(engine: TriageEngine):
    seen = engine.observe(Request(text="I want to close my account. You never call back!"))
    stored = Observations.model_validate_json(seen.model_dump_json())
    assert stored == seen.model_copy(update={"embedding": b""})
