"""Counting a week: from facts and policy to the report's numbers. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.domain.facts import Fact, FactKind
from shared.domain.gap_time import with_agent_time
from shared.domain.hours import Calendar
from shared.domain.noise import proportion, spread, times_change
from shared.domain.observation import Category
from shared.domain.outcome import Baseline, handle_times, outcome
from shared.domain.policy import Policy
from shared.domain.report import (
    CategoryTimes,
    FirstResponse,
    PastWeek,
    Prepared,
    Resolution,
    Standing,
    Tally,
    Targets,
    WeekReport,
)
from shared.domain.report_desk import desk_figures
from shared.domain.report_facts import UNTRIAGED, TicketFacts
from shared.domain.report_ledger import Ledger
from shared.domain.report_past import Span, by_category, by_label, past_week, satisfaction, span, total, whole_weeks
from shared.domain.report_words import sentences
from shared.domain.report_work import answers, boundary, draft_use, loads, worst_misses
from shared.domain.resolution_use import resolutions_in_use
from shared.domain.sla import open_time_between
from shared.domain.ticket import TicketKey
from shared.domain.topic_week import TopicWeek
from shared.domain.week import Week

_LABELS_COME_WITHIN = timedelta(days=2)  # a ticket of Sunday night is triaged on Monday
_IN_DETAIL = timedelta(weeks=2)  # before the week: an old ticket's answer finds its labels there


def days_to_read(week: Week, *, policy: Policy, cut_off: datetime) -> list[date]:
    """The UTC days whose facts a report counts from, in order; earlier weeks are a few numbers each.

    They reach back to what became of tickets that were resolved before, as long as it is waited for a customer's word.
    """
    zone = policy.company.time_zone
    back = max(_IN_DETAIL, timedelta(weeks=1, days=policy.report.assumed_resolved_after_days))
    first = (week.starts(zone) - back).date()
    last = min(cut_off.astimezone(UTC), week.ends(zone) + _LABELS_COME_WITHIN).date()
    return [first + timedelta(days=n) for n in range(max(0, (last - first).days) + 1)]


def days_of_past(week: Week, *, time_zone: str, cut_off: datetime) -> list[date]:
    """The UTC days whose facts tell a week that is only compared with."""
    first = week.starts(time_zone).date()
    last = min(cut_off.astimezone(UTC), week.ends(time_zone) + _LABELS_COME_WITHIN).date()
    return [first + timedelta(days=n) for n in range(max(0, (last - first).days) + 1)]


def count_past(days: Iterable[Iterable[Fact]], week: Week, *, time_zone: str, cut_off: datetime) -> PastWeek:
    """A week that is only compared with, from its own days."""
    start, end = week.starts(time_zone), week.ends(time_zone)
    ledger = Ledger.read(days, cut_off=cut_off, start=start, end=end)
    tickets = [ticket for ticket in ledger.tickets.values() if not ticket.automatic]
    return past_week(span(week, tickets, time_zone, cut_off), tickets)


def count_week(facts: Iterable[Fact], week: Week, *, policy: Policy, cut_off: datetime, **known: Any) -> WeekReport:
    """The report of a week from all facts at once, in any order. `known` is what `count_ledger` takes besides."""
    zone = policy.company.time_zone
    ledger = Ledger.read([facts], cut_off=cut_off, start=week.starts(zone), end=week.ends(zone))
    return count_ledger(ledger, week, policy=policy, cut_off=cut_off, **known)


def count_ledger(
    ledger: Ledger,
    week: Week,
    *,
    policy: Policy,
    cut_off: datetime,
    topics: TopicWeek | None = None,
    baseline: Baseline | None = None,
    past: tuple[PastWeek, ...] | None = None,
) -> WeekReport:
    """The report of a week from what was recorded up to the cut-off.

    Args:
        topics: the week in topics, where somebody looked.
        baseline: the time before Firstline, where somebody measured it.
        past: the weeks to compare with, the nearest first; None counts them from the ledger.
    """
    zone = policy.company.time_zone
    joined = ledger.tickets
    tickets = [ticket for ticket in joined.values() if not ticket.automatic]
    this = span(week, tickets, zone, cut_off)
    if past is None:
        earlier = [span(one, tickets, zone, cut_off) for one in whole_weeks(week, zone, ledger.since)]
        past = tuple(past_week(one, tickets) for one in earlier)
    partial = cut_off < week.ends(zone)
    counts = past_week(this, tickets)
    answered = answers(joined)
    if topics is not None:
        timed = handle_times(answered, this.start, this.end)
        topics = with_agent_time(topics, timed, sum(this.holds(one.at) for one in answered))
    report = WeekReport(
        company=policy.company.name,
        time_zone=zone,
        week=week,
        starts_at=week.starts(zone),
        ends_at=week.ends(zone),
        cut_off=cut_off,
        partial=partial,
        policy=policy.sha,
        weeks_before=len(past),
        total=total(counts, past, partial=partial),
        automatic=sum(ticket.automatic and this.holds(ticket.opened_at) for ticket in joined.values()),
        categories=by_category(counts, past, partial=partial),
        queues=by_label(lambda one: one.queues, counts, past, partial=partial),
        channels=by_label(lambda one: one.channels, counts, past, partial=partial),
        first_response=_first_response(tickets, this, policy.calendar),
        resolution=_resolution(tickets, this, policy.report.assumed_resolved_after_days),
        satisfaction=satisfaction(counts, past, partial=partial),
        targets=_targets(joined, tickets, this),
        prepared=_prepared(tickets, this),
        boundary=boundary(
            [t for t in tickets if any(this.holds(note.at) for note in t.notes)],
            this.opened,
            [t for t in tickets if t.missed_in(this.start, this.end)],
            sum(t.bounded and any(map(this.holds, t.needless)) for t in tickets),
        ),
        loads=loads(this.opened, {agent.email: agent.name for agent in policy.agents}),
        at_risk=ledger.at_risk(this.start, this.end, team=policy.alerts.customer_success),
        outcome=outcome(
            answered,
            this.start,
            this.end,
            before=policy.report.handle_minutes_before,
            hour_costs=policy.report.hour_costs,
            currency=policy.report.currency,
            baseline=baseline,
        ),
        costs=ledger.usage.costs(
            tickets=len(this.opened), share_of_week=(this.end - this.start) / (week.ends(zone) - this.start)
        ),
        desk=desk_figures(ledger.kept, joined, this.start, this.end),
        topics=topics,
        baseline=baseline,
        past=past,
    )
    return report.model_copy(update={"sentences": sentences(report, queue_names(policy))})


def figures(ledger: Ledger, week: Week, *, time_zone: str, cut_off: datetime) -> dict[str, int]:
    """The figures of an earlier report that late facts can change."""
    tickets = [ticket for ticket in ledger.tickets.values() if not ticket.automatic]
    then = span(week, tickets, time_zone, cut_off)
    return {
        "tickets": len(then.opened),
        "first answers": sum(then.holds(ticket.answered_at) and ticket.waited is not None for ticket in tickets),
        "missed targets": sum(any(map(then.holds, ticket.breached)) for ticket in tickets),
        "ratings": past_week(then, tickets).good.n,
    }


def queue_names(policy: Policy) -> dict[str, str]:
    """The queues' names on the desk, by their id in the policy."""
    return {queue.id: queue.group for queue in policy.queues}


def _first_response(tickets: list[TicketFacts], this: Span, calendar: Calendar) -> FirstResponse:
    answered = [ticket for ticket in tickets if this.holds(ticket.answered_at)]
    names = [*(category.value for category in Category), UNTRIAGED]
    by_category = {name: [ticket for ticket in answered if ticket.category == name] for name in names}
    drafted = _waits([ticket for ticket in answered if ticket.had_draft])
    without = _waits([ticket for ticket in answered if not ticket.had_draft])
    return FirstResponse(
        wall=spread(_waits(answered)),
        open=spread(_open_waits(answered, calendar)),
        with_draft=spread(drafted),
        without=spread(without),
        draft_change=times_change(drafted, without),
        by_category=tuple(
            CategoryTimes(name=name, times=spread(_waits(group)), open=spread(_open_waits(group, calendar)))
            for name, group in by_category.items()
            if group or name != UNTRIAGED
        ),
    )


def _waits(tickets: list[TicketFacts]) -> list[float]:
    return [ticket.waited.total_seconds() / 60 for ticket in tickets if ticket.waited is not None]


def _open_waits(tickets: list[TicketFacts], calendar: Calendar) -> list[float]:
    return [minutes for ticket in tickets if (minutes := _open_minutes(ticket, calendar)) is not None]


def _open_minutes(ticket: TicketFacts, calendar: Calendar) -> float | None:
    if ticket.waited is None or ticket.answered_at is None:
        return None
    since = ticket.answered_at - ticket.waited
    return open_time_between(since, ticket.answered_at, calendar).total_seconds() / 60


def _resolution(tickets: list[TicketFacts], this: Span, days: int) -> Resolution:
    patience = timedelta(days=days)
    stands = [ticket for ticket in this.opened if _became(ticket, this.end, patience) not in ("open", "reopened")]
    week = [ticket for ticket in tickets if any(map(this.holds, ticket.resolved))]
    settled = [
        ticket for ticket in tickets if any(this.start - patience <= at < this.end - patience for at in ticket.resolved)
    ]
    return Resolution(
        of_received=proportion(len(stands), len(this.opened)),
        this_week=_standing(week, this.end, patience),
        settled=_standing(settled, this.end, patience),
        reopened=sum(any(map(this.holds, ticket.reopened)) for ticket in tickets),
        assumed_after_days=days,
    )


def _standing(tickets: list[TicketFacts], end: datetime, patience: timedelta) -> Standing:
    became = Counter(_became(ticket, end, patience) for ticket in tickets)
    return Standing(
        resolved=len(tickets),
        **{name: became[name] for name in ("confirmed", "assumed", "waiting", "disputed", "reopened")},
    )


def _became(ticket: TicketFacts, end: datetime, patience: timedelta) -> str:
    """Where a ticket stands at a moment: a return outweighs a rating, a rating outweighs silence."""
    resolved = [at for at in ticket.resolved if at < end]
    if not resolved:
        return "open"
    if any(resolved[-1] <= at < end for at in ticket.reopened):
        return "reopened"
    rating = ticket.rating_in(resolved[0], end)
    if rating is not None:
        return "confirmed" if rating == "good" else "disputed"
    return "assumed" if resolved[-1] < end - patience else "waiting"


def _targets(joined: Mapping[TicketKey, TicketFacts], tickets: list[TicketFacts], this: Span) -> Targets:
    breached = [ticket for ticket in tickets if any(map(this.holds, ticket.breached))]
    met = sum(this.holds(ticket.answered_at) and not ticket.breached_before(this.end) for ticket in tickets)
    warned = [ticket for ticket in tickets if any(map(this.holds, ticket.warned))]
    saved = [
        ticket
        for ticket in warned
        if ticket.answered_at and ticket.answered_at < this.end and not ticket.breached_before(this.end)
    ]
    return Targets(
        met=proportion(met, met + len(breached)),
        breached=len(breached),
        warned=len(warned),
        saved=len(saved),
        breached_by_queue=_tally(ticket.queue for ticket in breached),
        worst=worst_misses({key: one for key, one in joined.items() if not one.automatic}, this.start, this.end),
    )


def _prepared(tickets: list[TicketFacts], this: Span) -> Prepared:
    last = [(ticket, notes[-1]) for ticket in tickets if (notes := [n for n in ticket.notes if this.holds(n.at)])]
    drafted = [(ticket, note) for ticket, note in last if note.kind is FactKind.DRAFTED]
    briefed = [note for _, note in last if note.kind is FactKind.BRIEFED]
    return Prepared(
        drafted=len(drafted),
        briefed=len(briefed),
        causes=_tally(note.detail.get("cause", "") for note in briefed),
        rules=_tally(rule for note in briefed for rule in set(note.detail.get("rules", "").split(","))),
        resolutions=_tally(note.detail.get("resolution", "") for _, note in drafted),
        used=_tally(ticket.used_draft for ticket, _ in drafted if this.holds(ticket.answered_at)),
        use=draft_use(ticket for ticket, _ in drafted if this.holds(ticket.answered_at)),
        fared=resolutions_in_use(fact for ticket in tickets for fact in ticket.drafts if this.holds(fact.at)),
    )


def _tally(names: Iterable[str]) -> tuple[Tally, ...]:
    """How often each name occurs, the most frequent first; an empty name says nothing and is left out."""
    counted = Counter(name for name in names if name)
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Tally(name=name, count=count) for name, count in ordered)
