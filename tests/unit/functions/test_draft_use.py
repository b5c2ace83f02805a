"""What became of a draft: measured once when an agent answers, and told where the boundary should have held."""

from __future__ import annotations

import pytest

from shared.adapters.mail_text.clean import clean
from shared.domain.draft_use import MISSED_TAG, NEEDLESS_TAG
from shared.domain.facts import FactKind
from shared.domain.observation import Sentiment
from shared.ports.knowledge import Match
from tests.unit.domain.samples import seen
from tests.unit.functions.world import EXPORT, World

DRAFT = "Hello Ann, open the board and choose Export."


@pytest.fixture
def world():
    return World()


def drafted(world) -> str:
    id = world.arrives()
    ref = world.ref(id)
    assert world.prepare(ref) == "agent_with_draft"
    world.write_back(ref)
    return id


def answers(world, id: str, text: str) -> None:
    world.clock.forward(minutes=1)
    world.desk.agent_writes(id, text)
    world.take_in(world.event(id))


@pytest.mark.parametrize(
    ("reply", "use"),
    [
        (DRAFT, "as_is"),
        (f"{DRAFT} It is a small file.", "edited"),
        ("Please call us tomorrow morning, this needs a closer look by somebody.", "unused"),
    ],
)
def test_the_agents_reply_says_what_became_of_the_draft(world, reply, use):
    id = drafted(world)
    version = world.state(id).version
    answers(world, id, reply)

    (fact,) = world.told(FactKind.DRAFT_USED)
    assert (fact.detail["resolution"], fact.detail["use"]) == ("export-csv", use)
    (first,) = world.told(FactKind.FIRST_RESPONSE)
    assert first.detail["used_draft"] == use
    assert world.drafts.get(world.state(id).key, version).sent.use == use


def test_a_mail_with_the_agents_own_closing_went_out_as_it_was(world):
    closed = EXPORT.model_copy(update={"body": f"{EXPORT.body}\n\nBest regards,\nThe team"})
    world.knowledge.matches = [Match(resolution=closed, fit=0.9)]
    id = drafted(world)
    world.clock.forward(minutes=1)
    world.desk.agent_writes(id, f"{DRAFT}\n\nKind regards\nAda Brandt")
    world.take_in(world.event(id), clean=clean)
    assert [fact.detail["use"] for fact in world.told(FactKind.DRAFT_USED)] == ["as_is"]


def test_it_is_measured_once_however_often_the_desk_tells(world):
    id = drafted(world)
    answers(world, id, DRAFT)
    answers(world, id, "And something quite different that came to my mind later on.")
    assert [fact.detail["use"] for fact in world.told(FactKind.DRAFT_USED)] == ["as_is"]


def test_without_a_draft_nothing_is_measured(world):
    world.knowledge.matches = []
    id = world.arrives()
    ref = world.ref(id)
    world.prepare(ref)
    world.write_back(ref)
    answers(world, id, DRAFT)
    assert world.told(FactKind.DRAFT_USED) == []
    assert world.told(FactKind.FIRST_RESPONSE)[0].detail["used_draft"] == "unknown"


def test_an_agents_mark_is_a_miss_of_the_boundary(world):
    id = drafted(world)
    world.clock.forward(minutes=1)
    world.desk.edit(id, tags=frozenset({*world.ticket(id).tags, MISSED_TAG}))
    world.take_in(world.event(id))
    assert [fact.detail["found_by"] for fact in world.told(FactKind.BOUNDARY_MISSED)] == ["agent"]


def test_an_agents_mark_says_that_a_briefing_was_needless_once(world):
    world.engine.sees = seen(sentiment=Sentiment.FRUSTRATED)
    id = world.arrives()
    ref = world.ref(id)
    world.prepare(ref)
    world.write_back(ref)
    for tags in ({NEEDLESS_TAG}, {NEEDLESS_TAG, "seen"}):
        world.clock.forward(minutes=1)
        world.desk.edit(id, tags=frozenset({*world.ticket(id).tags, *tags}))
        world.take_in(world.event(id))
    assert [fact.detail["found_by"] for fact in world.told(FactKind.BRIEFING_NEEDLESS)] == ["agent"]


@pytest.mark.parametrize(("reply", "missed"), [(DRAFT, 1), ("Something else entirely, written by hand, at length.", 0)])
def test_an_unhappy_message_after_a_draft_that_went_out_is_a_miss(world, reply, missed):
    id = drafted(world)
    answers(world, id, reply)
    world.engine.sees = seen(sentiment=Sentiment.FRUSTRATED)
    world.clock.forward(minutes=1)
    world.customer_writes(id, "This did not help at all, and nobody seems to care.")
    world.prepare(world.ref(id))
    found = world.told(FactKind.BOUNDARY_MISSED)
    assert [fact.detail["found_by"] for fact in found] == ["next_message"] * missed
