"""A writer of drafts that says what the test tells it to."""

from __future__ import annotations

from collections.abc import Callable

from shared.domain.observation import Outcome, ReaderVersion, Usage
from shared.domain.wording import Assignment, Paragraph
from shared.ports.draft_writer import Written

USED = Usage(input_tokens=1000, output_tokens=100)
Says = Outcome | tuple[Paragraph, ...] | Callable[[Assignment], tuple[Paragraph, ...]]


class ScriptedWriter:
    """Words every assignment alike, or as a function of it; remembers what it was given."""

    version = ReaderVersion(model="stub", instructions="scripted", sha256="0" * 64)

    def __init__(self, says: Says, usage: Usage | None = USED) -> None:
        self.says = says
        self.usage = usage
        self.given: list[tuple[Assignment, tuple[str, ...]]] = []

    def most(self, assignment: Assignment) -> Usage:
        """Ten times what it uses."""
        return Usage(input_tokens=10_000, output_tokens=1000)

    def write(self, assignment: Assignment, *, names: tuple[str, ...] = ()) -> Written:
        """The scripted wording."""
        self.given.append((assignment, names))
        if isinstance(self.says, Outcome):
            return Written(outcome=self.says, usage=self.usage)
        said = self.says(assignment) if callable(self.says) else self.says
        return Written(outcome=Outcome.ANSWERED, paragraphs=said, usage=self.usage)


def as_approved(assignment: Assignment) -> tuple[Paragraph, ...]:
    """The approved wording itself, paragraph by paragraph, each with its source."""
    return tuple(
        Paragraph(text=part, sources=(source.id,))
        for source in assignment.sources
        if source.approved
        for part in source.text.split("\n\n")
    )
