"""Whom to ask: who knows or decides, each with what for; nobody who only stands there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from shared.domain.advice import failure_of
from shared.domain.advice_words import LANGUAGES
from shared.domain.boundary import Cause
from shared.domain.cues import Cue
from shared.domain.decision import Decision, needs_someone_now
from shared.domain.observation import Category, ServiceFailure, Urgency
from shared.domain.policy import Policy
from shared.domain.ticket import Customer
from shared.domain.wants import Want

_MOST = 3


def whom_to_ask(
    decision: Decision,
    wants: tuple[Want, ...],
    cued: frozenset[Cue],
    customer: Customer,
    policy: Policy | None,
    now: datetime,
    *,
    legal: bool = False,
    told: bool = False,
) -> tuple[str, ...]:
    """Who knows or decides, at most three, each with what for.

    Args:
        legal: they speak of legal steps, here or in another ticket that is open.
        told: what the company says on it is quoted: of a plain question nobody else has to be asked.
    """
    if policy is None:
        return ()
    plain = _is_plain(decision, wants, cued)
    fields = () if plain and told else _fields(decision, wants, cued, legal)
    caring = _caring(decision, customer, policy, asked=Cue.CONTACT in cued, plain=plain)
    found: dict[str, str] = {}
    for address, what in _experts(decision, wants, policy, now, legal=legal, fields=fields, caring=caring):
        if address != decision.agent:
            found.setdefault(address, what)
    if not found and not (plain and told) and decision.verdict.cause is Cause.BOUNDED:
        found[policy.alerts.manager] = "manager"
    names = {agent.email: agent.name for agent in policy.agents}
    return tuple(f"{names.get(address, address)} ({what})" for address, what in found.items())[:_MOST]


def _experts(
    decision: Decision,
    wants: tuple[Want, ...],
    policy: Policy,
    now: datetime,
    *,
    legal: bool,
    fields: Iterable[Category],
    caring: Iterable[tuple[str, str]],
) -> Iterator[tuple[str, str]]:
    alerts, seen = policy.alerts, decision.inputs.observations
    if seen is not None:
        yield from _speakers(decision, seen.language.code, policy, now)
    called = alerts.called(now) if decision.alert_on_call else ()
    yield from ((address, "on call") for address in called)
    if legal or Want.SUPERIOR in wants:
        yield alerts.manager, "manager; before anything is put in writing" if legal else "manager"
    for field in fields:
        yield from _leads(field, decision, policy, now)
    if (needs_someone_now(seen) and not called) or decision.is_steered:
        yield alerts.manager, "manager"
    yield from caring
    contact = decision.inputs.contact
    if contact:
        yield contact.agent, f"answered them last, on {contact.at:%-d %b}"


def _leads(field: Category, decision: Decision, policy: Policy, now: datetime) -> Iterator[tuple[str, str]]:
    """Whoever leads a field; where that person is not at work and it cannot wait, who is."""
    seen = decision.inputs.observations
    presses = seen is not None and seen.urgency.label is Urgency.CRITICAL
    people = {one.email: one for one in policy.agents}
    for queue in policy.queues:
        if queue.id != policy.queue_for(field):
            continue
        lead = people.get(queue.lead) if queue.lead else None
        if presses and lead is not None and not lead.at_work(now):
            yield from (
                (one.email, f"{queue.group}, at work now")
                for one in policy.agents
                if queue.id in one.queues and one.at_work(now) and one.email != decision.agent
            )
        if queue.lead:
            yield queue.lead, f"leads {queue.group}"


def _caring(
    decision: Decision, customer: Customer, policy: Policy, *, asked: bool, plain: bool
) -> Iterator[tuple[str, str]]:
    """Who looks after a customer of high value; for a plain how-to nobody has to be asked there."""
    if customer.success_owner and decision.customer_success:
        yield customer.success_owner, "looks after this customer"
    elif asked or (decision.customer_success and not plain):
        yield policy.alerts.customer_success, "customer success"


def _is_plain(decision: Decision, wants: tuple[Want, ...], cued: frozenset[Cue]) -> bool:
    """Whether it is a calm question, where nothing failed and nobody leaves."""
    seen = decision.understood
    fails = failure_of(decision, wants, cued) is not ServiceFailure.NONE
    return seen is not None and seen.is_calm and not fails and not {Want.CANCELLATION, Want.HEARD} & set(wants)


def _speakers(decision: Decision, language: str, policy: Policy, now: datetime) -> Iterator[tuple[str, str]]:
    """Who reads the language of a request that was not understood, or that whoever has the ticket does not speak."""
    name = LANGUAGES.get(language)
    speakers = {one.email: one for one in policy.agents if language in one.languages}
    if name and decision.understood is None:
        yield from ((address, f"reads {name}") for address in speakers)
    elif name and decision.agent and decision.agent not in speakers:
        yield from ((address, f"speaks {name}") for address, one in speakers.items() if one.at_work(now))


def _fields(decision: Decision, wants: tuple[Want, ...], cued: frozenset[Cue], legal: bool) -> Iterator[Category]:
    """Whose queues know most about what is reported; of a legal matter billing, where money is spoken of."""
    seen = decision.inputs.observations
    if seen is None:
        yield Category.OTHER
        return
    by_failure = {
        ServiceFailure.PRODUCT_DEFECT: Category.TECHNICAL,
        ServiceFailure.BILLING_ERROR: Category.BILLING,
        ServiceFailure.BROKEN_PROMISE: Category.COMPLAINT,
    }
    yield by_failure.get(failure_of(decision, wants, cued), seen.category.label)
    if legal and {Want.COMPENSATION, Want.REFUND, Want.CORRECTION} & set(wants):
        yield Category.BILLING
