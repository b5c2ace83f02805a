"""What the report says of topics and customers: spikes, gaps, who may leave. Rows and remarks, without any markup."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from shared.adapters.report_page.sections import Entries, Rows, Table
from shared.domain.at_risk import AtRisk
from shared.domain.gaps import ASKED_AND_ANSWERED, LAST_RESORT, Gap, KnownGap, own_lines
from shared.domain.noise import Change
from shared.domain.report import WeekReport
from shared.domain.report_words import duration, in_a_row, name_of, percent
from shared.domain.scan import FALSE_ALARMS
from shared.domain.spikes import Spike
from shared.domain.topic_week import TopicCount, TopicWeek

_LISTED = 8
_TICKETS = 5
_NEAR = 0.1  # of a fit of 1; below it the nearest article is any one


def spikes(report: WeekReport) -> Table:
    """Topics that came far more often than usual."""
    found = report.topics.spikes if report.topics else ()
    head = ("What", "From", "Usual", "Customers")
    return head, [
        (_title(one.name), _when(one, report.time_zone), f"{one.expected:.1f}", f"{one.observed:,}") for one in found
    ]


def _when(spike: Spike, zone: str) -> str:
    return f"{spike.since.astimezone(ZoneInfo(zone)):%a %H:%M}"


def spikes_note(report: WeekReport) -> str:
    """How spikes are told from chance, and the tickets behind them."""
    if report.topics is None:
        return "Nobody looked at topics in this week."
    rule = (
        "A spike is requests that are like each other and came far more often than their own three weeks and the hour "
        f"of the week explain; in quiet weeks about {FALSE_ALARMS:g} of them a week is chance."
    )
    if not report.topics.spikes:
        return f"No topic stood out. {rule}"
    tickets = "; ".join(map(_behind, report.topics.spikes[:_LISTED]))
    return f"One ticket a customer: {tickets}. {_own_row(report.topics)}{rule}"


def _behind(spike: Spike) -> str:
    """The tickets that are counted; those that later looks added stand in no figure."""
    if not spike.counted:
        return f"{_title(spike.name)}, with those of later looks: {listed(spike.tickets)}"
    return f"{_title(spike.name)}: {listed(spike.counted)}"


def _own_row(week: TopicWeek) -> str:
    """Why a question type of the same name counts otherwise."""
    rows = {one.name: one.tickets for one in week.topics[:_LISTED]}
    if all(rows.get(spike.name, spike.observed) == spike.observed for spike in week.spikes):
        return ""
    return (
        "A spike may hold several question types; the row of its name below counts that type alone, over the whole "
        "week. "
    )


def listed(tickets: tuple[str, ...]) -> str:
    """Some tickets by their ids, and how many more there are."""
    shown = ", ".join(ticket.partition("/")[2] or ticket for ticket in tickets[:_TICKETS])
    return f"{shown} and {len(tickets) - _TICKETS} more" if len(tickets) > _TICKETS else shown


def moved(report: WeekReport) -> Table:
    """Of what was asked most: what changed by more than chance, or bears a spike's name."""
    return _topics(report, moved=True)


def steady(report: WeekReport) -> Table:
    """What else was asked most."""
    return _topics(report, moved=False)


def _topics(report: WeekReport, *, moved: bool) -> Table:
    if report.topics is None:
        return (), []
    names = {spike.name for spike in report.topics.spikes}
    head = ("Question type", "Tickets", "Last week", "Usual", "")
    return head, [
        _topic(one)
        for one in report.topics.topics[:_LISTED]
        if moved is (one.name in names or one.change in (Change.UP, Change.DOWN))
    ]


def _topic(count: TopicCount) -> tuple[str, ...]:
    arrow = {Change.UP: "▲", Change.DOWN: "▼"}.get(count.change, "")
    before = "–" if count.before is None else f"{count.before:,}"
    usual = "–" if count.average is None else f"{count.average:,.1f}"
    return (_title(count.name), f"{count.tickets:,}", before, usual, arrow)


def topics_note(report: WeekReport) -> str:
    """How many tickets belong to a topic."""
    found = report.topics
    if found is None or not found.requests:
        return ""
    share = percent(found.placed / found.requests)
    return (
        f"{found.placed:,} of {found.requests:,} tickets ({share}) belong to a question type; a type is named by words "
        "that several customers used."
    )


def gaps(report: WeekReport) -> Entries:
    """Each gap with its lines."""
    return [(_gap_title(gap), _gap_lines(gap)) for gap in (report.topics.gaps if report.topics else ())]


def _gap_title(gap: Gap) -> str:
    return f"{_title(gap.name)} · {gap.count:,} tickets ({percent(gap.share)})"


def _gap_lines(gap: Gap) -> tuple[str, ...]:
    of_all = f", {percent(gap.agent_share)} of it all" if gap.agent_share else ""
    time = f"About {duration(gap.agent_minutes)} of agents' time{of_all}. " if gap.agent_minutes else ""
    own = "".join(f"{line}. " for line in own_lines(gap))
    lines = (f"{time}Week before: {gap.before:,}. Examples: {_examples(gap)}.", f"{_nearest(gap)} {own}".strip())
    return tuple(line for line in lines if line)


def _examples(gap: Gap) -> str:
    """Some of its tickets; a gap keeps twenty at most and knows how many there are."""
    shown = listed(gap.tickets[:_TICKETS])
    more = gap.count - min(_TICKETS, len(gap.tickets))
    return f"{shown} and {more:,} more" if more > 0 else shown


def _nearest(gap: Gap) -> str:
    """The article that comes nearest, where one comes near at all."""
    if gap.nearest is None:
        return gap.why
    if gap.nearest.fit < _NEAR:
        return ""
    return f"Nearest article: “{gap.nearest.title}”. {gap.why}"


def gaps_note(report: WeekReport) -> str:
    """What a gap is, or that there is none."""
    if report.topics is None:
        return ""
    searched = (
        "no article of the help centre" if report.topics.searched else "no approved answer (no articles are known)"
    )
    if not report.topics.gaps:
        return f"No question type of at least two tickets was found that {searched} answers."
    headings = "; ".join(f"{heading[0].lower()}{heading[1:]}" for heading in (*ASKED_AND_ANSWERED, LAST_RESORT))
    return (
        f"Question types for most of whose tickets {searched} was found to answer, by number of tickets. Where an "
        f"article comes near, it is named. Each article that is missing needs: {headings}."
    )


def closed(report: WeekReport) -> Rows:
    """Gaps that an article answers by now."""
    return [_closed(gap) for gap in (report.topics.closed if report.topics else ())]


def _closed(gap: KnownGap) -> tuple[str, ...]:
    since = ", ".join(f"{count:,}" for count in gap.since_closed) or "too early"
    return (f"{_title(gap.name)} → “{gap.article}”", f"{gap.weekly:.0f} a week before", f"since: {since}")


def at_risk(report: WeekReport) -> Entries:
    """Customers of whom customer success was told; those who are settled come last."""
    return [
        (
            " · ".join(filter(None, (_customer(one), one.plan, _worth(one), "settled" if one.settled else ""))),
            (
                f"{in_a_row(one.why) or 'No reason was recorded'}. Since then: {', '.join(one.since)}.",
                f"{_tickets(one)}{f'; looked after by {one.owner}' if one.owner else ''}.",
            ),
        )
        for one in report.at_risk[:_LISTED]
    ]


def _tickets(one: AtRisk) -> str:
    return f"Ticket{'s' if len(one.tickets) > 1 else ''} {listed(tuple(map(str, one.tickets)))}"


def _customer(one: AtRisk) -> str:
    return one.company or f"customer {one.customer.partition('/')[2]}"


def _worth(one: AtRisk) -> str:
    return "" if one.mrr is None else f"{one.mrr:,.0f} a month"


def at_risk_note(report: WeekReport) -> str:
    """What is at stake in all."""
    if not report.at_risk:
        return "Customer success was told of nobody."
    open_ones = [one for one in report.at_risk if not one.settled]
    worth = sum(one.mrr or 0.0 for one in open_ones)
    several = "1 customer" if len(open_ones) == 1 else f"{len(open_ones):,} customers"
    stake = f"{several}, {worth:,.0f} of monthly revenue in the company's currency, as far as it is known."
    settled = len(report.at_risk) - len(open_ones)
    stake = stake if open_ones else "Nobody is at stake any more."
    return f"{stake} {settled:,} more settled: solved, and rated as good at last." if settled else stake


def _title(name: str) -> str:
    shown = name_of(name)
    return f"{shown[:1].upper()}{shown[1:]}"
