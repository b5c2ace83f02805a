"""Deciding on a version: who answers, from which queue, by when; and telling those who must know at once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from functions.route.incident import incident_of, is_news, told_of
from functions.route.telling import as_incident, call, flag, flagged, remembered, trouble
from shared.domain.assignment import Load, week_of
from shared.domain.boundary import Owner
from shared.domain.clocks import recomputed
from shared.domain.decision import CustomerFacts, Decision, DecisionInputs, decide
from shared.domain.draft_use import Use
from shared.domain.errors import StoreConflict
from shared.domain.facts import Fact, FactKind
from shared.domain.health import History, health
from shared.domain.intake import response_clock
from shared.domain.policy import Policy
from shared.domain.ticket import Customer, Target, VersionRef
from shared.domain.ticket_state import TicketState
from shared.ports.books import FactLog, LoadBook, Occasions, PolicyStore
from shared.ports.customers import CustomerBook, amend_history
from shared.ports.delivery import Alerts
from shared.ports.store import Burden, DraftStore, TicketStore, VersionText, amend

SUPERSEDED = "superseded"
_ATTEMPTS = 5


@dataclass(frozen=True)
class Ports:
    """The world that route touches."""

    tickets: TicketStore
    policies: PolicyStore
    loads: LoadBook
    facts: FactLog
    customer_book: CustomerBook
    alerts: Alerts
    drafts: DraftStore
    occasions: Occasions


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
    policy = ports.policies.get(ref.policy)
    decision = standing or _decide(ref, state, failure, policy, ports, clock())
    now = decision.inputs.decided_at
    ports.facts.record([_triaged(decision, now), *_missed(decision, state, ports.drafts)])
    _call_out(decision, state, policy, ports)
    _look_after(decision, state, policy, ports)
    # Last: until this is written the whole step is done again, and an alert is rather repeated than lost.
    amend(ports.tickets, ref.key, lambda current: _decided(current, decision, policy))
    return decision.verdict.owner.value


def _missed(decision: Decision, state: TicketState, drafts: DraftStore) -> list[Fact]:
    """A draft went out, and the customer's next message is unhappy: the boundary should have held before."""
    unhappy = any(rule.id == "unhappy_customer" for rule in decision.verdict.rules)
    before = state.noted
    if not unhappy or before is None or before == state.version or state.owner != Owner.AGENT_WITH_DRAFT:
        return []
    draft = drafts.get(state.key, before)
    if draft is None or draft.sent is None or draft.sent.use is Use.UNUSED:
        return []
    at, detail = decision.inputs.decided_at, {"found_by": "next_message", "resolution": draft.resolution}
    return [Fact(kind=FactKind.BOUNDARY_MISSED, key=state.key, at=at, recorded_at=at, detail=detail)]


def _call_out(decision: Decision, state: TicketState, policy: Policy, ports: Ports) -> None:
    """Tell whoever is on call; of a fault that many report at once, as one incident."""
    alert = call(decision, state, policy)
    if alert is None:
        return
    incident = incident_of(decision, state, ports.facts, at_least=policy.alerts.incident_from)
    if incident is None:
        ports.alerts.send(alert)
    elif is_news(incident, ports.occasions):
        ports.alerts.send(as_incident(alert, incident.customers, incident.lines))
        told_of(incident, decision, ports.occasions)


def _look_after(decision: Decision, state: TicketState, policy: Policy, ports: Ports) -> None:
    """Remember the ticket in the customer's history, and tell customer success of trouble, once per incident.

    Told before the incident is stored: being stopped in between repeats an alert and loses none.
    """
    key, text = decision.inputs.key, ports.tickets.text(decision.inputs.key, decision.inputs.version)
    customer = text.customer if text else Customer(id=state.customer_id)

    def changed(history: History) -> History:
        incident, _ = trouble(decision, history)
        return remembered(decision, state, history).model_copy(update={"incident": incident})

    before = ports.customer_book.history(key.desk, state.customer_id)
    if trouble(decision, before)[1]:
        known = remembered(decision, state, before)
        ports.alerts.send(flag(decision, state, customer, known, policy))
        now = decision.inputs.decided_at
        ports.facts.record([flagged(decision, customer, health(known, now), now)])
    amend_history(ports.customer_book, key.desk, state.customer_id, changed)


def _decide(
    ref: VersionRef, state: TicketState, failure: str | None, policy: Policy, ports: Ports, now: datetime
) -> Decision:
    """Decide and store it; again with fresh figures when the chosen agent's load changed at the same moment."""
    for attempt in range(1, _ATTEMPTS + 1):
        decision = decide(_inputs(ref, state, failure, policy, ports, now), policy)
        try:
            return ports.tickets.put_decision(decision, burden_of(decision, policy, exact=attempt < _ATTEMPTS))
        except StoreConflict:
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def burden_of(decision: Decision, policy: Policy, *, exact: bool) -> Burden:
    """What the ticket adds to its agent, on the condition that the choice still holds.

    Args:
        exact: the agent has to carry just what the choice was made by, so that of two tickets at the same moment
            one is decided again; otherwise only room is asked for. Who holds it already needs no room.
    """
    inputs, weight = decision.inputs, 1
    if inputs.observations:
        weight = policy.routing.weight_of(inputs.observations.heard.urgency.label)
    week = week_of(inputs.decided_at, policy.company.time_zone)
    agent = next((one for one in policy.agents if one.email == decision.agent), None)
    if agent is None or inputs.holder == agent.email:
        return Burden(weight=weight, week=week)
    carried = inputs.loads.get(agent.email, Load()).tickets
    return Burden(weight=weight, week=week, below=agent.max_open, exactly=carried if exact else None)


def _holder(state: TicketState, team: Collection[str]) -> tuple[str | None, bool]:
    """Who has the ticket already, and whether a person gave it to them."""
    if state.holder:
        return state.holder, True
    if state.wrote.assignee:
        return state.wrote.assignee, False
    return (state.seen.assignee, True) if state.seen.assignee in team else (None, False)


def _inputs(
    ref: VersionRef, state: TicketState, failure: str | None, policy: Policy, ports: Ports, now: datetime
) -> DecisionInputs:
    holder, by_hand = _holder(state, {agent.email for agent in policy.agents})
    return DecisionInputs(
        key=ref.key,
        version=ref.version,
        policy=ref.policy,
        observations=None if failure else ports.tickets.observations(ref.key, ref.version),
        customer=_facts_of(ports.tickets.text(ref.key, ref.version)),
        contact=ports.customer_book.history(ref.key.desk, state.customer_id).contact,
        was_bounded=state.bounded,
        decided_at=now,
        clock_started_at=_wait_began(state, now),
        target=Target.NEXT_RESPONSE if state.first_response_at else Target.FIRST_RESPONSE,
        channel=state.channel,
        tags=frozenset(state.tags),
        pauses=state.pauses,
        loads=ports.loads.loads(week_of(now, policy.company.time_zone)),
        holder=holder,
        held_by_hand=by_hand,
    )


def _wait_began(state: TicketState, now: datetime) -> datetime:
    clock = response_clock(state)
    if clock is not None:
        return clock.started_at
    return (state.version_at or now) if state.first_response_at else state.created_at


def _facts_of(text: VersionText | None) -> CustomerFacts:
    if text is None:
        return CustomerFacts()
    customer = text.customer
    return CustomerFacts(plan=customer.plan, mrr=customer.mrr, signed_up=customer.signed_up, as_of=customer.as_of)


def _triaged(decision: Decision, now: datetime) -> Fact:
    seen = decision.inputs.observations
    labels = (
        {
            "category": seen.category.label.value,
            "urgency": seen.heard.urgency.label.value,
            "sentiment": seen.heard.sentiment.label.value,
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
        "agent": decision.agent or "",
    }
    return Fact(kind=FactKind.TRIAGED, key=decision.inputs.key, at=now, recorded_at=now, detail=detail)


def _decided(state: TicketState, decision: Decision, policy: Policy) -> TicketState:
    """The state with the decision in it; the scan keeps watching until the note stands on the desk."""
    if state.version != decision.inputs.version:
        return state
    seen = decision.inputs.observations
    decided = state.model_copy(
        update={
            "decided": decision.inputs.version,
            "owner": decision.verdict.owner.value,
            "bounded": state.bounded or decision.verdict.bounded,
            "queue": decision.queue,
            "rank": decision.rank,
            "rank_reasons": decision.rank_reasons,
            "urgency": seen.heard.urgency.label if seen else state.urgency,
            "called": state.called or decision.alert_on_call,
            "category": seen.category.label.value if seen else state.category,
            "customer_success": decision.customer_success,
        }
    )
    return decided.model_copy(update={"clocks": recomputed(decided, policy)})
