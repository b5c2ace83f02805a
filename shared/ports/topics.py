"""The port to whatever groups requests that ask the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from shared.domain.topics import Asked


class Grouping(Protocol):
    """Requests in groups. A group is a number; None is a request that is like no other."""

    @property
    def labels(self) -> tuple[int | None, ...]:
        """The group of each request that was grouped, in their order."""
        ...

    def place(self, asked: Sequence[Asked]) -> list[int | None]:
        """The groups that later requests belong to."""
        ...

    def nearest(self, centres: Sequence[Asked], among: Sequence[Asked], most: int) -> list[list[int]]:
        """For each request the places of those in `among` that ask what is most like it, the nearest first.

        A request that is in `among` itself is its own nearest.
        """
        ...


class TopicFinder(Protocol):
    """Groups requests. The same requests in the same order give the same groups."""

    def group(self, asked: Sequence[Asked]) -> Grouping:
        """Group requests by what they ask."""
        ...
