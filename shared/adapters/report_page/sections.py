"""What the report says, section by section: rows and remarks, without any markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.adapters.report_page.layout import Tile
from shared.domain.noise import Change
from shared.domain.report import Count, WeekReport
from shared.domain.report_words import briefing_reasons, cut_off_of, duration, name_of, percent, standing_lines

Rows = list[tuple[str, ...]]
Table = tuple[tuple[str, ...], Rows]
Entries = list[tuple[str, tuple[str, ...]]]
"""Things with a title and what there is to say about each: what holds words fits no column of a phone."""
_LISTED = 8


def change(count: Count, *, partial: bool) -> str:
    """The difference to last week; an arrow only where it is more than chance makes."""
    if count.before is None or partial:
        return "–"
    difference = count.tickets - count.before
    shown = f"{difference:+,}".replace("-", "−") if difference else "±0"
    arrow = {Change.UP: "▲ ", Change.DOWN: "▼ "}.get(count.change, "")
    return f"{arrow}{shown}"


def tiles(report: WeekReport) -> tuple[Tile, ...]:
    """The four figures to see first."""
    times, met, good = report.first_response.wall, report.targets.met, report.satisfaction.good
    before = report.total.before
    return (
        Tile("Tickets", f"{report.total.tickets:,}", f"last week {before:,}" if before is not None else "first week"),
        Tile(
            "Median response", duration(times.median), f"90% within {duration(times.p90)}" if times.n else "no answers"
        ),
        Tile("Targets met", percent(met.share), f"{report.targets.breached:,} missed" if met.n else "none due"),
        Tile("Good ratings", percent(good.share), f"{good.hits:,} of {good.n:,}" if good.n else "nobody rated"),
    )


def volume(report: WeekReport) -> Table:
    """Tickets by category with the sum; against last week and the average where they are known."""
    head = ("Category", "Tickets", "Share", *_compared(report))
    rows = [_counted(count, name_of(count.name), report) for count in report.categories]
    return head, [*rows, _counted(report.total, "All", report)]


def _compared(report: WeekReport) -> tuple[str, ...]:
    """The heads of what a count is compared with: nothing in a first week, no change in a running one."""
    if not report.weeks_before:
        return ()
    average = f"Ø {report.weeks_before} wk"
    return ("Last week, whole", average) if report.partial else ("Last week", average, "Change")


def _comparison(count: Count, report: WeekReport) -> tuple[str, ...]:
    found = (f"{count.before or 0:,}", f"{count.average or 0:,.0f}", change(count, partial=report.partial))
    return found[: len(_compared(report))]


def _counted(count: Count, name: str, report: WeekReport) -> tuple[str, ...]:
    return (name, f"{count.tickets:,}", percent(count.share), *_comparison(count, report))


def volume_alt(report: WeekReport) -> str:
    """The volume chart in words."""
    parts = [
        f"{name_of(c.name)} {c.tickets:,}" + (f" (last week {c.before:,})" if c.before is not None else "")
        for c in report.categories
    ]
    return f"Bar chart, tickets by category: {', '.join(parts)}."


def volume_note(report: WeekReport) -> str:
    """How to read the volume chart."""
    return "Thin bars: last week." if report.weeks_before else ""


def response(report: WeekReport) -> Table:
    """First response times by category."""
    head = ("Category", "Answers", "Average", "Median", "90% within")
    found = [(name_of(row.name), row.times) for row in report.first_response.by_category]
    rows = [*found, ("All", report.first_response.wall)]
    return head, [(name, f"{t.n:,}", duration(t.average), duration(t.median), duration(t.p90)) for name, t in rows]


def response_alt(report: WeekReport) -> str:
    """The first response chart in words."""
    parts = [
        f"{name_of(row.name)} median {duration(row.times.median)}, 90% within {duration(row.times.p90)}"
        for row in report.first_response.by_category
        if row.times.n
    ]
    return f"Chart of first response times by category: {'; '.join(parts)}."


def response_note(report: WeekReport) -> str:
    """How first response is counted."""
    wall, opened = report.first_response.wall, report.first_response.open
    if not wall.n:
        return "No first answer yet." if report.partial else "No first answer was given."
    text = "From the opening of a ticket to the first public answer by a person, by the wall clock. "
    text += "In the chart: full dot = median, ring = nine out of ten."
    if opened.n and opened != wall:
        text += f" In opening hours only: median {duration(opened.median)}, 90% within {duration(opened.p90)}."
    return text


def targets(report: WeekReport, queue_names: Mapping[str, str]) -> Rows:
    """First response targets; nothing where none fell due."""
    found = report.targets
    if not (found.met.n or found.warned):
        return []
    rows: Rows = [
        ("Met", f"{found.met.hits:,} of {found.met.n:,}"),
        ("Missed", f"{found.breached:,}"),
        ("Raised before the deadline", f"{found.warned:,}"),
        ("… and answered in time", f"{found.saved:,}"),
    ]
    late = [(f"Missed in {_queue(queue.name, queue_names)}", f"{queue.count:,}") for queue in found.breached_by_queue]
    return [*rows, *late[:_LISTED]] if found.breached else rows


def resolution(report: WeekReport) -> Table:
    """What became of resolved tickets: of this week's, and of those whose days of waiting are over."""
    found = report.resolution
    if not (found.this_week.resolved or found.settled.resolved):
        return (), []
    days = found.assumed_after_days
    head = ("", "Resolved this week", f"Resolved {days} days earlier")
    lines = zip(standing_lines(found.this_week, days), standing_lines(found.settled, days), strict=True)
    rows: Rows = [("Tickets", f"{found.this_week.resolved:,}", f"{found.settled.resolved:,}")]
    totals = found.this_week.resolved, found.settled.resolved
    return head, [
        *rows,
        *((f"… {name}", _of(now, totals[0]), _of(then, totals[1])) for (name, now), (_, then) in lines),
    ]


def _of(count: int, total: int) -> str:
    return f"{count:,} ({percent(count / total)})" if count else "0"


def resolution_note(report: WeekReport) -> str:
    """The resolution rate, and what it may be taken for."""
    rate = report.resolution.of_received
    said = f"{rate.hits:,} of {rate.n:,} tickets of the week ({percent(rate.share)}) are resolved. " if rate.n else ""
    days = report.resolution.assumed_after_days
    return (
        f"{said}Confirmed means a good rating; assumed means that nobody came back within {days} days. "
        f"{_came_back(report)}"
    )


def _came_back(report: WeekReport) -> str:
    """All that came back, and why it is another figure than the table's."""
    every, shown = report.resolution.reopened, report.resolution.this_week.reopened
    if every == shown:
        return f"{every:,} came back in the week."
    return (
        f"In all {every:,} came back in the week: the table's {shown:,} were resolved in it and are open again; the "
        "others had been resolved before, or are resolved again."
    )


def satisfaction_note(report: WeekReport) -> str:
    """The ratings with their interval, and what may be said of the change."""
    good = report.satisfaction.good
    if good.share is None:
        return "No ratings this week."
    text = f"{good.hits:,} of {good.n:,} ratings are good; allowing for chance, the share lies between "
    text += f"{percent(good.low)} and {percent(good.high)} (95%)."
    said = {
        Change.UP: " That is better than last week, by more than chance.",
        Change.DOWN: " That is worse than last week, by more than chance.",
        Change.NOISE: " The difference to last week is no more than chance makes.",
    }
    return text + said.get(report.satisfaction.change, "")


def satisfaction_alt(report: WeekReport) -> str:
    """The trend chart in words."""
    parts = [f"week {w.week.number} {percent(w.good.share)} of {w.good.n:,}" for w in report.satisfaction.trend]
    return f"Line chart, share of good ratings by week: {', '.join(parts)}."


def prepared(report: WeekReport) -> Rows:
    """Drafts, briefings and what led to them."""
    made = report.prepared
    rows: Rows = [("Drafts", f"{made.drafted:,}"), ("Briefings", f"{made.briefed:,}")]
    return [*rows, *((f"… {name_of(cause.name)}", f"{cause.count:,}") for cause in made.causes)]


def reasons(report: WeekReport) -> Rows:
    """Why people answered without a draft."""
    return [(name_of(reason.name), f"{reason.count:,}") for reason in briefing_reasons(report)[:_LISTED]]


def why_a_briefing(report: WeekReport) -> str:
    """The head of the reasons; they may be more than the briefings."""
    several = sum(reason.count for reason in briefing_reasons(report)) > report.prepared.briefed
    return "Why a briefing (several reasons each)" if several else "Why a briefing"


def used_resolutions(report: WeekReport) -> Rows:
    """The approved answers that drafts were made from."""
    return [(item.name.replace("-", " "), f"{item.count:,}") for item in report.prepared.resolutions[:_LISTED]]


def drafts_note(report: WeekReport) -> str:
    """Whether drafts were sent, as far as anybody can tell."""
    used = {item.name: item.count for item in report.prepared.used}
    known = used.get("yes", 0) + used.get("no", 0)
    return f"{used.get('yes', 0):,} of {known:,} answered drafts were used." if known else ""


def places(title: str, counts: Sequence[Count], names: Mapping[str, str], report: WeekReport) -> Table:
    """Queues or channels with their tickets."""
    rows: Rows = [
        (_queue(count.name, names), f"{count.tickets:,}", *_comparison(count, report)) for count in counts[:_LISTED]
    ]
    return (title, "Tickets", *_compared(report)), rows


def _queue(name: str, names: Mapping[str, str]) -> str:
    shown = names.get(name, name_of(name))
    return f"{shown[:1].upper()}{shown[1:]}"


def _has_arrow(report: WeekReport) -> bool:
    """Whether a table that is shown holds an arrow."""
    counts = (
        ()
        if report.partial
        else (*report.categories, report.total, *report.queues[:_LISTED], *report.channels[:_LISTED])
    )
    topics = report.topics.topics[:_LISTED] if report.topics else ()
    changes = {*(one.change for one in counts), *(one.change for one in topics)}
    return bool(changes & {Change.UP, Change.DOWN})


def small_print(report: WeekReport) -> tuple[str, ...]:
    """What the figures mean and when they were taken."""
    left_out = f" {report.automatic:,} automatic messages are not counted." if report.automatic else ""
    arrows = " An arrow stands only where a change is more than chance makes (95%)." if _has_arrow(report) else ""
    return (
        f"Counted in the week in which it happened, {report.time_zone} time, from what was known on "
        f"{cut_off_of(report)}.{arrows}{left_out}",
        f"Made by Firstline from recorded facts · policy {report.policy[:8]}. "
        "Of customers' words it holds single ones only.",
    )
