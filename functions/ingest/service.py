"""Taking in an event: fetch the ticket, fold it into our state, start triage of a new version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from functions.ingest.measuring import Reading, measured
from functions.ingest.promising import look_back, remember_promises
from shared.domain.assignment import Contact, week_of
from shared.domain.conversation import Clean, request_of
from shared.domain.customers import merged
from shared.domain.errors import StoreConflict, TicketGone
from shared.domain.events import RawEvent
from shared.domain.facts import FactKind
from shared.domain.health import History
from shared.domain.intake import Intake, gone, outdated, take_in
from shared.domain.policy import Policy
from shared.domain.ticket import DeskTicket, TicketKey
from shared.domain.ticket_state import TicketState
from shared.ports.books import CustomerStore, FactLog, LoadBook, PolicyStore
from shared.ports.customers import CustomerBook, amend_history
from shared.ports.delivery import Workflow
from shared.ports.desk import HelpDesk
from shared.ports.redactor import Redactor
from shared.ports.store import Burden, DraftStore, TicketStore, VersionText, amend

_ATTEMPTS = 5
_REMEMBERED = {FactKind.FIRST_RESPONSE, FactKind.RESOLVED, FactKind.RATED}


class Taken(StrEnum):
    """What became of an event."""

    OWN_WRITE = "own_write"
    NOT_RELEVANT = "not_relevant"
    REPEATED = "repeated"
    TICKET_GONE = "ticket_gone"
    OUTDATED = "outdated"
    UPDATED = "updated"
    STARTED = "started"


@dataclass(frozen=True)
class Stores:
    """What ingest keeps, and where it sends a new version."""

    tickets: TicketStore
    policies: PolicyStore
    facts: FactLog
    loads: LoadBook
    customers: CustomerStore
    customer_book: CustomerBook
    workflow: Workflow
    clean: Clean
    drafts: DraftStore
    redactor: Redactor


def ingest(raw: RawEvent, *, desk: HelpDesk, stores: Stores, clock: Callable[[], datetime]) -> Taken:
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
    if stores.tickets.seen(key, raw.delivery_id):
        return Taken.REPEATED
    try:
        ticket = desk.fetch(event.ticket_id)
    except TicketGone:
        taken = _let_go(key, stores, clock())
    else:
        taken = _fold(_with_customer(ticket, desk, stores), desk, stores, clock())
    # Last of all: a crash before this line only means that the work is done again.
    stores.tickets.mark_seen(key, raw.delivery_id)
    return taken


def _with_customer(ticket: DeskTicket, desk: HelpDesk, stores: Stores) -> DeskTicket:
    """The ticket with its customer, where it brings a new version; nobody else needs to know who asks."""
    state, newest = stores.tickets.get(ticket.key), ticket.newest_from_customer
    known = state is not None and (newest is None or state.started == newest.id)
    if known:
        return ticket
    snapshot = stores.customers.get(desk.name, ticket.customer.id)
    if snapshot is None:
        snapshot = desk.customer(ticket.customer.id)
        stores.customers.put(desk.name, ticket.customer.id, snapshot)
    told = ticket.known_by(snapshot)
    email = told.customer.email
    return told.model_copy(
        update={"customer": merged(told.customer, stores.customer_book.profile(email) if email else None)}
    )


def _let_go(key: TicketKey, stores: Stores, now: datetime) -> Taken:
    if stores.tickets.get(key) is not None:
        amend(stores.tickets, key, lambda state: gone(state, now=now))
        stores.loads.release(key)
    return Taken.TICKET_GONE


def _fold(ticket: DeskTicket, desk: HelpDesk, stores: Stores, now: datetime) -> Taken:
    sha = stores.policies.current()
    policy = stores.policies.get(sha)
    intake = _store(ticket, stores, policy=policy, now=now)
    if intake is None:
        return Taken.OUTDATED
    zone = policy.company.time_zone
    remember_promises(ticket, stores.tickets, stores.clean, zone)
    if intake.state.status.is_over:
        stores.loads.release(ticket.key)
    if news := {fact.kind for fact in intake.facts} & _REMEMBERED:
        _remember(ticket, intake.state, FactKind.FIRST_RESPONSE in news, stores, now)
    if not intake.triage or intake.state.version is None:
        return Taken.UPDATED
    look_back(ticket, desk, stores.tickets, stores.clean, zone)
    _start(ticket, intake.state, intake.state.version, sha, stores)
    return Taken.STARTED


def _remember(ticket: DeskTicket, state: TicketState, answered: bool, stores: Stores, now: datetime) -> None:
    """What the customer's history keeps of an answer, a solution, a rating."""
    agent = ticket.fields.assignee

    def changed(history: History) -> History:
        past = history.ticket(ticket.key.id)
        if past is None:
            return history  # never decided, so nothing is known of it but that it was there
        news = {"rating": state.rating, "closed_at": state.solved_at or past.closed_at}
        told = history.with_ticket(past.model_copy(update=news))
        met = (answered or state.solved_at) and agent is not None
        return told.model_copy(update={"contact": Contact(agent=agent, at=now)}) if met and agent else told

    amend_history(stores.customer_book, ticket.key.desk, state.customer_id, changed)


def _store(ticket: DeskTicket, stores: Stores, *, policy: Policy, now: datetime) -> Intake | None:
    """Write the state that follows from a ticket; None when a newer look at it is stored already."""
    for _ in range(_ATTEMPTS):
        before = stores.tickets.get(ticket.key)
        if outdated(ticket, before):
            return None
        intake = take_in(before, ticket, policy=policy, now=now)
        # Facts first: they are the same however often they are recorded, and after the state they would be lost.
        stores.facts.record(measured(before, ticket, intake.facts, _reading(stores, policy), now))
        if intake.state == before:
            return intake
        try:
            if intake.state.holder != (before.holder if before else None):
                stores.loads.move(ticket.key, intake.state.holder, _burden(intake.state, policy, now))
            return intake.model_copy(update={"state": stores.tickets.put(intake.state)})
        except StoreConflict:
            continue
    raise StoreConflict(f"ticket {ticket.key} was written by others {_ATTEMPTS} times in a row")


def _reading(stores: Stores, policy: Policy) -> Reading:
    staff = tuple(agent.name for agent in policy.agents)
    return Reading(stores.drafts, stores.tickets, stores.clean, stores.redactor, staff)


def _burden(state: TicketState, policy: Policy, now: datetime) -> Burden:
    """What a ticket adds to whom a person gave it, whatever room they have."""
    weight = policy.routing.weight_of(state.urgency)
    return Burden(weight=weight, week=week_of(now, policy.company.time_zone))


def _start(ticket: DeskTicket, state: TicketState, version: str, policy: str, stores: Stores) -> None:
    request = request_of(ticket, stores.clean, since=state.reopened_at)
    text = VersionText(request=request, customer=ticket.customer, earlier=ticket.earlier)
    stores.tickets.put_text(ticket.key, version, text)
    # The execution first, our own mark after it: a crash in between starts it again under the same name.
    stores.workflow.start(ticket.key, version, policy)

    def started(current: TicketState) -> TicketState:
        update = {"started": version, "policy": policy}
        return current.model_copy(update=update) if current.version == version else current

    amend(stores.tickets, ticket.key, started)
