"""The decision on one version of a ticket, computed from stored inputs by pure rules.

Everything `decide` looks at is in `DecisionInputs` and the policy, both of which are stored, so any
decision can be computed again later and must come out the same.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.domain.assignment import Choice, Contact, Load, Wanted, choose
from shared.domain.boundary import Verdict, is_suspicion, judge
from shared.domain.cascade import combined_again
from shared.domain.observation import Observations, Sentiment, Urgency
from shared.domain.policy import Policy
from shared.domain.policy_parts import Value
from shared.domain.rank import place
from shared.domain.record import Instant, Record
from shared.domain.sla import clock_of
from shared.domain.sla_policy import Asked
from shared.domain.ticket import Target, TicketKey
from shared.domain.ticket_state import Clock, Pause, TicketState


class CustomerFacts(Record):
    """What rules may know about the customer, and of which day that is. No name, no address."""

    plan: str | None = None
    mrr: float | None = None
    signed_up: date | None = None
    as_of: date | None = None


class DecisionInputs(Record):
    """Everything a decision rests on besides the policy.

    Attributes:
        observations: None when the models could not answer.
        was_bounded: whether an earlier version was bounded and nobody lifted it.
        decided_at: the moment of the decision; shifts and tenure are judged by it.
        clock_started_at: when the customer's wait began.
        target: which answer the customer waits for.
        loads: what each agent carries, by mail address; an agent not named has nothing.
        holder: the agent whom the ticket is assigned to on the desk already.
        held_by_hand: whether a person assigned it.
        contact: who answered this customer last.
    """

    key: TicketKey
    version: str
    policy: str
    observations: Observations | None
    customer: CustomerFacts
    was_bounded: bool
    decided_at: Instant
    clock_started_at: Instant
    target: Target = Target.FIRST_RESPONSE
    channel: str = ""
    tags: frozenset[str] = frozenset()
    pauses: tuple[Pause, ...] = ()
    loads: dict[str, Load] = {}
    holder: str | None = None
    held_by_hand: bool = False
    contact: Contact | None = None

    @property
    def asked(self) -> Asked:
        """What the promise to the customer depends on."""
        urgency = self.observations.heard.urgency.label if self.observations else None
        return Asked(plan=self.customer.plan, urgency=urgency, channel=self.channel, tags=self.tags)


class Decision(Record):
    """Who answers, with what, from which queue, by when; with the rules that said so.

    Attributes:
        agent: mail address, or None when nobody of the queue is at work and has room.
        rank: place in the queue, ascending; see `rank`.
        top: whether the ticket is in the top band.
        customer_success: whether the customer success team hears of the ticket as well.
        alert_on_call: whether somebody has to be told at once.
        clock: of the answer that the customer waits for.
        rank_reasons: why it has this place, in words.
        agent_reasons: why this person, or why nobody.
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
    rank_reasons: tuple[str, ...] = ()
    agent_reasons: tuple[str, ...] = ()

    @property
    def understood(self) -> Observations | None:
        """What was seen, if the language was read with confidence: else a mood or a failure is only guessed."""
        seen = self.inputs.observations
        unread = any(rule.id in ("language_unreadable", "nothing_to_read") for rule in self.verdict.rules)
        return seen if seen is not None and seen.language.readable and not unread else None

    @property
    def is_steered(self) -> bool:
        """Whether the text tries to give instructions to software."""
        return any(is_suspicion(rule.id) for rule in self.verdict.rules)


def decide(inputs: DecisionInputs, policy: Policy) -> Decision:
    """Turn observations, customer facts and policy into one decision. Pure."""
    zone = policy.company.time_zone
    today = inputs.decided_at.astimezone(ZoneInfo(zone)).date()
    verdict = judge(
        inputs.observations,
        signed_up=inputs.customer.signed_up,
        today=today,
        was_bounded=inputs.was_bounded,
        boundary=policy.boundary,
    )
    clock = response_clock(inputs, policy)
    valued = is_valued(inputs.customer, policy.value, today=today)
    warned = inputs.decided_at >= clock.warn_at
    heard = inputs.observations.heard if inputs.observations else None
    where = place(clock, heard, warned=warned, valued=valued, weights=policy.rank, zone=zone)
    queue, choice = assign(inputs, verdict, policy)
    return Decision(
        inputs=inputs,
        verdict=verdict,
        queue=queue,
        agent=choice.agent,
        rank=where.rank,
        top=where.top,
        customer_success=valued,
        alert_on_call=needs_someone_now(inputs.observations) or (verdict.bounded and choice.agent is None),
        clock=clock,
        rank_reasons=where.reasons,
        agent_reasons=choice.reasons,
    )


def response_clock(inputs: DecisionInputs, policy: Policy) -> Clock:
    """The clock of the answer that is waited for; where no later one is promised, the first one's gives the order."""
    for target in (inputs.target, Target.FIRST_RESPONSE):
        clock = clock_of(
            target,
            started_at=inputs.clock_started_at,
            asked=inputs.asked,
            sla=policy.sla,
            calendars=policy.calendars,
            pauses=inputs.pauses,
        )
        if clock is not None:
            return clock
    raise AssertionError("a first response is always promised")


def assign(inputs: DecisionInputs, verdict: Verdict, policy: Policy) -> tuple[str, Choice]:
    """Queue and agent.

    A bounded or critical ticket whose queue has nobody at work goes to the fallback queue, so that it never
    waits unseen; if nobody is there either it stays without an agent, and the decision asks for an alert.
    """
    queue = queue_of(inputs.observations, verdict, policy)
    choice = choice_in(queue, inputs, policy)
    presses = verdict.bounded or needs_someone_now(inputs.observations)
    if choice.agent is None and presses and queue != policy.routing.fallback_queue:
        first, queue = choice, policy.routing.fallback_queue
        choice = choice_in(queue, inputs, policy)
        choice = choice.model_copy(update={"reasons": (*first.reasons[:1], *choice.reasons)})
    return queue, choice


def choice_in(queue: str, inputs: DecisionInputs, policy: Policy) -> Choice:
    """The agent of a queue for this ticket."""
    wanted = Wanted(
        queue=queue,
        language=inputs.observations.language.code if inputs.observations else None,
        skills=policy.routing.skills_for(inputs.asked),
        holder=inputs.holder,
        by_hand=inputs.held_by_hand,
        contact=inputs.contact,
    )
    return choose(wanted, policy.agents, inputs.loads, policy.routing, now=inputs.decided_at)


def needs_someone_now(seen: Observations | None) -> bool:
    """Whether whoever is on call has to hear of the ticket at triage, not at its deadline."""
    if seen is None:
        return False
    return seen.heard.urgency.label is Urgency.CRITICAL or seen.heard.sentiment.label is Sentiment.AT_RISK


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


def replay(decision: Decision, policy: Policy) -> Decision:
    """Compute a stored decision again from its own inputs, from what each reader said on; it must be equal."""
    seen = decision.inputs.observations
    again = None if seen is None else combined_again(seen)
    return decide(decision.inputs.model_copy(update={"observations": again}), policy)


def relieved(state: TicketState, policy: Policy, loads: dict[str, Load], *, now: datetime) -> str | None:
    """Who takes over a ticket that we gave to somebody who is not at work; None where it stays as it is."""
    ours = state.wrote.assignee
    if state.queue is None or state.standing.assignee not in (None, ours):
        return None
    wanted = Wanted(queue=state.queue, language=None, holder=ours)
    choice = choose(wanted, policy.agents, loads, policy.routing, now=now)
    return choice.agent if choice.agent != ours else None
