"""The clocks of a ticket: what it is promised, from the times that the desk recorded.

- First response runs from the first request to the first public answer.
- Next response runs from each later request to the next public answer.
- Resolution runs from the first request until the ticket is solved; taken up again, it goes on where it stood.
- While a ticket is solved no clock counts, and in the states that the policy names none that it names.
- Moving a ticket to another queue or person changes nothing. A merged ticket is closed: its clocks stop.
- A changed policy counts at the next look at a ticket: a running clock is computed anew from its own beginning
  with its own pauses. What was recorded stays recorded, and a clock that stopped keeps its verdict.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from shared.domain.conversation import Wait, is_waiting, requests, waits
from shared.domain.policy import Policy
from shared.domain.sla import clock_of
from shared.domain.sla_policy import Asked
from shared.domain.ticket import DeskTicket, Target, TicketStatus
from shared.domain.ticket_state import Clock, Pause, TicketState

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STANDS_STILL = frozenset({TicketStatus.PENDING, TicketStatus.HOLD, TicketStatus.SOLVED})
_OWN_TAGS = "firstline"
_MOST_TAGS = 50


def sensible(at: datetime, now: datetime) -> datetime:
    """A time that a desk may have got wrong: neither in the future nor before computers counted."""
    return max(min(at, now), EPOCH)


def asked_of(state: TicketState) -> Asked:
    """What decides which promise a ticket has."""
    return Asked(
        plan=state.plan,
        urgency=state.urgency,
        channel=state.channel,
        tags=frozenset(state.tags),
    )


def tags_of(ticket: DeskTicket) -> tuple[str, ...]:
    """Other people's tags."""
    return tuple(sorted(tag for tag in ticket.tags if not tag.startswith(_OWN_TAGS))[:_MOST_TAGS])


def pauses_after(old: TicketState, ticket: DeskTicket, now: datetime, *, over: bool) -> tuple[Pause, ...]:
    """The recorded pauses, with the one that this look begins or ends.

    The desk tells when a ticket was changed, not when its status was: a pause begins with the change in which it
    was first seen. A customer who writes ends the wait for them, also where the desk leaves the status as it was.

    Args:
        over: whether the ticket is solved for us, also where the desk opened it again for a mere thank-you.
    """
    changed = sensible(ticket.updated_at, now)
    status = TicketStatus.SOLVED if over else ticket.status
    pauses = list(old.pauses)
    if pauses and pauses[-1].until is None:
        last = pauses[-1]
        wrote = next((sensible(m.at, now) for m in requests(ticket) if sensible(m.at, now) > last.since), None)
        if last.status is status and (wrote is None or status is not TicketStatus.PENDING):
            return old.pauses
        ended = wrote if wrote and last.status is not TicketStatus.HOLD else changed
        pauses[-1] = last.model_copy(update={"until": max(ended, last.since)})
    for_us = status is TicketStatus.PENDING and old.status is status and is_waiting(ticket)
    if status in _STANDS_STILL and not for_us:
        since = sensible(ticket.solved_at, now) if over and ticket.solved_at else changed
        pauses.append(Pause(status=status, since=since))
    return tuple(pauses)


def clocks_after(
    old: TicketState, state: TicketState, ticket: DeskTicket, policy: Policy, now: datetime
) -> Iterator[Clock]:
    """The ticket's clocks after a look: of each target the newest, and those that ended between two looks.

    Args:
        old: the state before this look.
        state: the state with what the look changed besides clocks.
    """
    taken_up = {pause.until for pause in state.pauses if pause.status is TicketStatus.SOLVED and pause.until}
    found = waits(ticket, taken_up=taken_up)
    over_at = state.solved_at
    if not found:
        return
    begins = _began(state, ticket, found[0], now)
    first = _stop(state.first_response_at, over_at)
    yield from _kept(old, state, policy, Target.FIRST_RESPONSE, begins, first)
    latest = old.clock_of(Target.NEXT_RESPONSE)
    for wait in found[1:]:
        started = sensible(wait.started_at, now)
        if latest is None or started >= latest.started_at:
            stop = _stop(sensible(wait.answered_at, now) if wait.answered_at else None, over_at)
            yield from _kept(old, state, policy, Target.NEXT_RESPONSE, started, stop)
    yield from _kept(old, state, policy, Target.RESOLUTION, begins, over_at)


def _began(state: TicketState, ticket: DeskTicket, first: Wait, now: datetime) -> datetime:
    """When the customer's wait began: with the ticket, or with the first request in a conversation that we began."""
    return state.created_at if first.message == ticket.messages[0].id else sensible(first.started_at, now)


def _stop(answered_at: datetime | None, over_at: datetime | None) -> datetime | None:
    return min((at for at in (answered_at, over_at) if at), default=None)


def _kept(
    old: TicketState, state: TicketState, policy: Policy, target: Target, began: datetime, stop: datetime | None
) -> Iterator[Clock]:
    """The clock of one wait: computed anew while it runs, kept once it has stopped."""
    before = old.clock_of(target)
    same = before if before is not None and before.started_at == began else None
    if same is not None and same.stopped_at is not None and same.stopped_at == stop:
        yield same
        return
    clock = clock_of(
        target,
        started_at=began,
        asked=asked_of(state),
        sla=policy.sla,
        calendars=policy.calendars,
        pauses=state.pauses,
        stopped_at=stop,
        fired=same.fired if same else (),
    )
    if clock is not None:
        yield clock


def newest(clocks: list[Clock]) -> tuple[Clock, ...]:
    """Of each target the newest clock."""
    return tuple({clock.target: clock for clock in sorted(clocks, key=lambda clock: clock.started_at)}.values())


def recomputed(state: TicketState, policy: Policy) -> tuple[Clock, ...]:
    """The clocks that still run under another policy, from what was recorded; those that stopped stay as they are."""
    again = []
    for clock in state.clocks:
        fresh = clock_of(
            clock.target,
            started_at=clock.started_at,
            asked=asked_of(state),
            sla=policy.sla,
            calendars=policy.calendars,
            pauses=state.pauses,
            fired=clock.fired,
        )
        again += [clock] if clock.stopped_at else [fresh] if fresh else []
    return tuple(again)


def whole_minutes(offset: timedelta) -> timedelta:
    """A desk's clock against ours, to the minute: what is less is the network's doing."""
    return timedelta(minutes=round(offset.total_seconds() / 60))
