"""The port behind which every triage engine stands."""

from __future__ import annotations

from typing import Protocol

from shared.domain.observation import EngineVersion, Observations, Request


class TriageEngine(Protocol):
    """Reads a request and says what it sees."""

    @property
    def version(self) -> EngineVersion:
        """The engine's name and the SHA-256 of its artifact."""
        ...

    def observe(self, request: Request) -> Observations:
        """Read one request.

        Never refuses a text: an empty one, or one without words, comes back with language `und`
        and `readable=False`, which the rules turn into "undecidable".

        Raises:
            EngineUnavailable: the artifact is missing, corrupt, or of another format.
        """
        ...
