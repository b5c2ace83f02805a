"""Taking in an event: fetch the ticket, fold it into our state, start triage of a new version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from shared.domain.errors import StoreConflict, TicketGone
from shared.domain.events import RawEvent
from shared.domain.intake import Intake, gone, request_of, take_in, waiting_messages
from shared.domain.policy import Policy
from shared.domain.ticket import DeskTicket, TicketKey, TicketState
from shared.ports.delivery import Workflow
from shared.ports.desk import HelpDesk
from shared.ports.store import FactLog, LoadBook, PolicyStore, TicketStore, VersionText, amend

Clean = Callable[[str, str], str]
"""Takes a message's text and the ticket's channel; answers the customer's own words."""

_ATTEMPTS = 5


class Taken(StrEnum):
    """What became of an event."""

    OWN_WRITE = "own_write"
    NOT_RELEVANT = "not_relevant"
    REPEATED = "repeated"
    TICKET_GONE = "ticket_gone"
    OUTDATED = "outdated"
    UPDATED = "updated"
    STARTED = "started"


def ingest(
    raw: RawEvent,
    *,
    desk: HelpDesk,
    tickets: TicketStore,
    policies: PolicyStore,
    facts: FactLog,
    loads: LoadBook,
    workflow: Workflow,
    clean: Clean,
    clock: Callable[[], datetime],
) -> Taken:
    """Take in one event. Safe to repeat at any point.

    Raises:
        UnreadableEvent: not an event of this desk.
        StillWriting: a chat that is still going on; `retry_after` says when to come back.
        TransientError: the desk or a store did not answer.
    """
    event = desk.parse(raw)
    key = TicketKey(desk=desk.name, id=event.ticket_id)
    if event.actor_id == desk.own_user_id:
        return Taken.OWN_WRITE
    if not event.can_change_version:
        return Taken.NOT_RELEVANT
    if tickets.seen(key, raw.delivery_id):
        return Taken.REPEATED
    try:
        ticket = desk.fetch(event.ticket_id)
    except TicketGone:
        taken = _let_go(key, tickets=tickets, loads=loads, now=clock())
    else:
        taken = _fold(ticket, tickets, policies, facts, loads, workflow, clean, clock())
    # Last of all: a crash before this line only means that the work is done again.
    tickets.mark_seen(key, raw.delivery_id)
    return taken


def _let_go(key: TicketKey, *, tickets: TicketStore, loads: LoadBook, now: datetime) -> Taken:
    if tickets.get(key) is not None:
        amend(tickets, key, lambda state: gone(state, now=now))
        loads.release(key)
    return Taken.TICKET_GONE


def _fold(
    ticket: DeskTicket,
    tickets: TicketStore,
    policies: PolicyStore,
    facts: FactLog,
    loads: LoadBook,
    workflow: Workflow,
    clean: Clean,
    now: datetime,
) -> Taken:
    sha = policies.current()
    intake = _store(ticket, tickets, facts, policy=policies.get(sha), now=now)
    if intake is None:
        return Taken.OUTDATED
    if intake.state.status.is_over:
        loads.release(ticket.key)
    if not intake.triage or intake.state.version is None:
        return Taken.UPDATED
    _start(ticket, intake.state.version, sha, tickets=tickets, workflow=workflow, clean=clean)
    return Taken.STARTED


def _store(
    ticket: DeskTicket, tickets: TicketStore, facts: FactLog, *, policy: Policy, now: datetime
) -> Intake | None:
    """Write the state that follows from a ticket; None when a newer look at it is stored already."""
    for _ in range(_ATTEMPTS):
        before = tickets.get(ticket.key)
        if before is not None and before.desk_updated_at > ticket.updated_at:
            return None
        intake = take_in(before, ticket, policy=policy, now=now)
        # Facts first: they are the same however often they are recorded, and after the state they would be lost.
        facts.record(intake.facts)
        if intake.state == before:
            return intake
        try:
            return intake.model_copy(update={"state": tickets.put(intake.state)})
        except StoreConflict:
            continue
    raise StoreConflict(f"ticket {ticket.key} was written by others {_ATTEMPTS} times in a row")


def _start(
    ticket: DeskTicket, version: str, policy: str, *, tickets: TicketStore, workflow: Workflow, clean: Clean
) -> None:
    texts = tuple(clean(message.text, ticket.channel) for message in waiting_messages(ticket))
    text = VersionText(request=request_of(ticket, texts), customer=ticket.customer, earlier=ticket.earlier)
    tickets.put_text(ticket.key, version, text)
    # The execution first, our own mark after it: a crash in between starts it again under the same name.
    workflow.start(ticket.key, version, policy)

    def started(state: TicketState) -> TicketState:
        return state.model_copy(update={"started": version, "policy": policy}) if state.version == version else state

    amend(tickets, ticket.key, started)
