"""What `firstline explain` says of a ticket: clocks, place and person, each with its reason."""

from __future__ import annotations

from datetime import timedelta

from cli.explain import _say, reason_of
from tests.unit.functions.test_sla_scan import WARNS


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

    _say(told)
    said = " ".join(capsys.readouterr().out.split())
    assert "its last warning has passed" in said
    assert "240 min" in said
