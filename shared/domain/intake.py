"""Taking in what the desk says: from a ticket as it stands now to our state and the facts that follow.

An event is only a hint that something changed. The ticket is fetched and everything is derived from
it, so duplicates, lost events and events out of order all lead to the same state.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.domain.answering import answered_by, first_answer
from shared.domain.clocks import clocks_after, newest, pauses_after, recomputed, sensible, tags_of, whole_minutes
from shared.domain.conversation import is_thanks, is_waiting, machine_wrote, newest_request, requests
from shared.domain.desk_sla import differences
from shared.domain.errors import StillWriting
from shared.domain.facts import BREACHES, Fact, FactKind
from shared.domain.policy import Policy
from shared.domain.record import Record
from shared.domain.sla import Outcome, next_due, outcome
from shared.domain.ticket import DeskTicket, Message, Target, TicketStatus
from shared.domain.ticket_state import Clock, Due, DueKind, TicketState

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
    latest = newest_request(ticket)
    waiting = is_waiting(ticket)
    fresh = waiting and latest is not None and (before is None or before.version != latest.id)
    # Whatever the desk says of times is said by its own clock.
    theirs = now + whole_minutes(ticket.clock_offset)
    if fresh and latest is not None:
        _let_chat_settle(ticket, latest, theirs)
    old = before or _unknown(ticket, theirs)
    state = _fold(old, ticket, latest, now=theirs)
    clocks = list(clocks_after(old, state, ticket, policy, theirs))
    state = _settled(state.model_copy(update={"clocks": newest(clocks)}))
    state = state.model_copy(update={"due": _due_after(old, state, policy, fresh=fresh, waiting=waiting, now=now)})
    facts = _facts(before, state, ticket, theirs, policy) + _late(clocks, old, state, now=theirs)
    told = tuple(fact.model_copy(update={"recorded_at": now}) for fact in facts)
    return Intake(state=state, facts=told, triage=waiting and state.started != state.version)


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
    answer = first_answer(ticket)
    return sensible(answer.at, now) if answer else None


def _unknown(ticket: DeskTicket, now: datetime) -> TicketState:
    """The state before the first look."""
    return TicketState(
        key=ticket.key,
        status=ticket.status,
        channel=ticket.channel,
        customer_id=ticket.customer.id,
        created_at=sensible(ticket.created_at, now),
        desk_updated_at=ticket.updated_at,
        # Only the first sight counts: what differs from it later, and from what we wrote, a person changed.
        seen=ticket.fields,
    )


def _fold(old: TicketState, ticket: DeskTicket, newest: Message | None, *, now: datetime) -> TicketState:
    over = ticket.status.is_over or _only_thanked(old, ticket)
    return old.model_copy(
        update={
            "status": ticket.status,
            # Told with a new version only; until then what was known stays known.
            "plan": ticket.customer.plan or old.plan,
            "tags": tags_of(ticket),
            "desk_updated_at": ticket.updated_at,
            "version": newest.id if newest else None,
            "version_at": sensible(newest.at, now) if newest else None,
            "bounded": old.bounded and not over,
            "called": old.called and not over,
            "standing": ticket.fields,
            "holder": _given_by_hand(old, ticket),
            "first_response_at": old.first_response_at or _first_response_at(ticket, now),
            "solved_at": (old.solved_at or sensible(ticket.solved_at or ticket.updated_at, now)) if over else None,
            "reopened_at": old.reopened_at if over else _reopened_at(old, ticket, now),
            "rating": ticket.rating or old.rating,
            "desk_sla": ticket.sla,
            "desk_response": old.desk_response or ticket.response,
            "pauses": pauses_after(old, ticket, now, over=over),
            "clock_offset": whole_minutes(ticket.clock_offset),
            "link": ticket.link,
        }
    )


def _only_thanked(old: TicketState, ticket: DeskTicket) -> bool:
    """Whether the desk opened a solved ticket again for a thank-you alone: for us it is as solved as before."""
    if old.solved_at is None:
        return False
    since = [message for message in ticket.messages if message.at > old.solved_at]
    asked = any(message in requests(ticket) for message in since)
    return not asked and any(is_thanks(ticket, message) for message in since)


def _given_by_hand(old: TicketState, ticket: DeskTicket) -> str | None:
    """Who holds the ticket by a person's word: somebody else than we had written."""
    ours, now = old.wrote.assignee, ticket.fields.assignee
    return now if ours is not None and now is not None and now != ours else None


def _corrected(old: TicketState, ticket: DeskTicket) -> dict[str, str]:
    """What a person has changed of our assignment since the last look; empty where nobody did."""
    found: dict[str, str] = {}
    for name, ours, before, now in (
        ("agent", old.wrote.assignee, old.standing.assignee, ticket.fields.assignee),
        ("queue", old.wrote.queue, old.standing.queue, ticket.fields.queue),
    ):
        if ours is not None and now not in (ours, before):
            found |= {f"{name}_from": before or ours, f"{name}_to": now or ""}
    return found


def _reopened_at(old: TicketState, ticket: DeskTicket, now: datetime) -> datetime | None:
    """When the ticket was taken up again: with the customer's first message after it was over, where there is one."""
    if old.solved_at is None:
        return old.reopened_at
    back = next((message for message in requests(ticket) if message.at > old.solved_at), None)
    return min(back.at if back else ticket.updated_at, now)


def _settled(state: TicketState) -> TicketState:
    """Without what nobody needs to see on the desk any more, because no clock runs that it is about."""
    told = state.late == state.version or any(clock.fired for clock in running(state))
    return state if told and not state.status.is_over else state.model_copy(update={"show_at": None})


def _due_after(
    old: TicketState, state: TicketState, policy: Policy, *, fresh: bool, waiting: bool, now: datetime
) -> Due | None:
    """What the scan has to do next: see to it that a new message is triaged, or watch the clocks."""
    if fresh:
        return Due(kind=DueKind.UNTRIAGED, at=now + timedelta(seconds=policy.sla.untriaged_after_seconds))
    untriaged = waiting and old.due is not None and old.due.kind is DueKind.UNTRIAGED
    return old.due if untriaged else due_of(state, now=now)


def running(state: TicketState) -> tuple[Clock, ...]:
    """The clocks that were not stopped; a paused one is among them."""
    return tuple(clock for clock in state.clocks if clock.stopped_at is None and not state.status.is_over)


def response_clock(state: TicketState) -> Clock | None:
    """The clock of the answer that a customer waits for: the first one or the next one."""
    return next((clock for clock in running(state) if clock.target is not Target.RESOLUTION), None)


def due_of(state: TicketState, *, now: datetime) -> Due | None:
    """What the clocks have to say about a triaged ticket, by our own clock: the desk's may go before or behind it."""
    if state.status.is_over:
        return None
    theirs = now + state.clock_offset
    stages = [due for clock in running(state) if (due := next_due(clock, now=theirs))]
    ahead = [due.model_copy(update={"at": due.at - state.clock_offset}) for due in stages]
    if state.show_at is not None:
        ahead.append(Due(kind=DueKind.SHOW, at=state.show_at))
    return min(ahead, key=lambda due: due.at, default=None)


def under(state: TicketState, policy: Policy, *, now: datetime) -> TicketState:
    """The state under another policy: its running clocks from their own beginnings, and what is due by them."""
    changed = state.model_copy(update={"clocks": recomputed(state, policy)})
    if changed.due is not None and changed.due.kind is DueKind.UNTRIAGED:
        return changed
    return changed.model_copy(update={"due": due_of(changed, now=now)})


def _facts(
    before: TicketState | None, after: TicketState, ticket: DeskTicket, now: datetime, policy: Policy
) -> list[Fact]:
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
    if before and (corrected := _corrected(before, ticket)):
        facts.append(fact(FactKind.REASSIGNED, after.desk_updated_at, **corrected))
    if after.first_response_at and not (before and before.first_response_at):
        answer = first_answer(ticket)
        agent = answered_by(answer, ticket, policy.agents) if answer else ""
        facts.append(
            fact(FactKind.FIRST_RESPONSE, after.first_response_at, used_draft="unknown", agent=agent, **opened)
        )
    solved = after.status is not TicketStatus.GONE and not ticket.merged  # merged away: the other ticket is the work
    if after.solved_at and not (before and before.solved_at) and solved:
        facts.append(fact(FactKind.RESOLVED, after.solved_at, **opened))
    if after.reopened_at and not (before and before.reopened_at == after.reopened_at):
        facts.append(fact(FactKind.REOPENED, after.reopened_at))
    if after.rating and not (before and before.rating == after.rating):
        facts.append(fact(FactKind.RATED, min(ticket.updated_at, now), rating=after.rating))
    return facts + _of_the_desk(before, after, now)


def _of_the_desk(before: TicketState | None, after: TicketState, now: datetime) -> list[Fact]:
    """What the desk's own figures say for the first time: its first response, and deadlines other than ours."""
    found: list[tuple[FactKind, datetime, dict[str, str]]] = []
    if before and (differ := _differ(before, after)):
        found.append((FactKind.SLA_DIFFERS, after.desk_updated_at, differ))
    told = after.desk_response
    if told and not (before and before.desk_response):
        # At the moment that the desk takes for the first response, which may be another than ours.
        at = sensible(after.created_at + timedelta(minutes=told.minutes), now)
        found.append((FactKind.DESK_RESPONSE, at, {name: str(time) for name, time in told if time is not None}))
    return [Fact(kind=kind, key=after.key, at=at, recorded_at=now, detail=detail) for kind, at, detail in found]


def _differ(before: TicketState, after: TicketState) -> dict[str, str]:
    """By target, how many minutes later the desk's own deadline is, or in what else it differs; empty without news.

    Not before a decision: what the ticket is promised is known with its urgency only.
    """
    if after.decided != after.version:
        return {}
    now = differences(after)
    known = differences(before) if before.decided == before.version else ()
    if now == known:
        return {}
    return {one.target.value: one.why if one.minutes is None else str(one.minutes) for one in now}


def _late(clocks: list[Clock], old: TicketState, state: TicketState, *, now: datetime) -> list[Fact]:
    """A breach that no scan saw in time is one all the same: the recorded times say so."""
    ended = [clock for clock in clocks if clock.stopped_at is not None and clock not in old.clocks]
    late = [c for c in ended if DueKind.BREACH not in c.fired and outcome(c, now=now) is Outcome.BREACHED]
    return [breach_of(state, clock, now) for clock in late if state.status is not TicketStatus.GONE]


def breach_of(state: TicketState, clock: Clock, now: datetime) -> Fact:
    """The fact that a target was missed: at its deadline, whenever that was found."""
    detail = {"target": clock.target.value, "queue": state.queue or ""}
    return Fact(kind=BREACHES[clock.target], key=state.key, at=clock.due_at, recorded_at=now, detail=detail)


def gone(state: TicketState, *, now: datetime) -> TicketState:
    """The state of a ticket that the desk no longer has: nothing runs any more."""
    over = {"status": TicketStatus.GONE, "due": None, "show_at": None, "solved_at": state.solved_at or now}
    return state.model_copy(update=over)
