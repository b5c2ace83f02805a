"""Which desks this deployment speaks to, connected once and kept while the policy stays the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from shared.domain.errors import DeskRefused
from shared.ports.desk import HelpDesk
from shared.ports.store import PolicyStore

_FRESH_SECONDS = 300.0
Connect = Callable[[Mapping[str, Any], Mapping[str, str]], HelpDesk]
"""Takes a desk's secret and the policy's queues by their group's name on the desk."""


def _by(place: str) -> Connect:
    """The `connect` of a class that is imported when it is first needed."""

    def connect(secret: Mapping[str, Any], groups: Mapping[str, str]) -> HelpDesk:
        module, _, kind = place.partition(":")
        desk: HelpDesk = getattr(import_module(module), kind).connect(secret=secret, groups=groups)
        return desk

    return connect


CONNECT: dict[str, Connect] = {
    "zendesk": _by("shared.adapters.zendesk.desk:ZendeskDesk"),
    "helpscout": _by("shared.adapters.helpscout.desk:HelpScoutDesk"),
}
"""Every desk there is. A class answers `connect(*, secret, groups)` and calls nobody while it does."""


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
        connect: Mapping[str, Connect] | None = None,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read_secret = read_secret
        self._policies = policies
        self._prefix = prefix
        self._connect = CONNECT if connect is None else connect
        self._ticks = ticks
        self._kept: dict[str, tuple[float, HelpDesk]] = {}

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
        desk = self._connect[name](self._read_secret(f"{self._prefix}/{name}/api"), groups)
        self._kept[name] = (self._ticks(), desk)
        return desk
