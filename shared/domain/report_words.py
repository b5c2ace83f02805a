"""The report's numbers in words, by rules: labels, durations, and the week in a few sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from shared.domain.boundary import is_suspicion
from shared.domain.noise import Change, Proportion
from shared.domain.report import Count, Standing, Tally, WeekReport

_NAMES = {
    "billing": "Billing",
    "technical": "Technical",
    "feature_request": "Feature request",
    "complaint": "Complaint",
    "other": "Other",
    "untriaged": "Not triaged",
    "bounded": "Kept for a person by a rule",
    "undecidable": "Could not be read with confidence",
    "no_resolution": "No approved answer fits",
    "unhappy_customer": "The customer is unhappy",
    "service_failure": "A failure of ours is reported",
    "long_standing_complaint": "Complaint from a customer of long standing",
    "tenure_unknown": "Complaint, and the customer's tenure is unknown",
    "once_bounded": "An earlier message needed a person",
    "triage_failed": "Automatic triage failed",
    "nothing_to_read": "No words to go by",
    "language_unreadable": "Language not read with confidence",
    "category_unsure": "Unclear what it is about",
}

_STUCK = "\N{NO-BREAK SPACE}"  # a figure and its unit stay on one line


def name_of(label: str) -> str:
    """A label as people read it; one that nobody named is shown as it is, without its underscores."""
    if label in _NAMES:
        return _NAMES[label]
    if is_suspicion(label):
        return "The text tries to instruct software"
    return label.replace("_", " ")


def in_a_row(parts: Iterable[str]) -> str:
    """Reasons as one sentence: a capital only where it begins."""
    text = "; ".join(filter(None, parts))
    for name in _NAMES.values():
        for mark in (", ", "; "):
            text = text.replace(f"{mark}{name}", f"{mark}{name[0].lower()}{name[1:]}")
    return f"{text[:1].upper()}{text[1:]}"


def duration(minutes: float | None) -> str:
    """Minutes as short as a person can read them: `42 min`, `5h 10m`, `2d 3h`."""
    if minutes is None:
        return "–"
    if 0 < minutes < 1:
        return f"under 1{_STUCK}min"
    whole = round(minutes)
    if whole < 60:
        return f"{whole}{_STUCK}min"
    if whole < 48 * 60:
        return f"{whole // 60}h{_STUCK}{whole % 60:02}m"
    hours = round(minutes / 60)
    return f"{hours // 24}d{_STUCK}{hours % 24}h"


def percent(share: float | None) -> str:
    """A share as a whole percentage; only all is 100 and only none is 0."""
    if share is None:
        return "–"
    if 0 < share < 1:
        return f"{min(99, max(1, round(share * 100)))}%"
    return f"{round(share * 100)}%"


def days_of(report: WeekReport) -> str:
    """The days of the week, `16–22 November 2026`."""
    first, last = report.week.monday, report.week.sunday
    if first.month == last.month:
        return f"{first.day}–{last:%-d %B %Y}"
    if first.year == last.year:
        return f"{first:%-d %B} – {last:%-d %B %Y}"
    return f"{first:%-d %B %Y} – {last:%-d %B %Y}"


def cut_off_of(report: WeekReport) -> str:
    """The cut-off by the company's clock."""
    return f"{report.cut_off.astimezone(ZoneInfo(report.time_zone)):%A %-d %B %Y, %H:%M}"


def headline(report: WeekReport) -> str:
    """The week in half a line, for a subject."""
    so_far = " so far" if report.partial else ""
    return f"Support in week {report.week.number}{so_far}: {_tickets(report.total.tickets)}"


def sentences(report: WeekReport, queue_names: Mapping[str, str]) -> tuple[str, ...]:
    """The week in up to five sentences. What has no numbers has no sentence."""
    if report.cut_off <= report.starts_at:
        return ("This week has not begun yet.",)
    found = (
        _volume(report),
        _speed(report),
        _promises(report, queue_names),
        _noticed(report) or _preparation(report),
        _satisfied(report),
    )
    return tuple(sentence for sentence in found if sentence)


def _tickets(count: int) -> str:
    return {0: "no tickets", 1: "1 ticket"}.get(count, f"{count:,} tickets")


def _volume(report: WeekReport) -> str:
    total = report.total
    text = f"{_tickets(total.tickets)} came in{' so far' if report.partial else ''}"
    text = text[0].upper() + text[1:]
    leading = max(report.categories, key=lambda count: count.tickets, default=None)
    if leading is not None and leading.tickets and total.tickets > 1:
        how = "more than half of them" if (leading.share or 0) > 0.5 else "led by"
        text += f", {how} {name_of(leading.name)} ({percent(leading.share)})"
    return f"{text}; {_against_last_week(report)}."


def _against_last_week(report: WeekReport) -> str:
    total = report.total
    if total.before is None:
        return "there is no earlier week to compare with yet"
    if report.partial:
        return f"the whole of last week brought {total.before:,}"
    moved = [count for count in report.categories if count.change in (Change.UP, Change.DOWN)]
    if total.change is Change.NOISE:
        text = f"last week it was {total.before:,}, no more of a difference than chance makes"
    else:
        text = f"that is clearly {'more' if total.change is Change.UP else 'fewer'} than last week's {total.before:,}"
    return f"{text} ({', '.join(map(_moved, moved))})" if moved else text


def _moved(count: Count) -> str:
    direction = "up" if count.change is Change.UP else "down"
    return f"{name_of(count.name)} {direction} from {count.before} to {count.tickets}"


def _speed(report: WeekReport) -> str:
    times = report.first_response.wall
    if times.n == 0:
        given = "has been given yet" if report.partial else "was given"
        return f"No first answer {given}." if report.total.tickets else ""
    if times.n == 1:
        return f"One first answer was given, after {duration(times.median)}."
    return (
        f"Half of the {times.n:,} first answers came within {duration(times.median)}, "
        f"nine out of ten within {duration(times.p90)}."
    )


def _promises(report: WeekReport, queue_names: Mapping[str, str]) -> str:
    targets = report.targets
    if targets.met.n == 0:
        return ""
    if targets.breached == 0:
        text = f"All {targets.met.n:,} first response targets were met" if targets.met.n > 1 else "The target was met"
    else:
        text = f"{percent(targets.met.share)} of the first response targets were met and {targets.breached:,} missed"
        if targets.breached > 1 and targets.breached_by_queue:
            worst = targets.breached_by_queue[0]
            text += f", {worst.count:,} of them in {queue_names.get(worst.name, name_of(worst.name))}"
    if targets.warned:
        raised = "ticket was" if targets.warned == 1 else "tickets were"
        text += f"; {targets.warned:,} {raised} raised before the deadline, {targets.saved:,} answered in time"
    return f"{text}."


def _preparation(report: WeekReport) -> str:
    made = report.prepared
    if made.drafted + made.briefed == 0:
        return ""
    both = (_counted(made.drafted, "draft"), _counted(made.briefed, "briefing"))
    text = f"Firstline prepared {' and '.join(part for part in both if part)}"
    reasons = briefing_reasons(report)
    if not reasons:
        return f"{text}."
    first = name_of(reasons[0].name)
    return f"{text}; the most frequent reason for a briefing: {first[0].lower()}{first[1:]} ({reasons[0].count:,})."


def _noticed(report: WeekReport) -> str:
    """What came far more often than usual, and the largest question that nothing answers."""
    if report.topics is None:
        return ""
    parts = []
    if report.topics.spikes:
        worst = min(report.topics.spikes, key=lambda spike: (spike.chance, spike.topic))
        times = f"{worst.observed:,} customers where {worst.expected:.1f} would be usual"
        parts.append(f"“{worst.name}” came far more often than usual ({times})")
    if report.topics.gaps:
        gap = report.topics.gaps[0]
        parts.append(f"the largest question without an answer is “{gap.name}” ({_tickets(gap.count)})")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _counted(count: int, thing: str) -> str:
    return {0: "", 1: f"1 {thing}"}.get(count, f"{count:,} {thing}s")


def briefing_reasons(report: WeekReport) -> list[Tally]:
    """Why there were briefings: the rules that fired, and answers that did not exist, the most frequent first."""
    unanswered = [cause for cause in report.prepared.causes if cause.name == "no_resolution"]
    return sorted([*report.prepared.rules, *unanswered], key=lambda tally: -tally.count)


def _satisfied(report: WeekReport) -> str:
    parts = []
    received = report.resolution.of_received
    if received.n:
        parts.append(_resolved(received))
    good = report.satisfaction.good
    if good.n:
        parts.append(f"{good.hits:,} of {good.n:,} ratings were good ({percent(good.share)}{_trend(report)})")
    elif received.n:
        parts.append("nobody has rated yet" if report.partial else "nobody rated")
    text = " and ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _resolved(received: Proportion) -> str:
    if received.n > 1:
        return f"{received.hits:,} of the {received.n:,} tickets are resolved"
    return "the one ticket is resolved" if received.hits else "the one ticket is not resolved yet"


def _trend(report: WeekReport) -> str:
    said = {Change.UP: ", better than last week", Change.DOWN: ", worse than last week"}
    return said.get(report.satisfaction.change, "")


def standing_lines(standing: Standing, days: int) -> tuple[tuple[str, int], ...]:
    """What became of resolved tickets, line by line."""
    return (
        ("confirmed by the customer", standing.confirmed),
        (f"assumed: no word for {days} days", standing.assumed),
        ("no word yet", standing.waiting),
        ("rated as bad", standing.disputed),
        ("came back", standing.reopened),
    )
