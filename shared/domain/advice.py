"""How to answer, what not to promise, whom to ask: by rule for one situation, for the person who answers.

Sources and reasoning stand in docs/decisions/0023. Nothing here speaks to the customer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from shared.domain.advice_words import DO, DONT, LANGUAGES, SAID, TONE, Situation
from shared.domain.boundary import Cause
from shared.domain.cues import Cue
from shared.domain.decision import Decision
from shared.domain.observation import Category, Sentiment, ServiceFailure, Urgency
from shared.domain.policy import Pledge, Policy
from shared.domain.record import Record
from shared.domain.ticket import Customer
from shared.domain.wants import Want

_MOST = 3
_LONG_STANDING = 3  # years


class Advice(Record):
    """Advice for one answer.

    Attributes:
        tone: one sentence: how to begin, and how to sound; empty where nothing is hard about it.
        do: concrete, most telling first, at most three.
        dont: what to avoid, at most two.
    """

    tone: str
    do: tuple[str, ...]
    dont: tuple[str, ...]


_FAILURES = {
    ServiceFailure.PRODUCT_DEFECT: Situation.PRODUCT_DEFECT,
    ServiceFailure.BILLING_ERROR: Situation.BILLING_ERROR,
    ServiceFailure.BROKEN_PROMISE: Situation.BROKEN_PROMISE,
}
_FAULTS = frozenset({*_FAILURES.values(), Situation.CHANGED})
_ADDS: dict[Situation, frozenset[Situation]] = {
    **{one: frozenset() for one in Situation},
    Situation.LEGAL: _FAULTS,
    Situation.LOCKED_OUT: frozenset({Situation.MISREAD, Situation.UNANSWERED, Situation.FRUSTRATED}),
    Situation.LEAVING: _FAULTS | {Situation.UNANSWERED},
    Situation.AT_RISK: _FAULTS | {Situation.UNANSWERED},
    **{one: frozenset({Situation.MISREAD, Situation.UNANSWERED, Situation.FRUSTRATED}) for one in _FAULTS},
    Situation.MISREAD: frozenset({Situation.FRUSTRATED}),
    Situation.UNANSWERED: frozenset({Situation.FRUSTRATED}),
}
"""Which further situation adds advice of its own to the one that gives the tone."""
_OF_THE_BOND = frozenset({Situation.CALM_COMPLAINT, Situation.FRUSTRATED, Situation.UNANSWERED})
_CALM = frozenset({Situation.CALM_COMPLAINT, Situation.THANKS, Situation.CALM})


def situations(
    decision: Decision, wants: tuple[Want, ...], cued: frozenset[Cue] = frozenset()
) -> tuple[Situation, ...]:
    """What holds of a ticket, the hardest first; never empty."""
    seen, rules = decision.inputs.observations, decision.verdict.rules
    steers = any(rule.id.startswith("suspicion_") for rule in rules)
    unread = decision.understood is None
    empty = any(rule.id == "nothing_to_read" for rule in rules)
    if seen is None or unread or empty:
        found = (Situation.STEERING,) if steers else ()
        return (*found, Situation.EMPTY if empty else Situation.UNREAD)
    holds = {
        Situation.STEERING: steers,
        Situation.LEGAL: Want.LEGAL in wants,
        Situation.LEAVING: Want.CANCELLATION in wants,
        Situation.AT_RISK: seen.sentiment.label is Sentiment.AT_RISK,
        Situation.LOCKED_OUT: Cue.LOCKED_OUT in cued
        # Where the product fails, nobody is kept out by a lost key.
        or (Cue.NO_LOGIN in cued and seen.service_failure.label is not ServiceFailure.PRODUCT_DEFECT),
        Situation.MISREAD: Cue.MISREAD in cued,
        Situation.UNANSWERED: Want.REPLY in wants and Cue.MISREAD not in cued,
        Situation.THANKS: thanks_only(decision, wants, cued),
        Situation.FRUSTRATED: seen.sentiment.label is Sentiment.FRUSTRATED and Want.HEARD not in wants,
        Situation.CALM_COMPLAINT: seen.category.label is Category.COMPLAINT or Want.HEARD in wants,
        Situation.CALM: True,
        Situation.CHANGED: Want.RETURN in wants,
        **{one: failure is _failure(decision, wants) for failure, one in _FAILURES.items()},
    }
    return tuple(one for one in Situation if holds.get(one))


def _failure(decision: Decision, wants: tuple[Want, ...]) -> ServiceFailure:
    """The failure that is reported; where the models only suspect one, what is wanted says which."""
    seen = decision.understood
    if seen is None or seen.service_failure.label is not ServiceFailure.NONE:
        return seen.service_failure.label if seen else ServiceFailure.NONE
    suspected = any(rule.id == "service_failure" for rule in decision.verdict.rules)
    if suspected and Want.PROMISED in wants:
        return ServiceFailure.BROKEN_PROMISE
    if suspected and (Want.REFUND in wants or Want.CORRECTION in wants):
        return ServiceFailure.BILLING_ERROR
    return ServiceFailure.NONE


def thanks_only(decision: Decision, wants: tuple[Want, ...], cued: frozenset[Cue]) -> bool:
    """Whether a ticket is a thank-you and nothing else, by its words and by what the models saw."""
    seen = decision.understood
    return (
        Cue.THANKS in cued
        and not wants
        and seen is not None
        and seen.sentiment.label is Sentiment.NEUTRAL
        and seen.service_failure.label is ServiceFailure.NONE
    )


def advise(
    decision: Decision,
    wants: tuple[Want, ...],
    *,
    cued: frozenset[Cue] = frozenset(),
    alike: int = 0,
    graver: bool = False,
) -> Advice:
    """Tone, and what to do and to leave, for this ticket.

    Args:
        cued: what the words give away of the occasion.
        alike: how many others reported the same.
        graver: another open ticket of the customer is graver: what is calm here is not all they have to say.
    """
    first, *more = situations(decision, wants, cued)
    second = next((one for one in more if one in _ADDS[first]), None)
    do, dont = [*_own(decision, alike), *DO[first]], list(DONT[first])
    if Cue.AGAIN in cued:
        do.insert(1, "Say openly that it is not the first time.")
    if second is not None:
        do, dont = [*do[: _MOST - 1], DO[second][0]], [*dont[:1], DONT[second][0]]
    if first in _OF_THE_BOND and _years_with_us(decision) >= _LONG_STANDING:
        do.append("Name how long they have been with us, once, as a fact and not as praise.")
    tone = "" if graver and first in _CALM else TONE[first]
    return Advice(tone=tone, do=tuple(dict.fromkeys(do))[:_MOST], dont=tuple(dict.fromkeys(dont))[:2])


def _own(decision: Decision, alike: int) -> list[str]:
    """What is advised by more than the kind of situation: how urgent it is, and that others are hit."""
    seen, own = decision.inputs.observations, []
    if seen is not None and seen.urgency.label is Urgency.CRITICAL:
        own.append("Write now, even if only with who is working on it and when the next word comes.")
    if alike:
        own.append("Say openly that others are hit too; use one wording for all of them.")
    return own


def _years_with_us(decision: Decision) -> int:
    since = decision.inputs.customer.signed_up
    return (decision.inputs.decided_at.date() - since).days // 365 if since else 0


def not_to_promise(decision: Decision, wants: tuple[Want, ...], policy: Policy | None) -> tuple[str, ...]:
    """What stays unsaid until somebody has decided it, at most two; the policy's words go before ours."""
    seen = decision.understood
    failure = _failure(decision, wants)
    asked = {
        Pledge.LEGAL: Want.LEGAL in wants,
        Pledge.REFUND: failure is ServiceFailure.BILLING_ERROR or Want.REFUND in wants,
        Pledge.CONTRACT: Want.CANCELLATION in wants,
        Pledge.FEATURE: Want.RETURN in wants or (seen and seen.category.label is Category.FEATURE_REQUEST),
        Pledge.DATE: failure in (ServiceFailure.PRODUCT_DEFECT, ServiceFailure.BROKEN_PROMISE),
        Pledge.COMPENSATION: Want.COMPENSATION in wants
        or (seen is not None and seen.sentiment.label is Sentiment.AT_RISK),
    }
    own = policy.not_to_promise if policy else {}
    return tuple(own.get(pledge, SAID[pledge]) for pledge, holds in asked.items() if holds)[:2]


def whom_to_ask(
    decision: Decision, wants: tuple[Want, ...], customer: Customer, policy: Policy | None, now: datetime
) -> tuple[str, ...]:
    """Who knows or decides, at most three, each with what for."""
    if policy is None:
        return ()
    found: dict[str, str] = {}
    for address, what in _experts(decision, wants, customer, policy, now):
        if address != decision.agent:
            found.setdefault(address, what)
    if not found and decision.verdict.cause is Cause.BOUNDED:
        found[policy.alerts.manager] = "manager"
    names = {agent.email: agent.name for agent in policy.agents}
    return tuple(f"{names.get(address, address)} ({what})" for address, what in found.items())[:_MOST]


def _experts(
    decision: Decision, wants: tuple[Want, ...], customer: Customer, policy: Policy, now: datetime
) -> Iterator[tuple[str, str]]:
    alerts, seen = policy.alerts, decision.inputs.observations
    if seen is not None:
        yield from _speakers(decision, seen.language.code, policy, now)
    if decision.alert_on_call:
        called = alerts.called(now)
        yield from ((address, "on call") for address in called)
        if not called:
            yield alerts.manager, "manager; nobody is on call"
    for queue in policy.queues:
        if queue.lead and queue.id == policy.queue_for(_field(decision, wants)):
            yield queue.lead, f"leads {queue.group}"
    if decision.customer_success:
        owner = customer.success_owner
        yield (owner, "looks after this customer") if owner else (alerts.customer_success, "customer success")
    if Want.LEGAL in wants or Want.SUPERIOR in wants:
        yield alerts.manager, "manager"
    contact = decision.inputs.contact
    if contact:
        yield contact.agent, f"answered them last, on {contact.at:%-d %b}"


def _speakers(decision: Decision, language: str, policy: Policy, now: datetime) -> Iterator[tuple[str, str]]:
    """Who reads the language of a request that was not understood, or that whoever has the ticket does not speak."""
    name = LANGUAGES.get(language)
    speakers = {one.email: one for one in policy.agents if language in one.languages}
    if name and decision.understood is None:
        yield from ((address, f"reads {name}") for address in speakers)
    elif name and decision.agent and decision.agent not in speakers:
        yield from ((address, f"speaks {name}") for address, one in speakers.items() if one.at_work(now))


def _field(decision: Decision, wants: tuple[Want, ...]) -> Category:
    """Whose queue knows most about what is reported."""
    seen = decision.inputs.observations
    if seen is None:
        return Category.OTHER
    by_failure = {
        ServiceFailure.PRODUCT_DEFECT: Category.TECHNICAL,
        ServiceFailure.BILLING_ERROR: Category.BILLING,
        ServiceFailure.BROKEN_PROMISE: Category.COMPLAINT,
    }
    return by_failure.get(_failure(decision, wants), seen.category.label)
