"""What became of a draft, measured when an agent answers, and where the boundary should have held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.boundary import Owner
from shared.domain.draft_use import MISSED_TAG, NEEDLESS_TAG, Sent, compared, told_apart
from shared.domain.facts import Fact, FactKind
from shared.domain.resolution import Draft
from shared.domain.ticket import DeskTicket, Message
from shared.domain.ticket_state import TicketState
from shared.ports.redactor import Redactor
from shared.ports.store import DraftStore, TicketStore

Clean = Callable[[str, str], str]
Facts = tuple[Fact, ...]


@dataclass(frozen=True)
class Reading:
    """What a reply is read with.

    Attributes:
        staff: the team's names: a signature is no wording.
    """

    drafts: DraftStore
    tickets: TicketStore
    clean: Clean
    redactor: Redactor
    staff: tuple[str, ...]


def measured(before: TicketState | None, ticket: DeskTicket, facts: Facts, reading: Reading, now: datetime) -> Facts:
    """The facts of an intake, with what became of the draft that stands on the desk.

    Safe to repeat: the same look at a ticket gives the same facts.
    """
    if before is None or before.noted is None:
        return facts
    if before.owner != Owner.AGENT_WITH_DRAFT:
        return (*facts, *_needless(before, ticket, now))
    found = _measure(before, ticket, reading)

    def told(kind: FactKind, at: datetime, **detail: str) -> Fact:
        return Fact(kind=kind, key=ticket.key, at=at, recorded_at=now, detail=detail)

    more = []
    if found is not None:
        resolution, sent = found
        facts = tuple(_with_use(fact, sent) for fact in facts)
        detail = {"use": sent.use.value, "distance": f"{sent.distance:.4f}", "version": before.noted}
        more.append(told(FactKind.DRAFT_USED, sent.at, resolution=resolution, **detail))
    if MISSED_TAG in ticket.tags and MISSED_TAG not in before.tags:
        resolution = found[0] if found else ""
        more.append(told(FactKind.BOUNDARY_MISSED, ticket.updated_at, found_by="agent", resolution=resolution))
    return (*facts, *more)


def _needless(before: TicketState, ticket: DeskTicket, now: datetime) -> Facts:
    """An agent's word that a rule kept a ticket from its draft for nothing."""
    if NEEDLESS_TAG not in ticket.tags or NEEDLESS_TAG in before.tags:
        return ()
    at, detail = ticket.updated_at, {"found_by": "agent"}
    return (Fact(kind=FactKind.BRIEFING_NEEDLESS, key=ticket.key, at=at, recorded_at=now, detail=detail),)


def _measure(before: TicketState, ticket: DeskTicket, reading: Reading) -> tuple[str, Sent] | None:
    """The resolution and what was sent in the draft's place, once an agent has answered the version it was made for."""
    version = before.noted or ""
    asked = next((message for message in ticket.messages if message.id == version), None)
    answer = ticket.answered_after(asked) if asked else None
    if answer is None:
        return None
    draft = reading.drafts.get(before.key, version)
    if draft is None:
        return None
    if draft.sent is not None:
        return draft.resolution, draft.sent
    sent = _compare(draft, answer, version, ticket, reading)
    reading.drafts.put(before.key, version, draft.model_copy(update={"sent": sent}))
    return draft.resolution, sent


def _compare(draft: Draft, answer: Message, version: str, ticket: DeskTicket, reading: Reading) -> Sent:
    """The reply beside the draft; of what was put in, only what names nobody is kept."""
    text = reading.tickets.text(ticket.key, version)
    customer = text.customer if text else ticket.customer
    names = tuple(filter(None, (customer.name, customer.company, ticket.customer.name, *reading.staff)))

    def personal(sentence: str) -> bool:
        # Those with figures are gone before: nothing here needs the library that knows telephone numbers.
        return bool(reading.redactor.redact(sentence, names=names).originals)

    # Both cleaned: a mail's closing is taken off, whoever wrote it, and a signature is no edit.
    told, said = (reading.clean(one, ticket.channel) for one in (draft.text, answer.text))
    return compared(told, said, at=answer.at, whose=told_apart(customer), personal=personal)


def _with_use(fact: Fact, sent: Sent) -> Fact:
    if fact.kind is not FactKind.FIRST_RESPONSE:
        return fact
    return fact.model_copy(update={"detail": {**fact.detail, "used_draft": sent.use.value}})
