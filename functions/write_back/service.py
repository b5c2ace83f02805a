"""Writing a version's outcome to the desk: once, never over a person, never in public."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from functions.write_back.outcome import Outcome, Stored, outcome_of
from shared.domain.conversation import is_waiting, newest_request
from shared.domain.errors import DeskConflict, DeskRefused, TicketBusy, TicketGone, TicketLocked
from shared.domain.intake import due_of
from shared.domain.note import carries
from shared.domain.ticket import DeskFields, DeskTicket, Role, VersionRef
from shared.domain.ticket_state import TicketState
from shared.domain.writing import fields_to_write, standing
from shared.ports.books import FactLog, PolicyStore
from shared.ports.desk import DeskChange, HelpDesk
from shared.ports.store import DraftStore, TicketStore, amend

LEASE = timedelta(seconds=45)  # a little longer than a run may last
_ATTEMPTS = 3
_INVALID = 422


class WrittenBack(StrEnum):
    """What write_back did."""

    WRITTEN = "written"
    ALREADY_WRITTEN = "already_written"
    SUPERSEDED = "superseded"
    LEFT_TO_HUMAN = "left_to_human"
    LOCKED = "locked"
    GONE = "gone"


@dataclass(frozen=True)
class Ports:
    """The world that write_back touches."""

    desk: HelpDesk
    tickets: TicketStore
    drafts: DraftStore
    policies: PolicyStore
    facts: FactLog
    clock: Callable[[], datetime]


def write_back(ref: VersionRef, *, hand_over: str | None, lease: str, ports: Ports) -> WrittenBack:
    """Write a version's note, tags and fields to the desk.

    Args:
        hand_over: the step at which triage failed, if it did: then no draft is shown.
        lease: who we are, for the ticket's lease.

    Raises:
        TicketBusy: another run writes to this ticket right now.
        DeskConflict: people kept editing the ticket while we tried.
    """
    now = ports.clock()
    if not ports.tickets.take_lease(ref.key, lease, now + LEASE, now):
        raise TicketBusy(f"another run writes to ticket {ref.key}")
    try:
        return _until_it_holds(ref, hand_over, ports)
    finally:
        ports.tickets.drop_lease(ref.key, lease)


def _until_it_holds(ref: VersionRef, hand_over: str | None, ports: Ports) -> WrittenBack:
    """Try again on the newest ticket when somebody edits it between our look and our write."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return _write_once(ref, hand_over, ports)
        except DeskConflict:
            continue
    return _write_once(ref, hand_over, ports)


def _write_once(ref: VersionRef, hand_over: str | None, ports: Ports) -> WrittenBack:
    state = ports.tickets.get(ref.key)
    if state is None or state.version != ref.version:
        return WrittenBack.SUPERSEDED
    if state.noted == ref.version:
        return WrittenBack.ALREADY_WRITTEN
    try:
        ticket = ports.desk.fetch(ref.ticket_id)
    except TicketGone:
        return WrittenBack.GONE
    newest = newest_request(ticket)
    if newest is None or newest.id != ref.version:
        return WrittenBack.SUPERSEDED
    if not is_waiting(ticket):
        return WrittenBack.LEFT_TO_HUMAN
    stored = Stored(tickets=ports.tickets, drafts=ports.drafts, policies=ports.policies)
    outcome = outcome_of(
        ref,
        state,
        hand_over=hand_over,
        stored=stored,
        now=ports.clock(),
        in_reply_box=ports.desk.abilities.drafts,
    )
    # An earlier attempt may have written it all although we never heard back.
    there = any(m.role is Role.US and carries(m.text, outcome.note.marker) for m in ticket.messages)
    try:
        wrote = standing(outcome.fields, ticket.fields) if there else _put(ticket, state, outcome, ports)
    except TicketLocked:
        # Nobody can put a note there, now or later: the ticket is no longer waited for, and the log says why.
        _remember(ref, outcome, DeskFields(), ports)
        return WrittenBack.LOCKED
    ports.facts.record([outcome.fact])
    _remember(ref, outcome, wrote, ports)
    return WrittenBack.ALREADY_WRITTEN if there else WrittenBack.WRITTEN


def _put(ticket: DeskTicket, state: TicketState, outcome: Outcome, ports: Ports) -> DeskFields:
    """Write it all in one change and answer the fields of it that are ours."""
    desk = ports.desk
    fields = fields_to_write(outcome.fields, now=ticket.fields, seen=state.seen, wrote=state.wrote, tried=state.tried)
    if not desk.abilities.one_request and fields != DeskFields():
        # Should it break off in the middle, the next attempt must not take our own fields for a person's.
        amend(ports.tickets, state.key, lambda now: now.model_copy(update={"tried": now.tried.with_(fields)}))
    change = DeskChange(
        stamp=ticket.stamp,
        fields=fields,
        add_tags=outcome.add_tags,
        remove_tags=outcome.remove_tags,
        custom=outcome.custom,
        note=outcome.note,
        draft_reply=outcome.draft_reply,
    )
    try:
        desk.write(ticket.key.id, change)
    except TicketLocked:
        raise
    except DeskRefused as refused:
        if refused.status != _INVALID or fields == DeskFields():
            raise
        # A group or agent that the desk no longer takes must not keep the note from the person who answers.
        fields = DeskFields()
        desk.write(ticket.key.id, change.model_copy(update={"fields": fields}))
    # What an attempt that broke off has left there is ours as well.
    return standing(state.tried, ticket.fields).with_(fields)


def _remember(ref: VersionRef, outcome: Outcome, wrote: DeskFields, ports: Ports) -> None:
    now = ports.clock()

    def noted(state: TicketState) -> TicketState:
        remembered = state.model_copy(update={"wrote": state.wrote.with_(wrote), "tried": DeskFields()})
        if state.version != ref.version:
            return remembered
        # Triage is complete: from here on only the clock has something to say.
        update = {"noted": ref.version, "owner": outcome.owner.value, "due": due_of(state, now=now)}
        return remembered.model_copy(update=update)

    amend(ports.tickets, ref.key, noted)
