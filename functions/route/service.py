"""Deciding on a version: who answers, from which queue, by when; and telling those who must know at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.decision import CustomerFacts, Decision, DecisionInputs, decide
from shared.domain.errors import StoreConflict
from shared.domain.facts import Fact, FactKind
from shared.domain.policy import Policy
from shared.domain.ticket import TicketState, VersionRef
from shared.ports.delivery import Alert, Alerts
from shared.ports.store import FactLog, LoadBook, PolicyStore, TicketStore, VersionText, amend

SUPERSEDED = "superseded"
_ATTEMPTS = 5


@dataclass(frozen=True)
class Ports:
    """The world that route touches."""

    tickets: TicketStore
    policies: PolicyStore
    loads: LoadBook
    facts: FactLog
    alerts: Alerts


def route(ref: VersionRef, *, failure: str | None, ports: Ports, clock: Callable[[], datetime]) -> str:
    """Decide on a version once and answer its owner, or `superseded` when a newer version exists.

    Args:
        failure: the step that failed before, if one did; the decision is then made without observations.
    """
    state = ports.tickets.get(ref.key)
    if state is None or state.version != ref.version:
        return SUPERSEDED
    standing = ports.tickets.decision(ref.key, ref.version)
    if standing is not None and state.decided == ref.version:
        return standing.verdict.owner.value
    decision = standing or _decide(ref, state, failure, ports, clock())
    now = decision.inputs.decided_at
    ports.facts.record([_triaged(decision, now)])
    for alert in alerts_for(decision, state):
        ports.alerts.send(alert)
    # Last: until this is written the whole step is done again, and an alert is rather repeated than lost.
    amend(ports.tickets, ref.key, lambda current: _decided(current, decision))
    return decision.verdict.owner.value


def _decide(ref: VersionRef, state: TicketState, failure: str | None, ports: Ports, now: datetime) -> Decision:
    """Decide and store it; again with fresh figures when the chosen agent's load changed at the same moment."""
    policy = ports.policies.get(ref.policy)
    for _ in range(_ATTEMPTS - 1):
        try:
            return ports.tickets.put_decision(decide(_inputs(ref, state, failure, policy, ports, now), policy))
        except StoreConflict:
            continue
    return ports.tickets.put_decision(decide(_inputs(ref, state, failure, policy, ports, now), policy))


def _inputs(
    ref: VersionRef, state: TicketState, failure: str | None, policy: Policy, ports: Ports, now: datetime
) -> DecisionInputs:
    team = {agent.email for agent in policy.agents}
    return DecisionInputs(
        key=ref.key,
        version=ref.version,
        policy=ref.policy,
        observations=None if failure else ports.tickets.observations(ref.key, ref.version),
        customer=_facts_of(ports.tickets.text(ref.key, ref.version)),
        was_bounded=state.bounded,
        decided_at=now,
        clock_started_at=_wait_began(state, now),
        open_tickets=ports.loads.open_tickets(sorted(team)),
        holder=state.wrote.assignee or (state.seen.assignee if state.seen.assignee in team else None),
    )


def _wait_began(state: TicketState, now: datetime) -> datetime:
    if state.first_response_at is not None:
        return state.version_at or now
    return state.clock.started_at if state.clock else state.created_at


def _facts_of(text: VersionText | None) -> CustomerFacts:
    if text is None:
        return CustomerFacts()
    return CustomerFacts(plan=text.customer.plan, mrr=text.customer.mrr, signed_up=text.customer.signed_up)


def _triaged(decision: Decision, now: datetime) -> Fact:
    seen = decision.inputs.observations
    labels = (
        {
            "category": seen.category.label.value,
            "urgency": seen.urgency.label.value,
            "sentiment": seen.sentiment.label.value,
            "service_failure": seen.service_failure.label.value,
        }
        if seen
        else {}
    )
    cause = decision.verdict.cause
    detail = {
        **labels,
        "owner": decision.verdict.owner.value,
        "cause": cause.value if cause else "",
        "queue": decision.queue,
        "policy": decision.inputs.policy,
    }
    return Fact(kind=FactKind.TRIAGED, key=decision.inputs.key, at=now, recorded_at=now, detail=detail)


def _decided(state: TicketState, decision: Decision) -> TicketState:
    """The state with the decision in it; the scan keeps watching until the note stands on the desk."""
    if state.version != decision.inputs.version:
        return state
    seen = decision.inputs.observations
    return state.model_copy(
        update={
            "decided": decision.inputs.version,
            "owner": decision.verdict.owner.value,
            "bounded": state.bounded or decision.verdict.bounded,
            "queue": decision.queue,
            "rank": decision.rank,
            "category": seen.category.label.value if seen else state.category,
            "customer_success": decision.customer_success,
            "clock": decision.clock if state.first_response_at is None else state.clock,
        }
    )


def alerts_for(decision: Decision, state: TicketState) -> list[Alert]:
    """Who has to hear of the ticket now: whoever is on call, and customer success when there is trouble."""
    key, seen = decision.inputs.key, decision.inputs.observations
    labels = f"{seen.category.label} · {seen.urgency.label} · {seen.sentiment.label}" if seen else "not read"
    customer = decision.inputs.customer
    value = f"plan {customer.plan or 'unknown'}" + (f", {customer.mrr:,.0f} a month" if customer.mrr else "")
    lines = (
        f"Labels: {labels}",
        f"Customer: {value}",
        f"Queue: {decision.queue}; agent: {decision.agent or 'nobody is at work'}",
        f"First response due: {decision.clock.due_at:%Y-%m-%d %H:%M} UTC",
    )
    alerts = []
    if decision.alert_on_call:
        subject = f"Needs a person now: ticket {key.id} ({key.desk})"
        alert = Alert(
            id=f"{key}/{decision.inputs.version}/on_call",
            audience="on_call",
            subject=subject,
            lines=lines,
            link=state.link,
        )
        alerts.append(alert)
    # Once per incident: a ticket that was bounded before has told them already, until it is solved.
    if decision.customer_success and decision.verdict.bounded and not state.bounded:
        subject = f"Valued customer in trouble: ticket {key.id} ({key.desk})"
        alert = Alert(
            id=f"{key}/{decision.inputs.version}/customer_success",
            audience="customer_success",
            subject=subject,
            lines=lines,
            link=state.link,
        )
        alerts.append(alert)
    return alerts
