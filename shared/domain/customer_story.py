"""A customer in a line, and each of their earlier tickets in one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from shared.domain.customers import is_stale
from shared.domain.decision import Decision
from shared.domain.health import History, PastTicket, health
from shared.domain.observation import Request, Sentiment, ServiceFailure
from shared.domain.own_words import gist, shortened
from shared.domain.policy import Policy
from shared.domain.suspicion import as_read, suspicions
from shared.domain.text import sentences
from shared.domain.ticket import Customer, EarlierTicket, TicketStatus
from shared.domain.wants import threatens

_NAME, _SUBJECT, _GIST = 60, 70, 110  # characters
_SOON = timedelta(days=90)
_WITHHELD = "withheld: it tries to give instructions to software"


def before_this(
    decision: Decision, history: History | None, desk: tuple[EarlierTicket, ...]
) -> tuple[EarlierTicket, ...]:
    """The customer's tickets from before this one: open ones first, then newest first.

    Args:
        desk: the desk's list, which is short; ours begins where we came: together they tell most.
    """
    this = decision.inputs.key.id
    ours = history.tickets if history else ()
    opened = {one.id: one.opened_at for one in ours} | {one.id: one.created_at for one in desk}
    began = opened.get(this, decision.inputs.clock_started_at)
    found = {one.id: _as_listed(one) for one in ours} | {one.id: one for one in desk}
    earlier = [one for one in found.values() if (one.created_at, _place(one.id)) < (began, _place(this))]
    newest = sorted(earlier, key=lambda one: (one.created_at, _place(one.id)), reverse=True)
    return tuple(sorted(newest, key=lambda one: one.status.is_over))


def _place(id: str) -> tuple[int, str]:
    """Ids in the order of their numbers: tickets of one second are told apart by them."""
    return (len(id), id) if id.isdecimal() else (0, id)


def speaks_of_law(earlier: tuple[EarlierTicket, ...], said: Mapping[str, Request]) -> bool:
    """Whether another open ticket speaks of legal steps."""
    told = (
        f"{one.subject}\n{as_read(said[one.id]).text if one.id in said else ''}"
        for one in earlier
        if not one.status.is_over
    )
    return any(map(threatens, told))


def _as_listed(past: PastTicket) -> EarlierTicket:
    status = TicketStatus.OPEN if past.closed_at is None else TicketStatus.SOLVED
    return EarlierTicket(id=past.id, subject="", status=status, created_at=past.opened_at)


def introduction(
    customer: Customer,
    decision: Decision,
    policy: Policy | None,
    history: History | None,
    earlier: tuple[EarlierTicket, ...],
    *,
    overdue: bool = False,
) -> str:
    """Who this is: name, company, plan, revenue, how long, how they fare.

    Args:
        earlier: as `before_this` gives them.
        overdue: the day of a promise to them is over.
    """
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
    return " · ".join((*parts, *_fares(decision, history, earlier, overdue=overdue)))


def _fares(
    decision: Decision, history: History | None, earlier: tuple[EarlierTicket, ...], *, overdue: bool
) -> list[str]:
    """How they fared before this ticket, which says enough itself."""
    if history is None:
        return []
    if not earlier:
        return ["first ticket that this system knows"]
    many, open_ones = len(earlier), sum(not one.status.is_over for one in earlier)
    told = [f"{many} earlier ticket{'s' * (many != 1)}{f', {open_ones} open' if open_ones else ''}"]
    listed = {one.id for one in earlier}
    before = tuple(one for one in history.tickets if one.id in listed)
    fared = health(history.model_copy(update={"tickets": before}), decision.inputs.decided_at)
    if overdue and not fared.parts:
        told.append(
            "a promise to them is overdue"
        )  # the score does not know of it, and "nothing to worry about" is wrong
    elif fared.parts:
        told.append(f"health {fared}")
    ratings = [one.rating for one in before if one.rating]
    return [*told, f"last rating {ratings[-1]}"] if ratings else told


def earlier_lines(
    earlier: tuple[EarlierTicket, ...], history: History | None, said: Mapping[str, Request]
) -> tuple[str, ...]:
    """Each earlier ticket with what is known of its outcome.

    Args:
        said: what was written in the tickets, by id, as far as it is kept.
    """
    return tuple(_line(one, history.ticket(one.id) if history else None, said) for one in earlier)


def read_first(
    earlier: tuple[EarlierTicket, ...],
    history: History | None,
    said: Mapping[str, Request],
) -> str:
    """Which other open ticket of the customer an answer has to know of, and its gist; empty where none is grave."""
    for one in earlier:
        past, request = history.ticket(one.id) if history else None, said.get(one.id)
        words = as_read(request).text if request else ""
        unhappy = past is not None and (
            past.sentiment is not Sentiment.NEUTRAL or past.failure is ServiceFailure.BROKEN_PROMISE
        )
        if (unhappy or threatens(f"{one.subject}\n{words}")) and not one.status.is_over:
            told = gist(request) if request else ""
            title = titled(one, said)
            more = f" There: “{shortened(told, _GIST)}”" if told and told.strip(".!?") not in title else ""
            return f"Read #{one.id} first: {title}, still open.{more}"
    return ""


def _line(ticket: EarlierTicket, past: PastTicket | None, said: Mapping[str, Request]) -> str:
    outcome = ", ".join(_outcome(ticket, past))
    return f"#{ticket.id}, {ticket.created_at:%-d %b %Y}: {titled(ticket, said)} · {outcome}"


def titled(ticket: EarlierTicket, said: Mapping[str, Request]) -> str:
    """The subject in quotes; without one, the first words."""
    request = said.get(ticket.id)
    subject = ticket.subject.strip() or (request.subject.strip() if request else "")
    if not subject and request:
        subject = next(iter(sentences(as_read(request).text)), "")
    if not subject:
        return "no subject"
    return _WITHHELD if suspicions(subject) else f"“{shortened(subject, _SUBJECT)}”"


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
