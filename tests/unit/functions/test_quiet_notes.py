"""What nobody has to answer, through the whole of triage: no clock, no draft, no alert, and the desk is left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from functions.ingest.service import Taken
from shared.domain.observation import Sentiment
from shared.domain.ticket import Customer
from tests.unit.domain.samples import seen

DATA = Path(__file__).parents[2] / "data"
NOTES = [
    json.loads(line)
    for name in ("notes", "notes_held_out")
    for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()
]
THANKS = [row for row in NOTES if row["kind"] == "thanks"]
SPAM = [row for row in NOTES if row["kind"] == "spam"]


@pytest.mark.parametrize("row", THANKS, ids=lambda row: row["id"])
def test_thanks_for_an_answer_change_nothing_but_what_the_desk_shows(world, row):
    id = world.arrives(channel="email")
    world.triage(id)
    world.clock.forward(minutes=5)
    world.desk.agent_writes(id, "Open the board and choose Export.")
    world.take_in(world.event(id))
    world.solve(id)
    before, written = world.state(id), len(world.desk.writes)
    world.engine.sees = seen(sentiment=Sentiment.AT_RISK)
    world.customer_writes(id, row["body"])
    world.clock.forward(days=3)
    world.scan()

    after = world.state(id)
    assert (after.version, after.clock, after.due, after.solved_at) == (
        before.version,
        before.clock,
        None,
        before.solved_at,
    )
    assert after.reopened_at is None
    assert len(world.engine.read) == 1
    assert len(world.desk.writes) == written
    assert world.alerts.sent == []
    assert world.ticket(id).messages[-1].text == row["body"]


@pytest.mark.parametrize("row", SPAM, ids=lambda row: row["id"])
def test_spam_from_a_stranger_stays_on_the_desk_and_starts_nothing(world, row):
    stranger = Customer(id="99", email="offers@bulk.example")
    id = world.desk.open_ticket(row["body"], subject=row["subject"], channel="email", customer=stranger)

    assert world.take_in(world.event(id)) is Taken.UPDATED
    world.clock.forward(days=3)
    world.scan()
    assert (world.state(id).clock, world.state(id).due, world.state(id).started) == (None, None, None)
    assert world.engine.read == []
    assert world.desk.writes == []
    assert world.alerts.sent == []
    # A word of the same person that is no offer is a request.
    world.customer_writes(id, "Sorry for that mail. How do I export a board?")
    assert world.state(id).started is not None
