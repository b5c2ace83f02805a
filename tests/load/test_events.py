"""Each desk in bad weather: webhooks doubled and late, requests refused, failed and lost, people editing meanwhile."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.playbook import load_playbook
from sandbox.running import RunningSandbox, running_sandbox
from sandbox.settings import Settings
from shared.adapters.dynamodb.budget import DynamoBudget
from shared.runtime.desks import CONNECT
from tests.contracts.staging.registry import ON_SANDBOX
from tests.contracts.staging.staged import QUEUES
from tests.fakes.counting import Counting
from tests.load.chain import Chain, Serial
from tests.load.weather import play

pytestmark = [pytest.mark.integration, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]
SCALE = 20
"""The desk's limits are wider and the chain's waits shorter by this factor."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox(Settings(export_lag=0, retry_delays=(0.1, 0.2, 0.4))) as running:
        yield running


@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("desk", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in ON_SANDBOX])
def test_of_a_day_in_bad_weather_nothing_is_lost_doubled_or_overwritten(sandbox: RunningSandbox, desk: str):
    rules = load_playbook(ROOT / "playbook", today=datetime.now(UTC).date()).policy
    with ON_SANDBOX[desk].on(sandbox) as staged:
        limits = {lane: most * SCALE for lane, most in staged.api.get("limits", {}).items()}
        limited = sandbox.desk.faces[desk].limits
        limited.change(**{name: most * SCALE for name, most in limited.told().items() if most})
        # The table that our share is counted in is one that threads take turns at.
        staged.desk = CONNECT[desk](staged.api, QUEUES, DynamoBudget(Serial(Counting()), desk, limits))
        chain = Chain(rules, staged, scale=SCALE)
        outcome = play(chain, staged, events=int(os.environ.get("FIRSTLINE_EVENTS", "60")), seed=1)
        limited.restore()
    if told := os.environ.get("FIRSTLINE_EVENTS_TOLD"):
        with Path(told).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(outcome.row()) + "\n")
    assert (outcome.lost, outcome.doubled, outcome.overwritten, outcome.parked) == ([], [], [], 0)
    assert outcome.public == outcome.refused_by_limit == 0
