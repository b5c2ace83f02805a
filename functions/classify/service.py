"""Reading a version: the engine's observations, stored for the rules."""

from __future__ import annotations

from enum import StrEnum

from shared.domain.errors import StoredItemCorrupt
from shared.domain.ticket import VersionRef
from shared.ports.store import TicketStore
from shared.ports.triage import TriageEngine


class Classified(StrEnum):
    """What classify did."""

    OBSERVED = "observed"
    SUPERSEDED = "superseded"


def classify(ref: VersionRef, *, tickets: TicketStore, engine: TriageEngine) -> Classified:
    """Store what the engine sees in a version. Repeating it stores the same again.

    Raises:
        EngineUnavailable: the artifact cannot be used; route then decides without observations.
        StoredItemCorrupt: the version's text is gone.
    """
    state = tickets.get(ref.key)
    if state is None or state.version != ref.version:
        return Classified.SUPERSEDED
    text = tickets.text(ref.key, ref.version)
    if text is None:
        raise StoredItemCorrupt(f"no text is stored for version {ref.version} of {ref.key}")
    tickets.put_observations(ref.key, ref.version, engine.observe(text.request))
    return Classified.OBSERVED
