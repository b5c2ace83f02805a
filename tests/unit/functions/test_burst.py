"""A burst of events, doubled and out of order, through all of triage."""

from __future__ import annotations

import random

from shared.domain.observation import Sentiment
from tests.unit.domain.samples import seen
from tests.unit.functions.world import ANN


def test_of_a_burst_nothing_is_lost_and_no_note_stands_twice(world):
    chance = random.Random(25)
    events = []
    for number in range(200):
        text = f"Request {number}"
        if number % 4 == 0:
            world.engine.by_text[text] = seen(sentiment=Sentiment.FRUSTRATED)
        id = world.desk.open_ticket(text, customer=ANN.model_copy(update={"id": str(number)}))
        events.append(world.event(id))
    events += chance.sample(events, 40)
    # The desk's own repetition of a webhook has a new delivery id, a queue's has the same.
    events += [event.model_copy(update={"delivery_id": f"{event.delivery_id}-again"}) for event in events[:20]]
    chance.shuffle(events)

    for event in events:
        world.take_in(event)
    runs = world.workflow.started
    assert len(runs) == len({key for key, _, _ in runs}) == 200
    for key, _, _ in runs:
        world.triage(key.id)

    for key, _, _ in runs:
        (note,) = world.notes(key.id)
        state = world.state(key.id)
        assert ("Draft reply" in note.text) == (state.owner == "agent_with_draft") == (not state.bounded)
    assert sum(world.state(key.id).bounded for key, _, _ in runs) == 50
    assert len(world.drafts.drafts) == 150


def test_work_is_spread_over_the_agents_of_a_queue(world):
    for number in range(100):
        world.triage(world.arrives(f"Request {number}"))

    loads = world.loads.open_tickets([agent.email for agent in world.rules.agents if "billing" in agent.queues])
    assert sum(loads.values()) == 100
    assert max(loads.values()) - min(loads.values()) <= 1
