"""A second reader that says what the test tells it to."""

from __future__ import annotations

from shared.domain.observation import Answer, Outcome, ReaderVersion, Request, Usage
from shared.ports.second_reader import Heard

USED = Usage(input_tokens=1000, output_tokens=100)


class ScriptedReader:
    """Answers every request alike, and remembers what it was asked."""

    version = ReaderVersion(model="stub", instructions="scripted", sha256="0" * 64)

    def __init__(self, says: Answer | Outcome, usage: Usage | None = USED) -> None:
        self.says = says
        self.usage = usage
        self.asked: list[tuple[Request, tuple[str, ...]]] = []

    def most(self, request: Request) -> Usage:
        """Ten times what it uses."""
        return Usage(input_tokens=10_000, output_tokens=1000)

    def read(self, request: Request, *, names: tuple[str, ...] = ()) -> Heard:
        """The scripted answer."""
        self.asked.append((request, names))
        if isinstance(self.says, Outcome):
            return Heard(outcome=self.says, usage=self.usage)
        return Heard(outcome=Outcome.ANSWERED, answer=self.says, usage=self.usage)
