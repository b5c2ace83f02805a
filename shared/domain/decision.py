"""The decision on one version of a ticket, computed from stored inputs by pure rules.

Everything `decide` looks at is in `DecisionInputs` and the policy, both of which are stored, so any
decision can be computed again later and must come out the same.
"""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from shared.domain.boundary import Verdict, judge
from shared.domain.cascade import combined_again
from shared.domain.observation import Observations, Sentiment, Urgency
from shared.domain.policy import Agent, Policy, Value
from shared.domain.record import Instant, Record
from shared.domain.sla import first_response_clock
from shared.domain.ticket import Clock, TicketKey

BAND_WIDTH = 10**11  # seconds; larger than any deadline, so that the band always decides first


class CustomerFacts(Record):
    """What rules may know about the customer. No name, no address."""

    plan: str | None = None
    mrr: float | None = None
    signed_up: date | None = None


class DecisionInputs(Record):
    """Everything a decision rests on besides the policy.

    Attributes:
        observations: None when the models could not answer.
        was_bounded: whether an earlier version was bounded and nobody lifted it.
        decided_at: the moment of the decision; shifts and tenure are judged by it.
        clock_started_at: when the customer's wait began.
        open_tickets: each agent's open tickets, by mail address; an agent not named has none.
        holder: the agent whom the ticket is assigned to on the desk already.
    """

    key: TicketKey
    version: str
    policy: str
    observations: Observations | None
    customer: CustomerFacts
    was_bounded: bool
    decided_at: Instant
    clock_started_at: Instant
    open_tickets: dict[str, int] = {}
    holder: str | None = None


class Decision(Record):
    """Who answers, with what, from which queue, by when; with the rules that said so.

    Attributes:
        agent: mail address, or None when nobody of the queue is at work and has room.
        rank: place in the queue, ascending; see `rank_of`.
        top: whether the ticket is in the top band.
        customer_success: whether the customer success team hears of the ticket as well.
        alert_on_call: whether somebody has to be told at once.
    """

    inputs: DecisionInputs
    verdict: Verdict
    queue: str
    agent: str | None
    rank: int
    top: bool
    customer_success: bool
    alert_on_call: bool
    clock: Clock


def decide(inputs: DecisionInputs, policy: Policy) -> Decision:
    """Turn observations, customer facts and policy into one decision. Pure."""
    today = inputs.decided_at.astimezone(ZoneInfo(policy.company.time_zone)).date()
    verdict = judge(
        inputs.observations,
        signed_up=inputs.customer.signed_up,
        today=today,
        was_bounded=inputs.was_bounded,
        boundary=policy.boundary,
    )
    clock = first_response_clock(
        started_at=inputs.clock_started_at,
        plan=inputs.customer.plan,
        urgency=inputs.observations.urgency.label if inputs.observations else None,
        sla=policy.sla,
        calendar=policy.calendar,
    )
    valued = is_valued(inputs.customer, policy.value, today=today)
    top = belongs_on_top(inputs.observations) or inputs.decided_at >= clock.warn_at
    queue, agent = assign(inputs, verdict, policy)
    return Decision(
        inputs=inputs,
        verdict=verdict,
        queue=queue,
        agent=agent,
        rank=rank_of(clock, inputs.observations, top=top, valued=valued, policy=policy),
        top=top,
        customer_success=valued,
        alert_on_call=needs_someone_now(inputs.observations) or (verdict.bounded and agent is None),
        clock=clock,
    )


def assign(inputs: DecisionInputs, verdict: Verdict, policy: Policy) -> tuple[str, str | None]:
    """Queue and agent. Whoever holds the ticket keeps it.

    A bounded ticket whose queue has nobody at work goes to the fallback queue, so that it never waits
    unseen; if nobody is there either it stays without an agent, and the decision asks for an alert.
    """
    queue = queue_of(inputs.observations, verdict, policy)
    agent = inputs.holder or agent_for(queue, inputs, policy.agents)
    if agent is None and verdict.bounded:
        queue = policy.routing.fallback_queue
        agent = agent_for(queue, inputs, policy.agents)
    return queue, agent


def belongs_on_top(seen: Observations | None) -> bool:
    """Urgent and unhappy tickets are on top of every queue; so is one that nobody could read."""
    if seen is None:
        return True
    return seen.urgency.label is not Urgency.STANDARD or seen.sentiment.label is not Sentiment.NEUTRAL


def needs_someone_now(seen: Observations | None) -> bool:
    """Whether whoever is on call has to hear of the ticket at triage, not at its deadline."""
    return seen is not None and (seen.urgency.label is Urgency.CRITICAL or seen.sentiment.label is Sentiment.AT_RISK)


def is_valued(customer: CustomerFacts, value: Value, *, today: date) -> bool:
    """Whether the customer is of high value by plan, revenue or tenure. An unknown fact proves nothing."""
    by_plan = customer.plan in value.plans
    by_revenue = value.mrr_at_least is not None and (customer.mrr or 0.0) >= value.mrr_at_least
    by_tenure = (
        value.tenure_days_at_least is not None
        and customer.signed_up is not None
        and today - customer.signed_up >= timedelta(days=value.tenure_days_at_least)
    )
    return by_plan or by_revenue or by_tenure


def queue_of(seen: Observations | None, verdict: Verdict, policy: Policy) -> str:
    """The queue: the category's own, the one for bounded tickets if the policy has one, or the fallback."""
    if seen is None:
        return policy.routing.fallback_queue
    if verdict.bounded and policy.routing.bounded_queue:
        return policy.routing.bounded_queue
    if any(rule.id == "category_unsure" for rule in verdict.rules):
        return policy.routing.fallback_queue
    return policy.queue_for(seen.category.label)


def agent_for(queue: str, inputs: DecisionInputs, agents: tuple[Agent, ...]) -> str | None:
    """The agent of the queue who is at work, has room, and carries least.

    Speaking the customer's language wins over a lower load; a tie goes to the lower mail address, so
    that the choice can be repeated.
    """
    language = inputs.observations.language.code if inputs.observations else None

    def load(agent: Agent) -> int:
        return inputs.open_tickets.get(agent.email, 0)

    able = [
        agent
        for agent in agents
        if queue in agent.queues and agent.shift.covers(inputs.decided_at) and load(agent) < agent.max_open
    ]
    best = min(able, key=lambda a: (language not in a.languages, load(a) / a.max_open, a.email), default=None)
    return best.email if best else None


def rank_of(clock: Clock, seen: Observations | None, *, top: bool, valued: bool, policy: Policy) -> int:
    """Place in the queue, ascending: two bands, and within a band a virtual deadline in epoch seconds.

    The virtual deadline is the due time minus credits for urgency and value. It is a fixed moment, so
    a waiting ticket moves up by itself as later ones arrive, and nothing starves within its band.
    """
    credit = policy.rank.urgency_credit_minutes.get(seen.urgency.label, 0) if seen else 0
    if valued:
        credit += policy.rank.value_credit_minutes
    virtual = int(clock.due_at.timestamp()) - credit * 60
    # However large the credit: a ticket never leaves its band.
    return (0 if top else BAND_WIDTH) + max(virtual, 0)


def raised(rank: int) -> int:
    """The same place in the top band."""
    return rank % BAND_WIDTH


def replay(decision: Decision, policy: Policy) -> Decision:
    """Compute a stored decision again from its own inputs, from what each reader said on; it must be equal."""
    seen = decision.inputs.observations
    again = None if seen is None else combined_again(seen)
    return decide(decision.inputs.model_copy(update={"observations": again}), policy)
