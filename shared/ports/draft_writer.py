"""The ports around a language model that words drafts: who writes, and the texts of articles it may rest on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from shared.domain.observation import Outcome, ReaderVersion, Usage
from shared.domain.record import Record
from shared.domain.wording import Assignment, Paragraph, SourceText


class Written(Record):
    """What came of asking for a wording.

    Attributes:
        paragraphs: only where the outcome is `answered`; the customer's own data stand in them again, facts do not yet.
        usage: None where a try may have been charged and nobody said how much.
    """

    outcome: Outcome
    paragraphs: tuple[Paragraph, ...] = ()
    usage: Usage | None = Usage()


class DraftWriter(Protocol):
    """Words a draft from its sources. Personal data is taken out of the request before it leaves us."""

    @property
    def version(self) -> ReaderVersion:
        """The model and the instructions it is given."""
        ...

    def most(self, assignment: Assignment) -> Usage:
        """The most that a wording may use, over all its tries."""
        ...

    def write(self, assignment: Assignment, *, names: tuple[str, ...] = ()) -> Written:
        """Word one draft. Raises nothing of its own: every failure is an outcome.

        Args:
            names: names of the customer, to be taken out of the request.
        """
        ...


class ArticleTexts(Protocol):
    """The texts of help-centre articles. Raises `StoreUnavailable` when they cannot be read."""

    def texts_of(self, ids: Iterable[str]) -> list[SourceText]:
        """The articles of these ids that are known, as sources that are not approved."""
        ...
