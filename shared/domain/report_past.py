"""Earlier weeks as a report compares with them: a few numbers each, and what this week's are beside them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.noise import Change, count_change, proportion, share_change
from shared.domain.observation import Category
from shared.domain.report import Count, PastWeek, Satisfaction, WeekOfRatings
from shared.domain.report_facts import UNTRIAGED, TicketFacts
from shared.domain.week import Week

WEEKS_COMPARED = 8
_GO_LIVE_SLACK = timedelta(days=1)  # a week counts as known when we listened from its Monday on
_LEVEL = 0.05


@dataclass(frozen=True)
class Span:
    """The part of a week that is over, and the tickets that were opened in it."""

    week: Week
    start: datetime
    end: datetime
    opened: list[TicketFacts]

    def holds(self, moment: datetime | None) -> bool:
        """Whether a moment lies in it."""
        return moment is not None and self.start <= moment < self.end


def span(week: Week, tickets: Sequence[TicketFacts], zone: str, cut_off: datetime) -> Span:
    """A week up to a cut-off."""
    start = week.starts(zone)
    end = max(start, min(week.ends(zone), cut_off))
    opened = [ticket for ticket in tickets if ticket.opened_at is not None and start <= ticket.opened_at < end]
    return Span(week=week, start=start, end=end, opened=opened)


def whole_weeks(week: Week, zone: str, since: datetime | None) -> list[Week]:
    """The weeks before, nearest first, as far back as we listened to the whole of them.

    It is the moment of recording that counts: a ticket older than our first day tells nothing about its week.
    """
    weeks = [week.before(n) for n in range(1, WEEKS_COMPARED + 1)]
    return [one for one in weeks if since is not None and since <= one.starts(zone) + _GO_LIVE_SLACK]


def past_week(of: Span, tickets: Sequence[TicketFacts]) -> PastWeek:
    """A week in the numbers that later weeks are compared with."""
    ratings = [found for ticket in tickets if (found := ticket.rating_in(of.start, of.end)) is not None]
    return PastWeek(
        week=of.week,
        tickets=len(of.opened),
        categories=dict(Counter(ticket.category for ticket in of.opened)),
        queues=dict(Counter(ticket.queue for ticket in of.opened if ticket.queue)),
        channels=dict(Counter(ticket.channel for ticket in of.opened if ticket.channel)),
        good=proportion(ratings.count("good"), len(ratings)),
    )


def total(this: PastWeek, past: Sequence[PastWeek], *, partial: bool) -> Count:
    """All tickets beside those of earlier weeks."""
    return _count("all", lambda week: week.tickets, this, past, partial=partial)


def by_category(this: PastWeek, past: Sequence[PastWeek], *, partial: bool) -> tuple[Count, ...]:
    """Every category in its fixed order; tickets that nobody triaged only where there are any."""
    names = [category.value for category in Category]
    if any(week.categories.get(UNTRIAGED) for week in (this, *past[:1])):
        names.append(UNTRIAGED)
    return tuple(_named(names, lambda week: week.categories, this, past, partial=partial))


def by_label(
    labels: Callable[[PastWeek], Mapping[str, int]], this: PastWeek, past: Sequence[PastWeek], *, partial: bool
) -> tuple[Count, ...]:
    """One count for each label of this week and the last one, the largest first."""
    names = {name for week in (this, *past[:1]) for name in labels(week)}
    return tuple(sorted(_named(sorted(names), labels, this, past, partial=partial), key=lambda count: -count.tickets))


def _named(
    names: list[str],
    labels: Callable[[PastWeek], Mapping[str, int]],
    this: PastWeek,
    past: Sequence[PastWeek],
    *,
    partial: bool,
) -> list[Count]:
    # Many counts, one of which moves by chance sooner or later: the level is shared out among them (Bonferroni).
    level = _LEVEL / max(1, len(names))
    return [
        _count(name, lambda week, name=name: labels(week).get(name, 0), this, past, partial=partial, level=level)  # type: ignore[misc]
        for name in names
    ]


def _count(
    name: str,
    of: Callable[[PastWeek], int],
    this: PastWeek,
    past: Sequence[PastWeek],
    *,
    partial: bool,
    level: float = _LEVEL,
) -> Count:
    now, earlier = of(this), [of(week) for week in past]
    before = earlier[0] if earlier else None
    return Count(
        name=name,
        tickets=now,
        share=round(now / this.tickets, 4) if this.tickets else None,
        before=before,
        average=round(sum(earlier) / len(earlier), 1) if earlier else None,
        change=Change.UNKNOWN if partial else count_change(now, before, level=level),
    )


def satisfaction(this: PastWeek, past: Sequence[PastWeek], *, partial: bool) -> Satisfaction:
    """Ratings of the week and of those before it."""
    trend = [WeekOfRatings(week=one.week, good=one.good) for one in (*reversed(past), this)]
    known = len(trend) > 1 and not partial
    change = share_change(trend[-1].good, trend[-2].good) if known else Change.UNKNOWN
    return Satisfaction(good=trend[-1].good, change=change, trend=tuple(trend))
