"""What is told of stages: to people at once, and to the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from functions.sla_scan.stages import Passed
from shared.domain.alerting import Address, Audience, address
from shared.domain.desk_sla import differences
from shared.domain.facts import Fact, FactKind
from shared.domain.intake import breach_of
from shared.domain.policy import Policy
from shared.domain.ticket import Target
from shared.domain.ticket_state import DueKind, TicketState
from shared.ports.delivery import Alert
from shared.ports.store import StageMark

_NAMED_IN_A_DIGEST = 10
_TARGETS = {
    Target.FIRST_RESPONSE: "first response",
    Target.NEXT_RESPONSE: "next response",
    Target.RESOLUTION: "resolution",
}


def says(passed: Passed) -> str:
    """What happened, as it follows the ticket's number."""
    if passed.clock is None:
        return "was not triaged in time"
    target = _TARGETS[passed.clock.target]
    if passed.kind is DueKind.BREACH:
        return f"has missed its {target} deadline"
    if passed.kind is DueKind.WARNING:
        return f"is close to its {target} deadline"
    return f"has used {passed.stage.removeprefix('at_').replace('_', '.')} % of its {target} time"


def alert_of(
    state: TicketState, passed: Passed, policy: Policy, audience: Audience, now: datetime, remark: str
) -> Alert:
    """The alert of a stage. Labels and times only: nothing that the customer wrote."""
    where = address(audience, policy.alerts, now, urgent=passed.kind is DueKind.UNTRIAGED)
    then = "; a person has to read it" if passed.clock is None else ""
    lines = [
        f"Ticket {state.key.id} on {state.key.desk} {says(passed)}{then}.",
        f"Queue: {state.queue or 'not routed yet'}; plan: {state.plan or 'unknown'}",
        f"Category: {state.category or 'unknown'}",
        _owner(state, policy, now),
    ]
    if passed.clock is not None:
        target = _TARGETS[passed.clock.target].capitalize()
        lines.append(f"{target} due: {passed.clock.due_at - state.clock_offset:%Y-%m-%d %H:%M} UTC")
        lines += [f"The desk's own SLA differs: {one}" for one in differences(state)]
    lines += [where.remark, remark]
    return Alert(
        id=f"{state.key}/{passed.target}/{passed.stage}/{passed.occasion}",
        audience=where.audience,
        subject=f"Ticket {state.key.id} ({state.key.desk}) {says(passed)}",
        lines=tuple(line for line in lines if line),
        link=state.link,
        to=where.to,
    )


def _owner(state: TicketState, policy: Policy, now: datetime) -> str:
    """Who has the ticket, and whether they can do something about it now."""
    mail = state.standing.assignee or state.wrote.assignee
    if mail is None:
        return "Nobody has it yet"
    agent = next((one for one in policy.agents if one.email == mail), None)
    away = "" if agent is None or agent.at_work(now) else ", who is not at work"
    return f"Assigned to {mail}{away}"


def digest_of(due: Sequence[tuple[TicketState, tuple[Passed, ...]]], policy: Policy, now: datetime) -> Alert:
    """One alert for many tickets: how many of what, and those that matter most."""
    where = address(Audience.MANAGER, policy.alerts, now, urgent=True)
    counts = Counter(_counted(passed) for _, stages in due for passed in stages)
    queues = Counter(state.queue or "not routed yet" for state, _ in due)
    first = sorted(due, key=lambda one: (one[0].rank is None, one[0].rank or 0, str(one[0].key)))
    lines = [
        f"{len(due)} tickets came due at once. They are raised, and the desk is told as fast as it takes it:",
        *(f"{count} {what}" for what, count in counts.most_common()),
        "By queue: " + ", ".join(f"{queue} {count}" for queue, count in queues.most_common()),
        "On top: " + ", ".join(state.link or str(state.key) for state, _ in first[:_NAMED_IN_A_DIGEST]),
        where.remark,
    ]
    return Alert(
        id=f"digest/{now:%Y-%m-%dT%H:%M}/{due[0][0].key}",
        audience=where.audience,
        subject=f"{len(due)} tickets came due at once",
        lines=tuple(line for line in lines if line),
        to=where.to,
    )


def _counted(passed: Passed) -> str:
    if passed.clock is None:
        return "were not triaged in time"
    what = {DueKind.BREACH: "have missed", DueKind.WARNING: "are close to"}.get(passed.kind, "have used much of")
    return f"{what} their {_TARGETS[passed.clock.target]} time"


def bundled(alerts: Sequence[Alert], where: Address, now: datetime) -> Alert:
    """What waited for the end of quiet hours, in one alert."""
    return Alert(
        id=f"held/{now:%Y-%m-%dT%H:%M}",
        audience=where.audience,
        subject=f"{len(alerts)} alerts from your quiet hours",
        lines=tuple(f"{alert.subject} {alert.link}".strip() for alert in alerts),
        to=where.to,
    )


def marks_of(passed: Passed) -> list[StageMark]:
    """The records of every stage that was passed."""
    return [
        StageMark(target=passed.target, stage=stage.name, occasion=passed.occasion, at=stage.at)
        for stage in passed.stages
    ]


def facts_of(state: TicketState, passed: Passed, now: datetime) -> list[Fact]:
    """The fact that a stage becomes, at the time when it was due and not when it was found.

    A warning that nobody could give before the deadline warned nobody.
    """
    if passed.clock is None:
        return []
    if passed.kind is DueKind.BREACH:
        return [breach_of(state, passed.clock, now)]
    if passed.kind is DueKind.WARNING and passed.clock.target is Target.FIRST_RESPONSE:
        detail = {"target": passed.clock.target.value, "queue": state.queue or ""}
        warned = passed.clock.warn_at
        return [Fact(kind=FactKind.SLA_WARNING, key=state.key, at=warned, recorded_at=now, detail=detail)]
    return []
