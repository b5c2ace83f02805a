"""A grouping that needs no arithmetic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from shared.domain.topics import SMALLEST, Asked


class BySameTerms:
    """`TopicFinder` by equal terms."""

    def group(self, asked: Sequence[Asked]) -> SameTerms:
        """Group requests that have the same terms."""
        return SameTerms(asked)


class SameTerms:
    """Requests with the same terms."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        counts = Counter(one.terms for one in asked)
        kept = sorted((terms for terms, count in counts.items() if count >= SMALLEST), key=sorted)
        self._numbers = {terms: number for number, terms in enumerate(kept)}
        self.labels = tuple(self.place(asked))
        self.families = {number: number for number in self._numbers.values()}

    def place(self, asked: Sequence[Asked]) -> list[int | None]:
        """The groups that later requests belong to."""
        return [self._numbers.get(one.terms) for one in asked]
