"""Tickets told as facts, for weeks that one can count by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared.domain.facts import Fact, FactKind
from shared.domain.outcome import Baseline
from shared.domain.report import WeekReport
from shared.domain.report_numbers import count_week
from shared.domain.ticket import TicketKey
from shared.domain.topic_week import TopicWeek
from shared.domain.week import Week
from tests.unit.domain.samples import policy

BERLIN = ZoneInfo("Europe/Berlin")
W47 = Week(name="2026-W47")  # 16 to 22 November 2026
MONDAY_8 = datetime(2026, 11, 23, 8, tzinfo=BERLIN)
POLICY = policy(report={"recipients": ["lead@example.com"], "assumed_resolved_after_days": 7})


def local(day: int, hour: int = 12, minute: int = 0, month: int = 11) -> datetime:
    """A moment of 2026 on the wall in Berlin."""
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


def fact(ticket: str, kind: FactKind, at: datetime, *, late: timedelta = timedelta(seconds=2), **detail: str) -> Fact:
    """One fact, recorded two seconds after it happened unless it is late."""
    return Fact(kind=kind, key=TicketKey(desk="zendesk", id=ticket), at=at, recorded_at=at + late, detail=detail)


def listening(since: datetime) -> Fact:
    """We were there: an automatic message that counts as no ticket."""
    return fact("start", FactKind.AUTOMATIC, since, machine="bulk")


def told(
    ticket: str,
    opened: datetime,
    *,
    category: str = "billing",
    channel: str = "email",
    answered: int | None = None,
    resolved: datetime | None = None,
    rated: tuple[datetime, str] | None = None,
    draft: str | None = None,
    briefed: tuple[str, str] | None = None,
) -> list[Fact]:
    """The facts of one ticket; `answered` in minutes after it was opened, `briefed` as cause and rules."""
    queue = {"billing": "billing", "complaint": "care"}.get(category, "front_desk")
    facts = [
        fact(ticket, FactKind.OPENED, opened, channel=channel, plan="team", customer="c1"),
        fact(ticket, FactKind.TRIAGED, opened + timedelta(seconds=3), category=category, queue=queue),
    ]
    if draft:
        facts.append(fact(ticket, FactKind.DRAFTED, opened + timedelta(seconds=4), resolution=draft))
    if briefed:
        facts.append(fact(ticket, FactKind.BRIEFED, opened + timedelta(seconds=4), cause=briefed[0], rules=briefed[1]))
    since = {"opened_at": opened.isoformat()}
    if answered is not None:
        at = opened + timedelta(minutes=answered)
        facts.append(fact(ticket, FactKind.FIRST_RESPONSE, at, used_draft="unknown", **since))
    if resolved:
        facts.append(fact(ticket, FactKind.RESOLVED, resolved, **since))
    if rated:
        facts.append(fact(ticket, FactKind.RATED, rated[0], rating=rated[1]))
    return facts


def a_week() -> list[Fact]:
    """Week 47 with six tickets, after a week 46 with two.

    Billing was answered after 10, 20 and 60 minutes, technical after 30 and 90, the complaint not at all.
    The answers after 60 and 90 minutes were warned of, the latter came too late.
    """
    facts = [listening(local(2, 9))]
    facts += told("90", local(10), answered=5, resolved=local(11), rated=(local(11, 15), "good"))
    facts += told("91", local(12), category="technical", answered=15, resolved=local(12, 16))
    facts += told("1", local(16, 0, 0), answered=10, draft="refund", resolved=local(17), rated=(local(17, 18), "good"))
    facts += told("2", local(17), answered=20, draft="refund", resolved=local(18), rated=(local(18, 18), "bad"))
    facts += told("3", local(18), answered=60, channel="chat", briefed=("bounded", "unhappy_customer,service_failure"))
    facts += told("4", local(19), category="technical", answered=30, draft="export", resolved=local(20))
    facts += told("5", local(20), category="technical", answered=90, briefed=("no_resolution", ""))
    facts += told("6", local(22, 23, 59), category="complaint", channel="form", briefed=("bounded", "unhappy_customer"))
    facts.append(fact("4", FactKind.REOPENED, local(21)))
    facts.append(fact("3", FactKind.SLA_WARNING, local(18, 12, 45), target="first_response", queue="billing"))
    facts.append(fact("5", FactKind.SLA_WARNING, local(20, 12, 45), target="first_response", queue="front_desk"))
    facts.append(fact("5", FactKind.SLA_BREACH, local(20, 13), target="first_response", queue="front_desk"))
    return facts


def counted(
    facts: list[Fact],
    week: Week = W47,
    *,
    cut_off: datetime = MONDAY_8,
    topics: TopicWeek | None = None,
    baseline: Baseline | None = None,
    **changes: Any,
) -> WeekReport:
    """The report of a week by the small policy."""
    by = policy(**changes) if changes else POLICY
    return count_week(facts, week, policy=by, cut_off=cut_off, topics=topics, baseline=baseline)
