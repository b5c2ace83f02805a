"""A grouping that needs no arithmetic."""

from __future__ import annotations

import zlib
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

    def place(self, asked: Sequence[Asked]) -> list[int | None]:
        """The groups that later requests belong to."""
        return [self._numbers.get(one.terms) for one in asked]

    def nearest(self, centres: Sequence[Asked], among: Sequence[Asked], most: int) -> list[list[int]]:
        """Those with the same terms, the request itself first."""
        return [
            sorted(
                (place for place, one in enumerate(among) if one.terms == centre.terms),
                key=lambda place: (among[place].key != centre.key, zlib.crc32(str(among[place].key).encode())),
            )[:most]
            for centre in centres
        ]
