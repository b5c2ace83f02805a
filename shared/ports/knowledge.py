"""The port to approved answers that may fit a request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from shared.domain.choosing import Found
from shared.domain.gaps import Nearest
from shared.domain.record import Record
from shared.domain.resolution import Resolution
from shared.ports.desk import Article


class Match(Record):
    """A resolution and how well it fits a request, 0 to 1.

    Attributes:
        rival: the best fit of a sentence that the resolution says it is not for, on the same scale.
        against: that sentence, where the search can name it.
        meant: the sentence that it answers which comes nearest, likewise.
    """

    resolution: Resolution
    fit: float
    rival: float = 0.0
    against: str = ""
    meant: str = ""

    def as_found(self) -> Found:
        """As the rules that choose among answers take it."""
        return Found(resolution=self.resolution, fit=self.fit, rival=self.rival, against=self.against, meant=self.meant)


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


FITS_AT = 0.5
"""An article's fit from which it counts as an answer; below it nothing fits."""


class ArticleMatch(Record):
    """A help-centre article and how well it answers a question, 0 to 1."""

    id: str
    title: str
    language: str
    link: str
    fit: float

    @property
    def fits(self) -> bool:
        """Whether it counts as an answer."""
        return self.fit >= FITS_AT

    def as_nearest(self) -> Nearest:
        """As the report's gaps name it."""
        return Nearest(id=self.id, title=self.title, link=self.link, fit=self.fit, answers=self.fits)


class IndexedArticles(Record):
    """What an index of articles holds: its version, and how many articles came, changed or went."""

    sha: str
    articles: int
    changed: int
    removed: int


class Articles(Protocol):
    """Finds help-centre articles. Raises `StoreUnavailable` when the index cannot be read."""

    def search_articles(self, text: str, *, language: str, limit: int = 3) -> list[ArticleMatch]:
        """Articles in a language, best first; empty when there are none."""
        ...


class ArticleIndex(Protocol):
    """Builds what `Articles` searches."""

    def rebuild_articles(self, articles: Iterable[Article]) -> IndexedArticles:
        """Index articles and swap the new index in at once. What did not change is not embedded again."""
        ...
