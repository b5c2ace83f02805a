"""A customer who writes again before the first answer: the draft is made anew, and one note is the newest."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.write_back.service import WrittenBack
from shared.domain.note import DRAFT_HEADING
from shared.domain.observation import Sentiment
from shared.ports.desk import Abilities
from shared.ports.knowledge import Match
from tests.fakes.desk import InMemoryDesk
from tests.unit.domain.samples import seen
from tests.unit.functions.test_draft_wording import SEATS
from tests.unit.functions.world import EXPORT, World

REPLACES = "this replaces the earlier note and its draft"
ASKS = {
    "export": "How do I export a board?",
    "seats": "No, wait: how do I add a seat?",
    "other": "Do you sell umbrellas as well?",
    "angry": "You people are hopeless, nobody answers.",
}
ANSWERS = {"export": EXPORT, "seats": SEATS}


class _ByNewestWords:
    """Knowledge that fits the last thing that a customer asked for."""

    def search(self, text, *, language, limit=5):
        said = [(text.rfind(words), name) for name, words in ASKS.items() if words in text]
        newest = max(said)[1] if said else "other"
        return [Match(resolution=ANSWERS[newest], fit=0.9)] if newest in ANSWERS else []


def company(*, reply_box: bool) -> World:
    world = World()
    world.knowledge = _ByNewestWords()
    world.engine.by_text[ASKS["angry"]] = seen(sentiment=Sentiment.FRUSTRATED)
    world.desk = InMemoryDesk(
        queues=[queue.id for queue in world.rules.queues],
        agents=[agent.email for agent in world.rules.agents],
        clock=world.clock,
        abilities=Abilities(drafts=reply_box, one_request=True),
    )
    return world


@pytest.mark.parametrize("reply_box", [False, True])
@settings(max_examples=60)
@given(asked=st.lists(st.sampled_from(sorted(ASKS)), min_size=1, max_size=6))
def test_however_often_a_customer_writes_the_newest_note_alone_counts_and_says_what_it_replaces(asked, reply_box):
    world = company(reply_box=reply_box)
    id = ""
    bounded = False
    for place, ask in enumerate(asked):
        if place:
            world.customer_writes(id, ASKS[ask])
        else:
            id = world.arrives(ASKS[ask])
        assert world.triage(id) is WrittenBack.WRITTEN
        bounded = bounded or world.state(id).bounded
        ref, notes = world.ref(id), world.notes(id)
        made = world.drafts.get(ref.key, ref.version)

        assert len(notes) == place + 1
        assert [REPLACES in note.text for note in notes] == [False] + [True] * place
        assert (made is not None) == (ask in ANSWERS and not bounded)
        assert (DRAFT_HEADING in notes[-1].text) == (made is not None)
        assert made is None or made.resolution == ANSWERS[ask].id
        if reply_box:
            assert world.desk.drafts.get(id) == (made.text if made else None)
        else:
            assert made is None or all(line in notes[-1].text for line in made.text.split("\n"))


def test_a_draft_that_is_ready_when_the_customer_has_written_again_is_never_shown():
    world = company(reply_box=False)
    id = world.arrives(ASKS["export"])
    old = world.ref(id)
    world.prepare(old)
    world.customer_writes(id, ASKS["seats"])
    assert world.write_back(old) is WrittenBack.SUPERSEDED
    world.triage(id)
    (note,) = world.notes(id)
    assert SEATS.body in note.text
    assert REPLACES not in note.text


def test_a_question_after_the_first_answer_has_a_draft_of_its_own():
    world = company(reply_box=False)
    id = world.arrives(ASKS["export"])
    world.triage(id)
    world.clock.forward(minutes=5)
    world.desk.agent_writes(id, "Open the board and choose Export.")
    world.take_in(world.event(id))
    world.customer_writes(id, ASKS["seats"])
    world.triage(id)
    _, newest = world.notes(id)
    assert SEATS.body in newest.text
    assert REPLACES in newest.text
