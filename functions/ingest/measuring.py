"""What became of a draft, measured when an agent answers, and where the boundary should have held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from shared.domain.boundary import Owner
from shared.domain.draft_use import MISSED_TAG, Sent, compared
from shared.domain.facts import Fact, FactKind
from shared.domain.ticket import DeskTicket, TicketState
from shared.ports.store import DraftStore

Clean = Callable[[str, str], str]
Facts = tuple[Fact, ...]


def measured(
    before: TicketState | None, ticket: DeskTicket, facts: Facts, drafts: DraftStore, clean: Clean, now: datetime
) -> Facts:
    """The facts of an intake, with what became of the draft that stands on the desk.

    Safe to repeat: the same look at a ticket gives the same facts.
    """
    if before is None or before.noted is None or before.owner != Owner.AGENT_WITH_DRAFT:
        return facts
    found = _measure(before, ticket, drafts, clean)

    def told(kind: FactKind, at: datetime, **detail: str) -> Fact:
        return Fact(kind=kind, key=ticket.key, at=at, recorded_at=now, detail=detail)

    more = []
    if found is not None:
        resolution, sent = found
        facts = tuple(_with_use(fact, sent) for fact in facts)
        distance = f"{sent.distance:.4f}"
        more.append(told(FactKind.DRAFT_USED, sent.at, resolution=resolution, use=sent.use.value, distance=distance))
    if MISSED_TAG in ticket.tags and MISSED_TAG not in before.tags:
        resolution = found[0] if found else ""
        more.append(told(FactKind.BOUNDARY_MISSED, ticket.updated_at, found_by="agent", resolution=resolution))
    return (*facts, *more)


def _measure(before: TicketState, ticket: DeskTicket, drafts: DraftStore, clean: Clean) -> tuple[str, Sent] | None:
    """The resolution and what was sent in the draft's place, once an agent has answered the version it was made for."""
    version = before.noted or ""
    asked = next((message for message in ticket.messages if message.id == version), None)
    answer = ticket.answered_after(asked) if asked else None
    if answer is None:
        return None
    draft = drafts.get(before.key, version)
    if draft is None:
        return None
    if draft.sent is not None:
        return draft.resolution, draft.sent
    sent = compared(draft.text, clean(answer.text, ticket.channel), at=answer.at)
    drafts.put(before.key, version, draft.model_copy(update={"sent": sent}))
    return draft.resolution, sent


def _with_use(fact: Fact, sent: Sent) -> Fact:
    if fact.kind is not FactKind.FIRST_RESPONSE:
        return fact
    return fact.model_copy(update={"detail": {**fact.detail, "used_draft": sent.use.value}})
