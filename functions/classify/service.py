"""Reading a version: what the engine sees, and a second reader where it is in doubt, stored for the rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from functions.classify.second import SecondOpinion, doubt_about, observe_in_doubt
from shared.domain.alike import defect_fact, fault_terms
from shared.domain.errors import StoredItemCorrupt
from shared.domain.facts import Fact
from shared.domain.observation import Observations, Request, ServiceFailure
from shared.domain.own_words import of_the_fault
from shared.domain.suspicion import read_honestly
from shared.domain.ticket import VersionRef
from shared.domain.ticket_state import TicketState
from shared.domain.topics import read_fact
from shared.ports.books import FactLog
from shared.ports.store import TicketStore
from shared.ports.triage import TriageEngine


class Classified(StrEnum):
    """What classify did."""

    OBSERVED = "observed"
    SUPERSEDED = "superseded"


def classify(
    ref: VersionRef,
    *,
    tickets: TicketStore,
    engine: TriageEngine,
    facts: FactLog,
    clock: Callable[[], datetime],
    second: SecondOpinion | None = None,
) -> Classified:
    """Store what the models see in a version. Repeating it changes nothing, and asks nobody a second time.

    Args:
        second: whom to ask where the engine is in doubt; whatever becomes of that, the version is read.

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
    seen = read_honestly(text.request, engine.observe)
    if seen.embedding:
        words = text.request.words
        at = state.version_at or state.created_at
        facts.record([read_fact(ref.key, at, text=words, seen=seen, now=clock())])
    if seen.service_failure.label is ServiceFailure.PRODUCT_DEFECT:
        facts.record([_defect(ref, state, text.request, seen, clock())])
    doubt = doubt_about(seen, ref, second.policies) if second else None
    if second and doubt:
        observe_in_doubt(seen, doubt, ref, text, tickets, second)
    else:
        tickets.put_observations(ref.key, ref.version, seen)
    return Classified.OBSERVED


def _defect(ref: VersionRef, state: TicketState, request: Request, seen: Observations, now: datetime) -> Fact:
    """That a fault was reported, by which `brief` counts how many others report it."""
    terms = fault_terms(of_the_fault(request, seen), seen.language.code)
    at = state.version_at or state.created_at
    return defect_fact(ref.key, at, terms=terms, customer=state.customer_id, now=now)
