"""Counting a week: from facts and policy to the report's numbers. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from shared.domain.at_risk import customers_at_risk
from shared.domain.costs import costs
from shared.domain.facts import Fact, FactKind
from shared.domain.gap_time import with_agent_time
from shared.domain.hours import Calendar
from shared.domain.noise import Change, count_change, proportion, share_change, spread
from shared.domain.observation import Category
from shared.domain.outcome import Baseline, handle_times, outcome
from shared.domain.policy import Policy
from shared.domain.report import (
    CategoryTimes,
    Count,
    FirstResponse,
    Prepared,
    Resolution,
    Satisfaction,
    Standing,
    Tally,
    Targets,
    WeekOfRatings,
    WeekReport,
)
from shared.domain.report_desk import desk_figures
from shared.domain.report_facts import UNTRIAGED, TicketFacts, distinct, join
from shared.domain.report_words import sentences
from shared.domain.report_work import answers, boundary, draft_use, loads, worst_misses
from shared.domain.resolution_use import resolutions_in_use
from shared.domain.sla import open_time_between
from shared.domain.ticket import TicketKey
from shared.domain.topic_week import TopicWeek
from shared.domain.week import Week

WEEKS_COMPARED = 8
_GO_LIVE_SLACK = timedelta(days=1)  # a week counts as known when we listened from its Monday on
_LABELS_COME_WITHIN = timedelta(days=2)  # a ticket of Sunday night is triaged on Monday


def days_to_read(week: Week, *, time_zone: str, cut_off: datetime) -> tuple[date, date]:
    """The UTC days, both included, whose facts a report needs.

    One week more than is compared shows whether we listened during all of the first one.
    """
    first = week.before(WEEKS_COMPARED + 1).starts(time_zone).date()
    last = min(cut_off.astimezone(UTC), week.ends(time_zone) + _LABELS_COME_WITHIN).date()
    return first, max(first, last)


@dataclass(frozen=True)
class _Span:
    """The part of a week that is over, and the tickets that were opened in it."""

    week: Week
    start: datetime
    end: datetime
    opened: list[TicketFacts]

    def holds(self, moment: datetime | None) -> bool:
        return moment is not None and self.start <= moment < self.end


def count_week(
    facts: Iterable[Fact],
    week: Week,
    *,
    policy: Policy,
    cut_off: datetime,
    topics: TopicWeek | None = None,
    baseline: Baseline | None = None,
) -> WeekReport:
    """The report of a week from what was recorded up to the cut-off.

    Args:
        topics: the week in topics, where somebody looked.
        baseline: the time before Firstline, where somebody measured it.
    """
    known = distinct(fact for fact in facts if fact.recorded_at <= cut_off)
    zone = policy.company.time_zone
    joined = join(known, cut_off=cut_off)
    tickets = [ticket for ticket in joined.values() if not ticket.automatic]
    this = _span(week, tickets, zone, cut_off)
    earlier = _earlier_spans(week, tickets, zone, cut_off, known)
    partial = cut_off < week.ends(zone)
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
        weeks_before=len(earlier),
        total=_count("all", lambda _: True, this, earlier, partial=partial),
        automatic=sum(ticket.automatic and this.holds(ticket.opened_at) for ticket in joined.values()),
        categories=_by_category(this, earlier, partial=partial),
        queues=_by(lambda t: t.queue, this, earlier, partial=partial),
        channels=_by(lambda t: t.channel, this, earlier, partial=partial),
        first_response=_first_response(tickets, this, policy.calendar),
        resolution=_resolution(tickets, this, policy.report.assumed_resolved_after_days),
        satisfaction=_satisfaction(tickets, this, earlier, partial=partial),
        targets=_targets(joined, tickets, this),
        prepared=_prepared(tickets, this),
        boundary=boundary(
            [t for t in tickets if any(this.holds(note.at) for note in t.notes)],
            this.opened,
            [t for t in tickets if t.missed_in(this.start, this.end)],
            sum(any(map(this.holds, t.needless)) for t in tickets),
        ),
        loads=loads(this.opened),
        at_risk=customers_at_risk(known, this.start, this.end),
        outcome=outcome(
            answered,
            this.start,
            this.end,
            before=policy.report.handle_minutes_before,
            hour_costs=policy.report.hour_costs,
            currency=policy.report.currency,
            baseline=baseline,
        ),
        costs=costs(
            (fact for fact in known if this.holds(fact.at)),
            tickets=len(this.opened),
            share_of_week=(this.end - this.start) / (week.ends(zone) - this.start),
        ),
        desk=desk_figures(known, joined, this.start, this.end),
        topics=topics,
        baseline=baseline,
    )
    return report.model_copy(update={"sentences": sentences(report, queue_names(policy))})


def queue_names(policy: Policy) -> dict[str, str]:
    """The queues' names on the desk, by their id in the policy."""
    return {queue.id: queue.group for queue in policy.queues}


def _span(week: Week, tickets: list[TicketFacts], zone: str, cut_off: datetime) -> _Span:
    start = week.starts(zone)
    end = max(start, min(week.ends(zone), cut_off))
    opened = [ticket for ticket in tickets if ticket.opened_at is not None and start <= ticket.opened_at < end]
    return _Span(week=week, start=start, end=end, opened=opened)


def _earlier_spans(
    week: Week, tickets: list[TicketFacts], zone: str, cut_off: datetime, known: list[Fact]
) -> list[_Span]:
    """The weeks before, nearest first, as far back as we listened to the whole of them.

    It is the moment of recording that counts: a ticket older than our first day tells nothing about its week.
    """
    listening_since = min((fact.recorded_at for fact in known), default=cut_off)
    weeks = [week.before(n) for n in range(1, WEEKS_COMPARED + 1)]
    whole = [w for w in weeks if listening_since <= w.starts(zone) + _GO_LIVE_SLACK]
    return [_span(w, tickets, zone, cut_off) for w in whole]


def _count(
    name: str,
    belongs: Callable[[TicketFacts], bool],
    this: _Span,
    earlier: list[_Span],
    *,
    partial: bool,
    level: float = 0.05,
) -> Count:
    now = sum(map(belongs, this.opened))
    past = [sum(map(belongs, span.opened)) for span in earlier]
    before = past[0] if past else None
    return Count(
        name=name,
        tickets=now,
        share=round(now / len(this.opened), 4) if this.opened else None,
        before=before,
        average=round(sum(past) / len(past), 1) if past else None,
        change=Change.UNKNOWN if partial else count_change(now, before, level=level),
    )


def _by_category(this: _Span, earlier: list[_Span], *, partial: bool) -> tuple[Count, ...]:
    """Every category in its fixed order; tickets that nobody triaged only where there are any."""
    names = [category.value for category in Category]
    if any(ticket.category == UNTRIAGED for span in (this, *earlier[:1]) for ticket in span.opened):
        names.append(UNTRIAGED)
    return tuple(_named(names, lambda t: t.category, this, earlier, partial=partial))


def _by(label: Callable[[TicketFacts], str], this: _Span, earlier: list[_Span], *, partial: bool) -> tuple[Count, ...]:
    """One count for each label of this week and the last one, the largest first."""
    names = {label(ticket) for span in (this, *earlier[:1]) for ticket in span.opened} - {""}
    counts = _named(sorted(names), label, this, earlier, partial=partial)
    return tuple(sorted(counts, key=lambda count: -count.tickets))


def _named(
    names: list[str], label: Callable[[TicketFacts], str], this: _Span, earlier: list[_Span], *, partial: bool
) -> list[Count]:
    # Many counts, one of which moves by chance sooner or later: the level is shared out among them (Bonferroni).
    level = 0.05 / max(1, len(names))
    return [
        _count(name, lambda t, name=name: label(t) == name, this, earlier, partial=partial, level=level)  # type: ignore[misc]
        for name in names
    ]


def _first_response(tickets: list[TicketFacts], this: _Span, calendar: Calendar) -> FirstResponse:
    answered = [ticket for ticket in tickets if this.holds(ticket.answered_at)]
    names = [*(category.value for category in Category), UNTRIAGED]
    by_category = {name: [ticket for ticket in answered if ticket.category == name] for name in names}
    return FirstResponse(
        wall=spread(_waits(answered)),
        open=spread(_open_waits(answered, calendar)),
        with_draft=spread(_waits([ticket for ticket in answered if ticket.had_draft])),
        without=spread(_waits([ticket for ticket in answered if not ticket.had_draft])),
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


def _resolution(tickets: list[TicketFacts], this: _Span, days: int) -> Resolution:
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


def _satisfaction(tickets: list[TicketFacts], this: _Span, earlier: list[_Span], *, partial: bool) -> Satisfaction:
    def rated(span: _Span) -> WeekOfRatings:
        last = [r for ticket in tickets if (r := ticket.rating_in(span.start, span.end)) is not None]
        return WeekOfRatings(week=span.week, good=proportion(last.count("good"), len(last)))

    trend = [rated(span) for span in (*reversed(earlier), this)]
    known = len(trend) > 1 and not partial
    change = share_change(trend[-1].good, trend[-2].good) if known else Change.UNKNOWN
    return Satisfaction(good=trend[-1].good, change=change, trend=tuple(trend))


def _targets(joined: Mapping[TicketKey, TicketFacts], tickets: list[TicketFacts], this: _Span) -> Targets:
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


def _prepared(tickets: list[TicketFacts], this: _Span) -> Prepared:
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
