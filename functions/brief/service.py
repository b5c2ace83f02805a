"""Preparing a briefing for the person who answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from shared.domain.briefing import brief as compose
from shared.domain.errors import StoredItemCorrupt
from shared.domain.ticket import Customer, VersionRef
from shared.ports.store import TicketStore


class Briefed(StrEnum):
    """What brief did."""

    BRIEFED = "briefed"
    SUPERSEDED = "superseded"


def brief(ref: VersionRef, *, no_draft: str | None, tickets: TicketStore, clock: Callable[[], datetime]) -> Briefed:
    """Store the briefing on a version. Repeating it replaces the same briefing.

    Args:
        no_draft: why draft had nothing to offer, if it was asked.

    Raises:
        StoredItemCorrupt: the version was never decided.
    """
    state = tickets.get(ref.key)
    if state is None or state.version != ref.version:
        return Briefed.SUPERSEDED
    decision = tickets.decision(ref.key, ref.version)
    if decision is None:
        raise StoredItemCorrupt(f"no decision is stored for version {ref.version} of {ref.key}")
    text = tickets.text(ref.key, ref.version)
    customer = text.customer if text else Customer(id="")
    earlier = text.earlier if text else ()
    briefing = compose(decision, customer, earlier, no_draft=no_draft, made_at=clock())
    tickets.put_briefing(ref.key, ref.version, briefing)
    return Briefed.BRIEFED
