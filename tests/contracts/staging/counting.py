"""Counting the requests that a connector makes of the sandbox's face."""

from __future__ import annotations

from tests.contracts.staging.sandboxed import Sandboxed


def requests(staged: Sandboxed) -> dict[str, int]:
    """The requests so far, by method and path."""
    return dict(staged.sandbox.control("GET", "/report")["faces"][staged.name]["requests"])


def added(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """Those that came between two looks."""
    return {name: count - before.get(name, 0) for name, count in after.items() if count != before.get(name, 0)}
