"""What the report says of people's work: misses, the boundary, drafts, agents, outcome. Rows and remarks."""

from __future__ import annotations

from collections.abc import Mapping

from shared.adapters.report_page.sections import Rows, Table
from shared.domain.noise import Spread
from shared.domain.outcome import ENOUGH, LONGEST, Saved
from shared.domain.report import WeekReport
from shared.domain.report_words import duration, name_of, percent

_LISTED = 8


def open_times(report: WeekReport) -> Table:
    """First response in opening hours, where it differs from the wall clock's."""
    if report.first_response.open == report.first_response.wall:
        return (), []
    head = ("In opening hours", "Answers", "Average", "Median", "90% within")
    rows = [(name_of(row.name), row.open) for row in report.first_response.by_category]
    return head, [times_row(name, times) for name, times in [*rows, ("All", report.first_response.open)]]


def with_and_without(report: WeekReport) -> Table:
    """First response with a draft at hand and without."""
    found = report.first_response
    if not found.with_draft.n:
        return (), []
    head = ("By the wall clock", "Answers", "Average", "Median", "90% within")
    return head, [times_row("With a draft at hand", found.with_draft), times_row("Without", found.without)]


def times_row(name: str, times: Spread) -> tuple[str, ...]:
    """Durations as a row."""
    return (name, f"{times.n:,}", duration(times.average), duration(times.median), duration(times.p90))


def worst(report: WeekReport, queue_names: Mapping[str, str]) -> Table:
    """The worst misses."""
    head = ("Missed by most", "Queue", "Late by", "Why")
    return head, [
        (
            miss.ticket,
            queue_names.get(miss.queue, name_of(miss.queue) or "–"),
            duration(miss.late) if miss.answered else f"{duration(miss.late)} so far",
            miss.reason,
        )
        for miss in report.targets.worst
    ]


def boundary(report: WeekReport) -> Rows:
    """The boundary in numbers."""
    found = report.boundary
    rows: Rows = [("Tickets kept for a person by a rule", f"{found.briefed:,}")]
    if found.of_read.n:
        rows.append(("… of the tickets read", percent(found.of_read.share)))
    misses = ("Drafts that should have been a briefing", f"{found.misses:,}")
    return [*rows, misses, ("Briefings that were needless, as agents say", f"{found.needless:,}")]


def boundary_note(report: WeekReport) -> str:
    """How far the verdicts go."""
    if report.boundary.judged:
        return f"Needless briefings rest on {report.boundary.judged:,} tickets on which an agent said something of it."
    if report.boundary.misses:
        return "Such a draft was marked by an agent, or went out and the customer's next message was an unhappy one."
    return (
        "No agent marked a draft as out of place, and no customer came back unhappy after one; that is no proof that "
        "all were right."
    )


def drafts(report: WeekReport) -> Rows:
    """What became of drafts."""
    use = report.prepared.use
    known = use.as_is + use.edited + use.unused
    if not known:
        return []
    named = (("Sent as they were", use.as_is), ("Edited and sent", use.edited), ("Not used", use.unused))
    return [(name, f"{count:,} ({percent(count / known)})") for name, count in named]


def to_revise(report: WeekReport) -> Rows:
    """Approved answers that agents mostly change or pass over, the worst first."""
    found = [one for one in report.prepared.fared if one.to_revise]
    return [(one.name.replace("-", " "), f"{one.verdict} ({one.drafts:,} answered)") for one in found[:_LISTED]]


def agents(report: WeekReport) -> Table:
    """Bounded tickets by agent."""
    head = ("Agent", "Tickets", "Behind the boundary", "Share")
    return head, [
        (load.agent, f"{load.tickets:,}", f"{load.bounded.hits:,}", percent(load.bounded.share))
        for load in report.loads[: 2 * _LISTED]
    ]


def outcome(report: WeekReport) -> Rows:
    """Handle time, what it saves, and what it costs."""
    found, costs = report.outcome, report.costs
    rows: Rows = [
        ("Handle time with a draft", _handled(found.with_draft)),
        ("… with a briefing", _handled(found.with_briefing)),
        ("… with neither, or the draft unused", _handled(found.without)),
    ]
    if found.before is not None:
        rows.append(("… before Firstline", duration(found.before)))
    rows += _saved(found.saved, found.currency)
    rows.append(("AWS, this week", f"${costs.variable + costs.fixed:,.2f}"))
    rows.append(("Second reader, this week", f"${costs.reader:,.2f}"))
    if costs.per_ticket is not None:
        rows.append(("… a ticket", f"${costs.per_ticket:,.4f}"))
    return rows


def _handled(times: Spread) -> str:
    return f"{duration(times.median)} median of {times.n:,}" if times.n else "–"


def _saved(saved: Saved | None, currency: str) -> Rows:
    if saved is None:
        return [("Saved by drafts", "too few answers to tell")]
    rows: Rows = [
        ("Saved an answer", f"{saved.minutes:+.1f} min [{saved.low:+.1f}, {saved.high:+.1f}]"),
        ("Hours saved", f"{saved.hours:,.1f}"),
    ]
    return [*rows, ("Money saved", f"{currency} {saved.money:,.0f}")] if saved.money is not None else rows


def outcome_note(report: WeekReport) -> str:
    """Method, formula and assumptions."""
    found, costs = report.outcome, report.costs
    text = (
        "Handle time is estimated: the pause between an agent's answer and their one before, where it is at most "
        f"{LONGEST.seconds // 60} minutes. Saved an answer = mean without a draft in the same categories − mean with "
        f"one, with 95% interval, from {ENOUGH} answers on each side on; hours = that × answers given from a draft"
    )
    if found.hour_costs is not None:
        text += f"; money = hours × {found.currency} {found.hour_costs:,.0f} an hour"
    verdict = ""
    if found.with_draft.median is not None and found.with_draft.n >= ENOUGH:
        kept = found.with_draft.median <= 4
        verdict = f" By that measure 2 to 4 minutes with a draft are {'kept' if kept else 'not kept'} this week."
    return (
        f"{text}.{verdict} AWS: {costs.versions:,} triaged versions at estimated units and list prices of "
        f"{costs.prices_as_of}, free tiers not counted, plus the fixed part of a month."
    )


def corrections(report: WeekReport) -> Rows:
    """Figures of the last report that have changed since."""
    return [(name_of(one.name), f"{one.told:,} → {one.now:,}") for one in report.corrections]
