"""Which desk answers to a name: connected once, and again before long, so that a new secret is picked up."""

from __future__ import annotations

import pytest

from shared.domain.errors import DeskRefused, PolicyInvalid, StoredItemCorrupt
from shared.runtime.desks import Desks
from tests.fakes.delivery import InMemorySecrets
from tests.fakes.desk import InMemoryDesk
from tests.fakes.stores import InMemoryPolicyStore
from tests.unit.domain.samples import policy


class Deployment:
    """A desk's secret, a policy, and a watch."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.secrets = InMemorySecrets({"firstline/zendesk/api": {"client_secret": "old"}})
        self.policies = InMemoryPolicyStore()
        self.policies.publish(policy())
        self.connected: list[tuple[str, dict[str, str]]] = []
        self.desks = Desks(
            self.secrets.read,
            self.policies,
            prefix="firstline",
            connect={"zendesk": self._connect},
            ticks=lambda: self.seconds,
        )

    def _connect(self, secret, groups, budget=None):
        self.connected.append((secret["client_secret"], dict(groups)))
        return InMemoryDesk()


@pytest.fixture
def deployment() -> Deployment:
    return Deployment()


def test_a_desk_is_connected_once_and_kept(deployment):
    first = deployment.desks("zendesk")
    deployment.seconds = 299

    assert deployment.desks("zendesk") is first
    groups = {"Billing": "billing", "Care": "care", "Front desk": "front_desk"}
    assert deployment.connected == [("old", groups)]


def test_a_rotated_secret_is_picked_up_within_five_minutes(deployment):
    deployment.desks("zendesk")
    deployment.secrets.secrets["firstline/zendesk/api"] = {"client_secret": "new"}
    deployment.seconds = 300
    deployment.desks("zendesk")

    assert [secret for secret, _ in deployment.connected] == ["old", "new"]


def test_an_unknown_desk_says_which_are_known(deployment):
    with pytest.raises(DeskRefused, match="known: zendesk"):
        deployment.desks("intercom")


def test_what_is_missing_is_said_and_tried_again_the_next_time(deployment):
    secrets, deployment.secrets.secrets = deployment.secrets.secrets, {}
    with pytest.raises(StoredItemCorrupt):
        deployment.desks("zendesk")
    deployment.secrets.secrets = secrets
    deployment.policies.fail_with = PolicyInvalid("none was published")
    with pytest.raises(PolicyInvalid):
        deployment.desks("zendesk")
    deployment.policies.fail_with = None

    assert deployment.desks("zendesk").name == "zendesk"
