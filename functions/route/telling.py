"""Who has to hear of a decision at once, and what they need to know. Labels and values, never a customer's words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from shared.domain.alerting import Audience, address
from shared.domain.customers import is_stale
from shared.domain.decision import Decision
from shared.domain.facts import Fact, FactKind
from shared.domain.health import Health, History, Incident, PastTicket, health, proactive_step
from shared.domain.policy import Policy
from shared.domain.ticket import Customer
from shared.domain.ticket_state import TicketState
from shared.ports.delivery import Alert


def call(decision: Decision, state: TicketState, policy: Policy) -> Alert | None:
    """The alert to whoever is on call, once until the ticket is over. Nobody at work: the manager hears as well."""
    if not decision.alert_on_call or state.called:
        return None
    alerts = policy.alerts
    where = address(Audience.ON_CALL, alerts, decision.inputs.decided_at, urgent=True)
    to = where.to if decision.agent or alerts.manager in where.to else (*where.to, alerts.manager)
    return Alert(
        id=_id(decision, Audience.ON_CALL),
        audience=where.audience,
        subject=_subject("Needs a person now", decision),
        lines=tuple(line for line in (*_lines(decision), where.remark) if line),
        link=state.link,
        to=to,
    )


def as_incident(alert: Alert, customers: int, lines: tuple[str, ...]) -> Alert:
    """The alert of one ticket as that of the incident which it is part of."""
    return alert.model_copy(
        update={
            "id": f"{alert.id}/incident",
            "subject": f"Incident: {customers} customers report the same fault",
            "lines": (*lines, "The newest:", *alert.lines),
        }
    )


def remembered(decision: Decision, state: TicketState, history: History) -> History:
    """The customer's history with this ticket as it was read now; the gravest reading of it stays.

    Of a language that was not read nothing is remembered: a mood guessed from it would follow the customer for weeks.
    """
    seen, before = decision.understood, history.ticket(decision.inputs.key.id)
    past = before or PastTicket(id=decision.inputs.key.id, opened_at=state.created_at)
    if seen is not None:
        news = {
            "category": seen.category.label,
            "sentiment": max(past.sentiment, seen.sentiment.label, key=list(type(past.sentiment)).index),
            "failure": past.failure if seen.service_failure.label == "none" else seen.service_failure.label,
        }
        past = past.model_copy(update=news)
    return history.with_ticket(past.model_copy(update={"closed_at": None}))


def trouble(decision: Decision, history: History) -> tuple[Incident | None, bool]:
    """The incident that the ticket belongs to, and whether customer success has to hear of it now.

    Args:
        history: as it was before this decision: a ticket that was over and comes back is a new incident.
    """
    running = history.running_incident(decision.inputs.decided_at)
    if not (decision.customer_success and decision.verdict.bounded):
        return running or history.incident, False
    ticket, opened_by = decision.inputs.key.id, _id(decision, Audience.CUSTOMER_SUCCESS)
    if running is None or running.opened_by == opened_by:
        return Incident(opened_by=opened_by, flagged_at=decision.inputs.decided_at, tickets=(ticket,)), True
    return running.model_copy(update={"tickets": tuple(dict.fromkeys((*running.tickets, ticket)))}), False


def flag(decision: Decision, state: TicketState, customer: Customer, history: History, policy: Policy) -> Alert:
    """The alert to whoever looks after a valued customer: who, what was reported, history, what to do."""
    inputs, seen = decision.inputs, decision.understood
    where = address(Audience.CUSTOMER_SUCCESS, policy.alerts, inputs.decided_at)
    others = [one for one in history.tickets if one.id != inputs.key.id]
    lines = [
        f"Who: {customer.company or 'no company named'}; {_value(decision)}",
        _age(decision, policy),
        f"Renewal: {customer.renewal_date}" if customer.renewal_date else "",
        f"Reported: {_reported(decision)}",
        f"History: {len(others)} earlier tickets; health {health(history, inputs.decided_at)}",
        "Suggested: "
        + (
            proactive_step(seen.sentiment.label, seen.service_failure.label, seen.category.label)
            if seen
            else "Read the ticket: the system could not."
        ),
        *_lines(decision)[2:],
    ]
    return Alert(
        id=_id(decision, Audience.CUSTOMER_SUCCESS),
        audience=where.audience,
        subject=_subject("Valued customer in trouble", decision),
        lines=tuple(line for line in lines if line),
        link=state.link,
        to=(customer.success_owner,) if customer.success_owner else where.to,
    )


def flagged(decision: Decision, customer: Customer, found: Health, now: datetime) -> Fact:
    """The fact for the weekly list of customers at risk."""
    facts = decision.inputs.customer
    why = "; ".join((_reported(decision), *(part.why for part in found.parts)))
    detail = {
        "customer": customer.id,
        "company": customer.company,
        "plan": facts.plan or "",
        "mrr": f"{facts.mrr:.2f}" if facts.mrr is not None else "",
        "score": str(found.score),
        "owner": customer.success_owner or "",
        "why": why,
    }
    return Fact(kind=FactKind.AT_RISK, key=decision.inputs.key, at=now, recorded_at=now, detail=detail)


def _id(decision: Decision, audience: Audience) -> str:
    return f"{decision.inputs.key}/{decision.inputs.version}/{audience}"


def _subject(why: str, decision: Decision) -> str:
    key = decision.inputs.key
    return f"{why}: ticket {key.id} ({key.desk})"


def _lines(decision: Decision) -> tuple[str, ...]:
    seen = decision.inputs.observations
    heard = seen.heard if seen else None
    labels = f"{heard.category.label} · {heard.urgency.label} · {heard.sentiment.label}" if heard else "not read"
    target = decision.clock.target.replace("_", " ").capitalize()
    return (
        f"Labels: {labels}",
        f"Customer: {_value(decision)}",
        f"Queue: {decision.queue}; agent: {decision.agent or 'nobody is at work'}",
        f"{target} due: {decision.clock.due_at:%Y-%m-%d %H:%M} UTC",
    )


def _value(decision: Decision) -> str:
    customer = decision.inputs.customer
    return f"plan {customer.plan or 'unknown'}" + (f", {customer.mrr:,.0f} a month" if customer.mrr else "")


def _age(decision: Decision, policy: Policy) -> str:
    """That the company's data is old; what is fresh needs no word."""
    as_of, zone = decision.inputs.customer.as_of, ZoneInfo(policy.company.time_zone)
    today = decision.inputs.decided_at.astimezone(zone).date()
    return f"Customer data is of {as_of}" if is_stale(as_of, today, policy.value.stale_after_days) else ""


def _reported(decision: Decision) -> str:
    seen = decision.understood
    if seen is None:
        return "could not be read"
    failure = seen.service_failure.label
    told = [seen.category.label, seen.sentiment.label] + ([failure] if failure != "none" else [])
    return ", ".join(label.replace("_", " ") for label in told)
