"""The demo's team: whatever the hour, most tickets of the story find a person."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.demo.story import read_lines
from cli.playbook import read_playbook
from shared.domain.assignment import Load, Wanted, choose

PLAYBOOK = Path(__file__).resolve().parents[2] / "playbook"
WEDNESDAY, SUNDAY = datetime(2026, 11, 25, tzinfo=UTC), datetime(2026, 11, 29, tzinfo=UTC)


@pytest.mark.parametrize(
    "day", [WEDNESDAY, SUNDAY, WEDNESDAY - timedelta(days=120)], ids=["weekday", "sunday", "summer"]
)
def test_at_any_hour_four_of_five_tickets_of_the_story_find_somebody(day):
    policy = read_playbook(PLAYBOOK, today=day.date()).playbook.policy
    queues = {category: queue.id for queue in policy.queues for category in queue.categories}
    asked = [queues[one["expect"]["category"]] for one in read_lines("requests.jsonl") if "category" in one["expect"]]
    for hour in range(24):
        found = _given_out(asked, policy, day + timedelta(hours=hour))
        assert found.total() >= 0.8 * len(asked), f"at {hour}:00 UTC only {found.total()} of {len(asked)}"


def _given_out(asked, policy, now):
    carries = Counter()
    for queue in asked:
        loads = {agent: Load(tickets=count, week=count) for agent, count in carries.items()}
        choice = choose(Wanted(queue=queue, language="en"), policy.agents, loads, policy.routing, now=now)
        if choice.agent:
            carries[choice.agent] += 1
    return carries
