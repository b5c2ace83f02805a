"""The port to the help centre's articles, as far as a report needs it: which one comes nearest to a question."""

from __future__ import annotations

from typing import Protocol

from shared.domain.gaps import Nearest


class ArticleFinder(Protocol):
    """Finds the article that comes nearest to a question. May raise `StoreUnavailable`."""

    def nearest(self, question: str, *, language: str) -> Nearest | None:
        """The nearest article in a language, and whether it answers; None where there is no article at all."""
        ...
