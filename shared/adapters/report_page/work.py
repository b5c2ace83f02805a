"""What the report says of people's work: misses, what was kept for a person, drafts, agents. Rows and remarks."""

from __future__ import annotations

from collections.abc import Mapping

from shared.adapters.report_page.sections import Entries, Rows, Table
from shared.domain.noise import Change, Spread
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


def with_and_without_note(report: WeekReport) -> str:
    """What may be said of the difference that a draft at hand makes to the wait."""
    said = {
        Change.UP: "With a draft at hand answers came later, by more than chance: a draft shortens the writing and not "
        "the wait before it, and the two lines hold tickets of different kinds.",
        Change.DOWN: "With a draft at hand answers came sooner, by more than chance; the two lines hold tickets of "
        "different kinds.",
        Change.NOISE: "Between answers with a draft at hand and without there is no difference beyond chance.",
    }
    return said.get(report.first_response.draft_change, "")


def times_row(name: str, times: Spread) -> tuple[str, ...]:
    """Durations as a row."""
    return (name, f"{times.n:,}", duration(times.average), duration(times.median), duration(times.p90))


def worst(report: WeekReport, queue_names: Mapping[str, str]) -> Entries:
    """The worst misses."""
    return [
        (
            f"{miss.ticket} · {queue_names.get(miss.queue, name_of(miss.queue) or 'no queue')}",
            (f"Late by {duration(miss.late)}{'' if miss.answered else ' so far'}: {miss.reason}.",),
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
        return (
            "A miss was marked by an agent, or went out and the customer's next message was an unhappy one. Agents "
            "mark where they disagree (tags boundary_missed, briefing_needless); who agrees says nothing."
        )
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


def to_revise(report: WeekReport) -> Entries:
    """Approved answers that agents mostly change or pass over, the worst first."""
    found = [one for one in report.prepared.fared if one.to_revise]
    return [(one.name, (f"{one.verdict} ({one.drafts:,} answered)",)) for one in found[:_LISTED]]


def agents(report: WeekReport) -> Table:
    """Bounded tickets by agent."""
    head = ("Agent", "Tickets", "Kept for a person", "Share")
    houses = {load.agent.partition("@")[2] for load in report.loads}
    return head, [
        (
            load.name or (load.agent.partition("@")[0] if len(houses) == 1 else load.agent),
            f"{load.tickets:,}",
            f"{load.bounded.hits:,}",
            percent(load.bounded.share),
        )
        for load in report.loads[: 2 * _LISTED]
    ]


def corrections(report: WeekReport) -> Rows:
    """Figures of the last report that have changed since."""
    return [(name_of(one.name), f"{one.told:,} → {one.now:,}") for one in report.corrections]
