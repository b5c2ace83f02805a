"""The port to approved answers that may fit a request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from shared.domain.record import Record
from shared.domain.resolution import Resolution


class Match(Record):
    """A resolution and how well it fits a request, 0 to 1; `rival` is the best fit of a `not_for` sentence."""

    resolution: Resolution
    fit: float
    rival: float = 0.0


class Knowledge(Protocol):
    """Finds approved answers. Raises `StoreUnavailable` when the index cannot be read."""

    def search(self, text: str, *, language: str, limit: int = 5) -> list[Match]:
        """Resolutions in a language, best fit first; empty when there are none."""
        ...


class KnowledgeIndex(Protocol):
    """Builds what `Knowledge` searches."""

    def rebuild(self, resolutions: Iterable[Resolution]) -> str:
        """Index resolutions, swap the new index in at once, and answer its sha256."""
        ...
