"""A customer in a line, and each of their earlier tickets in one."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from shared.domain.customers import is_stale
from shared.domain.decision import Decision
from shared.domain.health import History, PastTicket, health
from shared.domain.observation import ServiceFailure
from shared.domain.own_words import shortened
from shared.domain.policy import Policy
from shared.domain.suspicion import suspicions
from shared.domain.ticket import Customer, EarlierTicket

_NAME, _SUBJECT = 60, 70  # characters
_SOON = timedelta(days=90)
_WITHHELD = "withheld: it tries to give instructions to software"


def introduction(
    customer: Customer,
    decision: Decision,
    policy: Policy | None,
    history: History | None,
    earlier: tuple[EarlierTicket, ...],
) -> str:
    """Who this is: name, company, plan, revenue, how long, how they fare."""
    facts, now = decision.inputs.customer, decision.inputs.decided_at
    today = now.astimezone(ZoneInfo(policy.company.time_zone)).date() if policy else now.date()
    parts = [_name(customer.name) or "Unknown customer"]
    if customer.company:
        parts.append(_name(customer.company))
    parts.append(f"plan {_name(customer.plan)}" if customer.plan else "plan unknown")
    if customer.mrr is not None:
        parts.append(f"{customer.mrr:,.0f}{f' {policy.report.currency}' if policy else ''} a month")
    parts.append(_tenure(customer.signed_up, today))
    if customer.renewal_date and timedelta(0) <= customer.renewal_date - today <= _SOON:
        parts.append(f"renews {customer.renewal_date:%-d %b}")
    if policy and is_stale(facts.as_of, today, policy.value.stale_after_days):
        parts.append(f"data of {facts.as_of}")
    return " · ".join((*parts, *_fares(decision, history, earlier)))


def _fares(decision: Decision, history: History | None, earlier: tuple[EarlierTicket, ...]) -> list[str]:
    """How they fared before this ticket, which says enough itself."""
    if history is None:
        return []
    this = decision.inputs.key.id
    before = tuple(one for one in history.tickets if one.id != this)
    # The desk's list is short, ours begins where we came: together they tell most.
    is_open = {one.id: one.closed_at is None for one in before}
    is_open |= {one.id: not one.status.is_over for one in earlier if one.id != this}
    if not is_open:
        return ["first ticket"]
    many, open_ones = len(is_open), sum(is_open.values())
    told = [f"{many} earlier ticket{'s' * (many != 1)}{f', {open_ones} open' if open_ones else ''}"]
    if before:
        fared = health(history.model_copy(update={"tickets": before}), decision.inputs.decided_at)
        told.append(f"health {fared}")
    ratings = [one.rating for one in before if one.rating]
    return [*told, f"last rating {ratings[-1]}"] if ratings else told


def earlier_lines(earlier: tuple[EarlierTicket, ...], history: History | None, this: str) -> tuple[str, ...]:
    """Each earlier ticket with what is known of its outcome, newest first."""
    return tuple(_line(one, history.ticket(one.id) if history else None) for one in earlier if one.id != this)


def _line(ticket: EarlierTicket, past: PastTicket | None) -> str:
    subject = ticket.subject.strip()
    shown = _WITHHELD if suspicions(subject) else f"“{shortened(subject, _SUBJECT)}”" if subject else "no subject"
    return f"#{ticket.id}, {ticket.created_at:%-d %b %Y}: {shown} · {', '.join(_outcome(ticket, past))}"


def _outcome(ticket: EarlierTicket, past: PastTicket | None) -> list[str]:
    if past is None:
        return [ticket.status.value]
    told = []
    if past.failure is not ServiceFailure.NONE:
        told.append(past.failure.value.replace("_", " "))
    if past.closed_at is not None and ticket.status.is_over:
        days = (past.closed_at.date() - past.opened_at.date()).days
        told.append(f"{ticket.status.value} after {days} day{'' if days == 1 else 's'}" if days else "solved that day")
    else:
        told.append("still open" if not ticket.status.is_over else ticket.status.value)
    return [*told, f"rated {past.rating}"] if past.rating else told


def _name(text: str | None) -> str:
    """A name as data: on one line, not too long, and nothing that tries to steer."""
    plain = " ".join((text or "").split())
    return f"(name {_WITHHELD})" if suspicions(plain) else shortened(plain, _NAME)


def _tenure(since: date | None, today: date) -> str:
    if since is None:
        return "customer since: unknown"
    days = (today - since).days
    return f"customer since {since:%b %Y} ({_span(days)})" if days >= 0 else "sign-up date lies in the future"


def _span(days: int) -> str:
    if days < 60:
        return f"{days} day{'' if days == 1 else 's'}"
    return f"{days // 30} months" if days < 730 else f"{days // 365} years"
