"""Taking in what the desk says: from a ticket as it stands now to our state and the facts that follow.

An event is only a hint that something changed. The ticket is fetched and everything is derived from
it, so duplicates, lost events and events out of order all lead to the same state.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.domain.conversation import is_waiting, machine_wrote, newest_request, requests
from shared.domain.errors import StillWriting
from shared.domain.facts import Fact, FactKind
from shared.domain.policy import Policy
from shared.domain.record import Record
from shared.domain.sla import Outcome, first_response_clock, next_due, outcome
from shared.domain.ticket import (
    Clock,
    DeskTicket,
    Due,
    DueKind,
    Message,
    TicketState,
    TicketStatus,
)

CHAT_SETTLES_AFTER = timedelta(seconds=20)


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
    newest = newest_request(ticket)
    waiting = is_waiting(ticket)
    fresh = newest is not None and (before is None or before.version != newest.id)
    if waiting and fresh and newest is not None:
        _let_chat_settle(ticket, newest, now)
    state = _fold(before, ticket, newest, now=now)
    state = _run_clock(state, ticket, policy, waiting=waiting, fresh=fresh, now=now)
    facts = _facts(before, state, ticket, now)
    return Intake(state=state, facts=tuple(facts), triage=waiting and state.started != state.version)


def outdated(ticket: DeskTicket, state: TicketState | None) -> bool:
    """Whether a look at a ticket is older than the one that the state was made from.

    Desks tell whole seconds: of two looks in the same second, the one that lacks our newest message is the older.
    """
    if state is None or ticket.updated_at > state.desk_updated_at:
        return False
    if ticket.updated_at < state.desk_updated_at:
        return True
    return state.version is not None and all(message.id != state.version for message in ticket.messages)


def _let_chat_settle(ticket: DeskTicket, newest: Message, now: datetime) -> None:
    """Messages of a chat that follow each other within seconds are one version."""
    age = now - min(newest.at, now)
    if ticket.channel == "chat" and age < CHAT_SETTLES_AFTER:
        left = (CHAT_SETTLES_AFTER - age).total_seconds()
        raise StillWriting(f"chat {ticket.key} is {age.total_seconds():.0f} s old", retry_after=left)


def _first_response_at(ticket: DeskTicket, now: datetime) -> datetime | None:
    first = next(iter(requests(ticket)), None)
    answer = ticket.answered_after(first) if first else None
    return min(answer.at, now) if answer else None


def _fold(
    before: TicketState | None,
    ticket: DeskTicket,
    newest: Message | None,
    *,
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
    return old.model_copy(
        update={
            "status": ticket.status,
            # Told with a new version only; until then what was known stays known.
            "plan": ticket.customer.plan or old.plan,
            "desk_updated_at": ticket.updated_at,
            "version": newest.id if newest else None,
            "version_at": min(newest.at, now) if newest else None,
            "bounded": old.bounded and not over,
            "first_response_at": old.first_response_at or _first_response_at(ticket, now),
            "solved_at": (old.solved_at or min(ticket.solved_at or ticket.updated_at, now)) if over else None,
            "reopened_at": _reopened_at(old, ticket, now),
            "rating": ticket.rating or old.rating,
            # Only the first sight counts: what differs from it later, and from what we wrote, a person changed.
            "seen": before.seen if before else ticket.fields,
            "link": ticket.link,
        }
    )


def _reopened_at(old: TicketState, ticket: DeskTicket, now: datetime) -> datetime | None:
    """When the ticket was taken up again: with the customer's first message after it was over, where there is one."""
    if not old.status.is_over or ticket.status.is_over:
        return old.reopened_at
    over_at = old.solved_at or old.desk_updated_at
    back = next((message for message in requests(ticket) if message.at > over_at), None)
    return min(back.at if back else ticket.updated_at, now)


def _run_clock(
    state: TicketState, ticket: DeskTicket, policy: Policy, *, waiting: bool, fresh: bool, now: datetime
) -> TicketState:
    """Start, keep or stop the clock, and say what the scan has to do next."""
    started_at = _clock_starts_at(state, ticket, now)
    if state.clock is None and started_at is not None:
        # Also for a ticket that was answered before we saw it: whether in time is a matter of recorded times.
        clock = first_response_clock(
            started_at=started_at, plan=state.plan, urgency=None, sla=policy.sla, calendar=policy.calendar
        )
        state = state.model_copy(update={"clock": clock, "fired": ()})
    if not waiting:
        return state.model_copy(update={"due": None})
    if fresh:
        untriaged = now + timedelta(seconds=policy.sla.untriaged_after_seconds)
        return state.model_copy(update={"due": Due(kind=DueKind.UNTRIAGED, at=untriaged)})
    if state.due is None:
        return state.model_copy(update={"due": due_of(state, now=now)})
    return state


def _clock_starts_at(state: TicketState, ticket: DeskTicket, now: datetime) -> datetime | None:
    """When the customer's wait began; None where no customer asked anything, as with mail that no person wrote."""
    first = next(iter(requests(ticket)), None)
    if first is None:
        return None
    return state.created_at if first.id == ticket.messages[0].id else min(first.at, now)


def running_clock(state: TicketState) -> Clock | None:
    """The first response clock, while it runs."""
    return state.clock if state.first_response_at is None and not state.status.is_over else None


def due_of(state: TicketState, *, now: datetime) -> Due | None:
    """What the clock alone has to say about a triaged ticket."""
    clock = running_clock(state)
    return next_due(clock, state.fired, now=now) if clock else None


def _facts(before: TicketState | None, after: TicketState, ticket: DeskTicket, now: datetime) -> list[Fact]:
    opened = {"opened_at": after.created_at.isoformat()}

    def fact(kind: FactKind, at: datetime, **detail: str) -> Fact:
        return Fact(kind=kind, key=after.key, at=at, recorded_at=now, detail=detail)

    facts = []
    if before is None:
        who = {"channel": after.channel, "plan": after.plan or "", "customer": after.customer_id}
        facts.append(fact(FactKind.OPENED, after.created_at, **who))
    newest = ticket.newest_from_customer
    machine = machine_wrote(ticket, newest) if newest else None
    if newest and machine and (before is None or before.desk_updated_at < after.desk_updated_at):
        facts.append(fact(FactKind.AUTOMATIC, min(newest.at, now), machine=machine.value))
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


def gone(state: TicketState, *, now: datetime) -> TicketState:
    """The state of a ticket that the desk no longer has: nothing runs any more."""
    return state.model_copy(update={"status": TicketStatus.GONE, "due": None, "solved_at": state.solved_at or now})
