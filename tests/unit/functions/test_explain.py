"""What `firstline explain` says of a ticket: clocks, place and person, each with its reason."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cli import explain
from cli.explain import _say, reason_of
from cli.local.sidebar import beside
from shared.domain.ticket import DeskClock, Stands, Target
from tests.unit.functions.test_sla_scan import WARNS


@pytest.fixture(autouse=True)
def _at_the_worlds_time(world, monkeypatch):
    """What is explained is explained as of the world's clock."""
    monkeypatch.setattr(explain, "now", world.clock)


def test_clocks_place_and_person_are_told_with_their_reasons(world, capsys):
    id = world.arrives()
    world.triage(id)
    world.clock.now = WARNS + timedelta(minutes=1)
    world.scan()

    told = reason_of(world.key(id), world)
    assert told["replay"] == "same"
    assert told["rank"]["reasons"][0] == "top: its last warning has passed"
    assert told["decision"]["rank_reasons"][0] == "in the order of deadlines"
    assert told["decision"]["agent_reasons"][-1] == "carries 0 of 10000, was given 0 this week"
    [clock] = told["clocks"]
    assert (clock["target"], clock["minutes"], clock["fired"]) == ("first_response", 240, ["warning"])
    assert [stage["stage"] for stage in told["stages"]] == ["warning"]

    assert clock["used_minutes"] == 181
    assert [(one["name"], one["recorded"]) for one in clock["stages"]] == [("warning", True), ("breach", False)]
    assert told["desk_sla"] == {"told": [], "differences": []}

    _say(told)
    said = " ".join(capsys.readouterr().out.split())
    assert "its last warning has passed" in said
    assert "240 min" in said


def test_beside_a_ticket_stands_why_and_none_of_the_customers_words(world):
    id = world.arrives("Where are my unmistakable words?")
    world.triage(id)
    told = beside(world.key(id), world)
    assert [one["target"] for one in told["clocks"]] == ["first_response"]
    assert told["rank"]["reasons"] == told["decided"]["rank_reasons"]
    assert "unmistakable" not in str(told)
    assert beside(world.key("404"), world) is None


def test_a_difference_to_the_desks_own_sla_is_told_and_stands_in_the_alert(world, capsys):
    theirs = DeskClock(
        target=Target.FIRST_RESPONSE,
        metric="first_reply_time",
        stands=Stands.RUNNING,
        due_at=WARNS + timedelta(hours=3),
    )
    id = world.arrives()
    world.triage(id)
    world.desk.counts(id, theirs)
    world.clock.now = WARNS
    world.scan()

    [difference] = reason_of(world.key(id), world)["desk_sla"]["differences"]
    assert difference["minutes"] == 120
    _say(reason_of(world.key(id), world))
    said = "The desk's own SLA differs: first response (first_reply_time on the desk): due"
    assert said in " ".join(capsys.readouterr().out.split())
    assert any(line.startswith(said) for line in world.alerts.sent[-1].lines)
