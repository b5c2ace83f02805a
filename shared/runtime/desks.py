"""Which desks this deployment speaks to, connected once and kept while the policy stays the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import Any, Protocol, Self

from shared.adapters.dynamodb.budget import DynamoBudget
from shared.adapters.secretsmanager.secrets import SecretReader
from shared.domain.errors import DeskRefused
from shared.ports.books import PolicyStore
from shared.ports.desk import Budget, HelpDesk

_FRESH_SECONDS = 300.0


class Connect(Protocol):
    """Makes a desk without calling it."""

    def __call__(self, secret: Mapping[str, Any], groups: Mapping[str, str], budget: Budget | None = None) -> HelpDesk:
        """The desk.

        Args:
            secret: what the set-up stored.
            groups: the policy's queues by their group's name on the desk.
            budget: our share of the desk's limits.
        """
        ...


def _by(place: str) -> Connect:
    """The `connect` of a class that is imported when it is first needed."""

    def connect(secret: Mapping[str, Any], groups: Mapping[str, str], budget: Budget | None = None) -> HelpDesk:
        module, _, kind = place.partition(":")
        desk: HelpDesk = getattr(import_module(module), kind).connect(secret=secret, groups=groups, budget=budget)
        return desk

    return connect


CONNECT: dict[str, Connect] = {
    "zendesk": _by("shared.adapters.zendesk.desk:ZendeskDesk"),
    "freshdesk": _by("shared.adapters.freshdesk.desk:FreshdeskDesk"),
    "helpscout": _by("shared.adapters.helpscout.desk:HelpScoutDesk"),
    "intercom": _by("shared.adapters.intercom.desk:IntercomDesk"),
    "requesttracker": _by("shared.adapters.requesttracker.desk:RequestTrackerDesk"),
}
"""Every desk there is. A class answers `connect(*, secret, groups, budget)` and calls nobody while it does."""


class Desks:
    """The connected desks by name.

    A desk is connected anew every five minutes, so that a rotated secret or a changed policy is picked
    up without a deployment, and a token is not asked for on each event.
    """

    def __init__(
        self,
        read_secret: Callable[[str], Mapping[str, Any]],
        policies: PolicyStore,
        *,
        prefix: str,
        budget: Callable[[str, Mapping[str, float]], Budget] | None = None,
        connect: Mapping[str, Connect] | None = None,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read_secret = read_secret
        self._policies = policies
        self._prefix = prefix
        self._budget = budget
        self._connect = CONNECT if connect is None else connect
        self._ticks = ticks
        self._kept: dict[str, tuple[float, HelpDesk]] = {}

    @classmethod
    def connect(cls, table: str, prefix: str, policies: PolicyStore) -> Self:
        """The desks of a deployment, their limits counted in its table."""
        return cls(SecretReader.connect().read, policies, prefix=prefix, budget=partial(DynamoBudget.connect, table))

    def _share(self, name: str, secret: Mapping[str, Any]) -> Budget | None:
        """Our share of what the desk allows, where its set-up could tell the limits."""
        limits = secret.get("limits")
        if self._budget is None or not isinstance(limits, dict):
            return None
        return self._budget(name, {lane: float(most) for lane, most in limits.items() if most})

    def __call__(self, name: str) -> HelpDesk:
        """The desk of a name.

        Raises:
            DeskRefused: no such desk is connected, or its secret is incomplete.
        """
        kept = self._kept.get(name)
        if kept is not None and self._ticks() - kept[0] < _FRESH_SECONDS:
            return kept[1]
        if name not in self._connect:
            raise DeskRefused(f"no desk '{name}' is connected; known: {', '.join(sorted(self._connect))}", status=0)
        policy = self._policies.get(self._policies.current())
        groups = {queue.group: queue.id for queue in policy.queues}
        secret = self._read_secret(f"{self._prefix}/{name}/api")
        desk = self._connect[name](secret, groups, self._share(name, secret))
        self._kept[name] = (self._ticks(), desk)
        return desk
