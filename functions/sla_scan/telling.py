"""What is told of a clock's stage: to the manager at once, and to the report."""

from __future__ import annotations

from datetime import datetime

from shared.domain.facts import Fact, FactKind
from shared.domain.intake import running_clock
from shared.domain.ticket import DueKind, TicketState
from shared.ports.delivery import Alert

_FACT = {DueKind.WARNING: FactKind.SLA_WARNING, DueKind.BREACH: FactKind.SLA_BREACH}
_SAYS = {
    DueKind.UNTRIAGED: "was not triaged in time; a person has to read it",
    DueKind.WARNING: "is close to its first response deadline",
    DueKind.BREACH: "has missed its first response deadline",
}


def occasion_of(state: TicketState, stage: DueKind) -> str:
    """What happens once: a version can be late in triage, a clock in its stages."""
    if stage is DueKind.UNTRIAGED or state.clock is None:
        return state.version or ""
    return state.clock.started_at.isoformat()


def alert_of(state: TicketState, stage: DueKind, *, reached: bool) -> Alert:
    """The alert of a stage. Labels and times only: nothing that the customer wrote."""
    clock = running_clock(state)
    lines = [
        f"Ticket {state.key.id} on {state.key.desk} {_SAYS[stage]}.",
        f"Queue: {state.queue or 'not routed yet'}; plan: {state.plan or 'unknown'}",
        f"Category: {state.category or 'unknown'}",
    ]
    if clock:
        lines.append(f"First response due: {clock.due_at:%Y-%m-%d %H:%M} UTC")
    if not reached:
        lines.append("The desk could not be reached, so this is not yet visible there.")
    return Alert(
        id=f"{state.key}/{stage.value}/{occasion_of(state, stage)}",
        audience="manager",
        subject=f"Ticket {state.key.id} ({state.key.desk}) {_SAYS[stage].split(';')[0]}",
        lines=tuple(lines),
        link=state.link,
    )


def facts_of(state: TicketState, stage: DueKind, now: datetime) -> list[Fact]:
    """The fact that a stage becomes, at the time when it was due and not when it was found."""
    if stage not in _FACT or state.clock is None:
        return []
    at = state.clock.warn_at if stage is DueKind.WARNING else state.clock.due_at
    detail = {"target": state.clock.target, "queue": state.queue or ""}
    return [Fact(kind=_FACT[stage], key=state.key, at=at, recorded_at=now, detail=detail)]
