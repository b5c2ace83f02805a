"""What the set-up learns of an account's limits."""

from __future__ import annotations

import pytest

from cli.desks.registry import SETUPS
from sandbox.running import running_sandbox
from sandbox.settings import PLANS, Settings

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    ("plan", "limits"),
    [
        ("enterprise", {"requests": 700, "updates": 100, "exports": 10}),
        ("high_volume", {"requests": 2500, "updates": 300, "exports": 30}),
    ],
)
def test_connecting_learns_the_limits_of_the_account_though_no_answer_tells_that_of_updates(plan, limits):
    with running_sandbox(Settings(limits=PLANS[plan], export_lag=0)) as running:
        login = running.desk.faces["zendesk"].login() | {"base_url": running.zendesk}
        connected = SETUPS["zendesk"].connect(login, "http://127.0.0.1:9/webhooks/zendesk")
    assert connected.api["limits"] == limits
