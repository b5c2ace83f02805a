"""`firstline explain` on a decision that two readers had a part in."""

from __future__ import annotations

from cli.explain import reason_of
from shared.domain.observation import Category, Outcome, Sentiment
from tests.fakes.second_reader import ScriptedReader
from tests.unit.domain.samples import answer, seen
from tests.unit.functions.test_second_reader import COST, asking
from tests.unit.functions.world import World


def explained(world: World) -> dict:
    id = world.arrives()
    world.triage(id)
    found = reason_of(world.key(id), world)  # type: ignore[arg-type]  # the stores are the same ports
    assert found is not None
    assert found["replay"] == "same"
    return found["decision"]


def test_it_says_who_was_asked_about_what_and_who_said_what():
    world = asking()
    world.reader = ScriptedReader(answer(Category.TECHNICAL, sentiment=Sentiment.FRUSTRATED))
    decision = explained(world)
    second = decision["second_reader"]
    assert (second["outcome"], second["asked"]) == ("answered", ["sentiment"])
    assert second["first"]["sentiment"]["label"] == "neutral"
    assert second["answer"]["sentiment"] == {"label": "frustrated", "sureness": "sure", "evidence": "words"}
    assert second["reader"] == {"model": "stub", "instructions": "scripted", "sha256": "0" * 64}
    assert second["micro_dollars"] == COST
    assert decision["observed"]["sentiment"]["label"] == "frustrated"


def test_it_says_why_there_was_no_second_word():
    world = asking()
    world.reader = ScriptedReader(Outcome.REFUSED)
    decision = explained(world)
    assert (decision["second_reader"]["outcome"], decision["second_reader"]["answer"]) == ("refused", None)
    assert decision["rules"][0]["in_words"].startswith("it is not certain that the customer is content")


def test_where_nobody_was_asked_it_says_nothing_of_a_second_reader():
    world = asking()
    world.engine.sees = seen(Category.TECHNICAL)
    assert explained(world)["second_reader"] is None
