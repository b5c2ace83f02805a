"""The report's numbers as CSV: one number in a row, the same columns every week."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from shared.domain.noise import Proportion, Spread
from shared.domain.report import Count, Standing, Tally, WeekReport

Row = tuple[str, str, str, int | float | None]


def as_csv(report: WeekReport) -> str:
    """Rows of `week, section, name, measure, value`; an unknown value is empty."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("week", "section", "name", "measure", "value"))
    for section, name, measure, value in _rows(report):
        writer.writerow((str(report.week), section, _inert(name), measure, "" if value is None else value))
    return out.getvalue()


def _inert(name: str) -> str:
    """A name that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{name}" if name[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else name


def _rows(report: WeekReport) -> Iterator[Row]:
    yield from _counts("volume", (report.total, *report.categories))
    yield from _counts("queue", report.queues)
    yield from _counts("channel", report.channels)
    yield "volume", "automatic", "tickets", report.automatic
    yield from _times("first_response_minutes", "all", report.first_response.wall)
    yield from _times("first_response_open_minutes", "all", report.first_response.open)
    for row in report.first_response.by_category:
        yield from _times("first_response_minutes", row.name, row.times)
        yield from _times("first_response_open_minutes", row.name, row.open)
    yield from _times("first_response_minutes", "with_draft", report.first_response.with_draft)
    yield from _times("first_response_minutes", "without_draft", report.first_response.without)
    yield from _desk(report)
    yield from _share("resolution", "of_received", report.resolution.of_received)
    yield from _standing("this_week", report.resolution.this_week)
    yield from _standing("settled", report.resolution.settled)
    yield "resolution", "reopened", "tickets", report.resolution.reopened
    for week in report.satisfaction.trend:
        yield from _share("satisfaction", str(week.week), week.good)
    yield from _share("targets", "met", report.targets.met)
    for measure, value in (("breached", report.targets.breached), ("warned", report.targets.warned)):
        yield "targets", measure, "tickets", value
    yield "targets", "saved", "tickets", report.targets.saved
    yield from _tallies("breached_by_queue", report.targets.breached_by_queue)
    yield "prepared", "drafted", "tickets", report.prepared.drafted
    yield "prepared", "briefed", "tickets", report.prepared.briefed
    yield from _work(report)
    yield from _found(report)
    for section in ("causes", "rules", "resolutions", "used"):
        yield from _tallies(section, getattr(report.prepared, section))


def _desk(report: WeekReport) -> Iterator[Row]:
    if report.desk is None:
        return
    yield from _times("desk_first_response_minutes", "desk", report.desk.first_response)
    yield from _times("desk_first_response_minutes", "desk_business_hours", report.desk.in_hours)
    yield from _times("desk_first_response_minutes", "here_same_tickets", report.desk.ours)
    yield "desk_first_response_minutes", "differ", "tickets", report.desk.differ
    for one in report.desk.deadlines:
        yield "desk_deadlines", one.target, "tickets", one.tickets
        yield "desk_deadlines", one.target, "later_on_the_desk", one.later
        yield from _times("desk_deadlines_apart_minutes", one.target, one.apart)


def _work(report: WeekReport) -> Iterator[Row]:
    for measure in ("briefed", "misses", "needless", "judged"):
        yield "boundary", measure, "tickets", getattr(report.boundary, measure)
    yield from _drafts(report)
    for load in report.loads:
        yield "agent", load.agent, "tickets", load.tickets
        yield "agent", load.agent, "bounded", load.bounded.hits
    yield from _outcome(report)
    for miss in report.targets.worst:
        yield "missed", miss.ticket, "late_minutes", miss.late
    for one in report.at_risk:
        yield "at_risk", one.company or one.customer, "mrr", one.mrr


def _outcome(report: WeekReport) -> Iterator[Row]:
    for name in ("with_draft", "with_briefing", "without"):
        yield from _times("handle_minutes", name, getattr(report.outcome, name))
    if report.outcome.measured:
        yield from _times("handle_minutes", "before", report.outcome.measured)
    for name, saved in (("this_week", report.outcome.saved), ("against_before", report.outcome.since)):
        for measure, value in saved or ():
            yield "saved", name, measure, value
    for measure in ("versions", "transitions", "webhooks"):
        yield "costs", "counted", measure, getattr(report.costs, measure)
    for measure in ("counted", "estimated", "fixed", "reader", "total", "per_ticket"):
        yield "costs", "dollars", measure, getattr(report.costs, measure)


def _drafts(report: WeekReport) -> Iterator[Row]:
    for measure in ("as_is", "edited", "unused", "unknown"):
        yield "drafts", measure, "tickets", getattr(report.prepared.use, measure)
    for answer in report.prepared.fared:
        for measure in ("as_is", "edited", "unused", "changed", "missed"):
            yield "approved_answer", answer.name, measure, getattr(answer, measure)


def _found(report: WeekReport) -> Iterator[Row]:
    if report.topics is None:
        return
    for topic in report.topics.topics:
        yield "topic", topic.name, "tickets", topic.tickets
        yield "topic", topic.name, "last_week", topic.before
        yield "topic", topic.name, "average", topic.average
    for spike in report.topics.spikes:
        yield "spike", spike.name, "observed", spike.observed
        yield "spike", spike.name, "expected", spike.expected
    for gap in report.topics.gaps:
        yield "gap", gap.name, "tickets", gap.count
        yield "gap", gap.name, "last_week", gap.before
        yield "gap", gap.name, "agent_minutes", gap.agent_minutes
    for closed in report.topics.closed:
        yield "gap_closed", closed.name, "tickets_a_week_before", closed.weekly
        for week, count in enumerate(closed.since_closed, start=1):
            yield "gap_closed", closed.name, f"week_{week}_after", count


def _counts(section: str, counts: Iterable[Count]) -> Iterator[Row]:
    for count in counts:
        yield section, count.name, "tickets", count.tickets
        yield section, count.name, "share", count.share
        yield section, count.name, "last_week", count.before
        yield section, count.name, "average", count.average


def _times(section: str, name: str, times: Spread) -> Iterator[Row]:
    yield section, name, "n", times.n
    yield section, name, "average", times.average
    yield section, name, "median", times.median
    yield section, name, "p90", times.p90


def _share(section: str, name: str, share: Proportion) -> Iterator[Row]:
    yield section, name, "n", share.n
    yield section, name, "hits", share.hits
    yield section, name, "share", share.share
    yield section, name, "low", share.low
    yield section, name, "high", share.high


def _standing(name: str, standing: Standing) -> Iterator[Row]:
    for measure, value in standing:
        yield "resolution", name, measure, value


def _tallies(section: str, tallies: Iterable[Tally]) -> Iterator[Row]:
    for tally in tallies:
        yield section, tally.name, "tickets", tally.count
