"""Taking in what the desk says: from a ticket as it stands now to our state and the facts that follow.

An event is only a hint that something changed. The ticket is fetched and everything is derived from
it, so duplicates, lost events and events out of order all lead to the same state.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.domain.automatic import AutomaticKind, automatic_kind
from shared.domain.errors import StillWriting
from shared.domain.facts import Fact, FactKind
from shared.domain.observation import Request
from shared.domain.policy import Policy
from shared.domain.record import Record
from shared.domain.sla import Outcome, first_response_clock, next_due, outcome
from shared.domain.ticket import (
    Clock,
    DeskTicket,
    Due,
    DueKind,
    Message,
    Role,
    TicketState,
    TicketStatus,
)

CHAT_SETTLES_AFTER = timedelta(seconds=20)
TEXT_LIMIT = 100_000  # characters kept of a version; a DynamoDB item holds 400 kB


class Intake(Record):
    """What a fetched ticket means for us.

    Attributes:
        triage: whether the newest message waits for triage.
    """

    state: TicketState
    facts: tuple[Fact, ...]
    triage: bool


def take_in(before: TicketState | None, ticket: DeskTicket, *, policy: Policy, now: datetime) -> Intake:
    """Fold a fetched ticket into our state. Pure, and the same ticket twice changes nothing.

    Raises:
        StillWriting: the newest message of a chat is so fresh that more is probably on its way.
    """
    newest = ticket.newest_from_customer
    machine = machine_wrote(ticket, newest)
    waiting = newest is not None and not machine and not ticket.status.is_over and not ticket.answered_after(newest)
    fresh = newest is not None and (before is None or before.version != newest.id)
    if waiting and fresh and newest is not None:
        _let_chat_settle(ticket, newest, now)
    first_response = _first_response_at(ticket, now)
    state = _fold(before, ticket, newest, first_response=first_response, now=now)
    state = _run_clock(state, ticket, policy, waiting=waiting, fresh=fresh, now=now)
    facts = _facts(before, state, ticket, machine, now)
    return Intake(state=state, facts=tuple(facts), triage=waiting and state.started != state.version)


def machine_wrote(ticket: DeskTicket, newest: Message | None) -> AutomaticKind | None:
    """What kind of machine wrote the newest message, if one did."""
    if newest is None or ticket.channel != "email":
        return None
    sender = newest.author or ticket.customer.email
    # A subject is set once, by the first message: a person may answer below an automatic one.
    subject = ticket.subject if newest is ticket.messages[0] else ""
    return automatic_kind(sender=sender, subject=subject)


def _let_chat_settle(ticket: DeskTicket, newest: Message, now: datetime) -> None:
    """Messages of a chat that follow each other within seconds are one version."""
    age = now - min(newest.at, now)
    if ticket.channel == "chat" and age < CHAT_SETTLES_AFTER:
        left = (CHAT_SETTLES_AFTER - age).total_seconds()
        raise StillWriting(f"chat {ticket.key} is {age.total_seconds():.0f} s old", retry_after=left)


def _first_response_at(ticket: DeskTicket, now: datetime) -> datetime | None:
    first = next((m for m in ticket.messages if m.role is Role.CUSTOMER and m.public), None)
    answer = ticket.answered_after(first) if first else None
    return min(answer.at, now) if answer else None


def _fold(
    before: TicketState | None,
    ticket: DeskTicket,
    newest: Message | None,
    *,
    first_response: datetime | None,
    now: datetime,
) -> TicketState:
    over = ticket.status.is_over
    old = before or TicketState(
        key=ticket.key,
        status=ticket.status,
        channel=ticket.channel,
        customer_id=ticket.customer.id,
        created_at=min(ticket.created_at, now),
        desk_updated_at=ticket.updated_at,
    )
    reopened = old.status.is_over and not over
    return old.model_copy(
        update={
            "status": ticket.status,
            "plan": ticket.customer.plan,
            "desk_updated_at": ticket.updated_at,
            "version": newest.id if newest else None,
            "version_at": min(newest.at, now) if newest else None,
            "bounded": old.bounded and not over,
            "first_response_at": old.first_response_at or first_response,
            "solved_at": (old.solved_at or min(ticket.solved_at or ticket.updated_at, now)) if over else None,
            "reopened_at": now if reopened else old.reopened_at,
            "rating": ticket.rating or old.rating,
            # Only the first sight counts: what differs from it later, and from what we wrote, a person changed.
            "seen": before.seen if before else ticket.fields,
            "link": ticket.link,
        }
    )


def _run_clock(
    state: TicketState, ticket: DeskTicket, policy: Policy, *, waiting: bool, fresh: bool, now: datetime
) -> TicketState:
    """Start, keep or stop the clock, and say what the scan has to do next."""
    if not waiting:
        return state.model_copy(update={"due": None})
    if state.first_response_at is None and state.clock is None:
        clock = first_response_clock(
            started_at=state.created_at, plan=state.plan, urgency=None, sla=policy.sla, calendar=policy.calendar
        )
        state = state.model_copy(update={"clock": clock, "fired": ()})
    if fresh:
        untriaged = now + timedelta(seconds=policy.sla.untriaged_after_seconds)
        return state.model_copy(update={"due": Due(kind=DueKind.UNTRIAGED, at=untriaged)})
    if state.due is None:
        return state.model_copy(update={"due": due_of(state, now=now)})
    return state


def running_clock(state: TicketState) -> Clock | None:
    """The first response clock, while it runs."""
    return state.clock if state.first_response_at is None and not state.status.is_over else None


def due_of(state: TicketState, *, now: datetime) -> Due | None:
    """What the clock alone has to say about a triaged ticket."""
    clock = running_clock(state)
    return next_due(clock, state.fired, now=now) if clock else None


def _facts(
    before: TicketState | None, after: TicketState, ticket: DeskTicket, machine: AutomaticKind | None, now: datetime
) -> list[Fact]:
    opened = {"opened_at": after.created_at.isoformat()}

    def fact(kind: FactKind, at: datetime, **detail: str) -> Fact:
        return Fact(kind=kind, key=after.key, at=at, recorded_at=now, detail=detail)

    facts = []
    if before is None:
        who = {"channel": after.channel, "plan": after.plan or "", "customer": after.customer_id}
        facts.append(fact(FactKind.OPENED, after.created_at, **who))
    if machine and (before is None or before.version != after.version):
        facts.append(fact(FactKind.AUTOMATIC, after.version_at or now, machine=machine.value))
    if after.first_response_at and not (before and before.first_response_at):
        facts.append(fact(FactKind.FIRST_RESPONSE, after.first_response_at, used_draft="unknown", **opened))
        facts += _late_answer(after, now)
    if after.solved_at and not (before and before.solved_at) and after.status is not TicketStatus.GONE:
        facts.append(fact(FactKind.RESOLVED, after.solved_at, **opened))
    if after.reopened_at and not (before and before.reopened_at == after.reopened_at):
        facts.append(fact(FactKind.REOPENED, after.reopened_at))
    if after.rating and not (before and before.rating == after.rating):
        facts.append(fact(FactKind.RATED, min(ticket.updated_at, now), rating=after.rating))
    return facts


def _late_answer(after: TicketState, now: datetime) -> list[Fact]:
    """A breach that no scan saw in time is one all the same: the recorded times say so."""
    clock = after.clock
    if clock is None or DueKind.BREACH in after.fired:
        return []
    if outcome(clock, after.first_response_at, now=now) is not Outcome.BREACHED:
        return []
    detail = {"target": clock.target, "queue": after.queue or ""}
    return [Fact(kind=FactKind.SLA_BREACH, key=after.key, at=clock.due_at, recorded_at=now, detail=detail)]


def waiting_messages(ticket: DeskTicket) -> tuple[Message, ...]:
    """What the customer has written since anybody last answered in public."""
    since = 0
    for position, message in enumerate(ticket.messages):
        if message.public and message.role is not Role.CUSTOMER:
            since = position + 1
    return tuple(m for m in ticket.messages[since:] if m.role is Role.CUSTOMER and m.public)


def request_of(ticket: DeskTicket, texts: tuple[str, ...]) -> Request:
    """The request that triage reads: the messages that wait for an answer, cleaned.

    A reply to an earlier answer is judged by itself; the old subject no longer says what it is about.
    """
    first = ticket.messages[0] if ticket.messages else None
    waiting = waiting_messages(ticket)
    subject = ticket.subject if waiting and waiting[0] is first else ""
    return Request(subject=subject[:1_000], text="\n\n".join(texts)[:TEXT_LIMIT], channel=ticket.channel)


def gone(state: TicketState, *, now: datetime) -> TicketState:
    """The state of a ticket that the desk no longer has: nothing runs any more."""
    return state.model_copy(update={"status": TicketStatus.GONE, "due": None, "solved_at": state.solved_at or now})
