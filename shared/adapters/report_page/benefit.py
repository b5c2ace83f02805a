"""What the report says of the outcome: handle time before and after, what it saves, what it costs. Rows and remarks."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from shared.adapters.report_page.sections import Rows
from shared.domain.costs import Costs
from shared.domain.noise import Spread
from shared.domain.outcome import ENOUGH, LONGEST, Baseline, Outcome, Saved
from shared.domain.report import WeekReport
from shared.domain.report_words import duration

_PROMISED_BEFORE, _PROMISED_WITH = (8, 15), 4  # minutes: what buyers are told of standard requests


def outcome(report: WeekReport) -> Rows:
    """Handle time, what it saves, and what comes back for the costs."""
    found = report.outcome
    rows: Rows = [
        ("Handle time with a draft", _handled(found.with_draft)),
        ("… with a briefing", _handled(found.with_briefing)),
        ("… with neither, or the draft unused", _handled(found.without)),
    ]
    if found.measured is not None:
        rows.append(("… before Firstline, same categories", _handled(found.measured)))
    elif found.before is not None:
        rows.append(("… before Firstline, by the policy", duration(found.before)))
    return [*rows, *_savings(found), *_return(found, report.costs)]


def _handled(times: Spread) -> str:
    return f"{duration(times.median)} median of {times.n:,}" if times.n else "–"


def _savings(found: Outcome) -> Rows:
    if found.saved is None and found.since is None:
        return [("Saved by drafts", "too few answers to tell")]
    rows: Rows = []
    if found.since is not None:
        rows.append(("Saved an answer, against the time before", _difference(found.since)))
    if found.saved is not None:
        rows.append(("Saved an answer, against this week's without a draft", _difference(found.saved)))
    told = best(found)
    assert told is not None
    factors = f"{told.minutes:+.1f} min × {told.drafts:,} answers ÷ 60".replace("-", "−")
    rows.append((f"Hours saved this week: {factors}", f"{told.hours:,.1f}"))
    if told.money is None or found.hour_costs is None:
        return rows
    price = f"{found.currency} {found.hour_costs:,.0f} an hour"
    return [*rows, (f"Money saved this week: the same × {price}", f"{found.currency} {told.money:,.0f}")]


def best(found: Outcome) -> Saved | None:
    """The comparison that hours and money rest on: this week's own where there is one, as nothing else differs."""
    return found.saved or found.since


def _difference(saved: Saved) -> str:
    return f"{saved.minutes:+.1f} min [{saved.low:+.1f}, {saved.high:+.1f}]".replace("-", "−")


def costs(report: WeekReport) -> Rows:
    """What the week cost."""
    costs = report.costs
    rows: Rows = [
        ("AWS, this week", f"${costs.variable + costs.fixed:,.2f}"),
        ("Language model, this week", f"${costs.reader:,.2f}"),
    ]
    return [*rows, ("… both, a ticket", f"${costs.per_ticket:,.4f}")] if costs.per_ticket is not None else rows


def _return(found: Outcome, costs: Costs) -> Rows:
    told = best(found)
    if told is None:
        return [("Costs, this week", f"${costs.total:,.2f}")]
    gained = f"{told.hours:,.1f} hours"
    if told.money is not None:
        gained += f", {found.currency} {told.money:,.0f},"
    return [("Return", f"{gained} for ${costs.total:,.2f}")]


def outcome_note(report: WeekReport) -> str:
    """Method, formula and assumptions."""
    found = report.outcome
    text = (
        "Handle time is estimated, as desks do not tell it: the pause between an agent's answer and their one before, "
        f"where it is at most {LONGEST.seconds // 60} minutes. Saved an answer = mean without a draft in the same "
        f"categories − mean with one, with 95% interval, from {ENOUGH} answers on each side on; hours = that × "
        "answers given from a draft"
        f"{_scaled(found)}"
    )
    if found.hour_costs is not None:
        text += f"; money = hours × {found.currency} {found.hour_costs:,.0f} an hour"
    else:
        text += "; what an hour costs is told in the policy (report.hour_costs), and money with it"
    return f"{text}.{_before(report.baseline, ZoneInfo(report.time_zone))}"


def _scaled(found: Outcome) -> str:
    """That the time of some answers stands for that of all."""
    told = best(found)
    if told is None or told.drafts <= found.with_draft.n:
        return ""
    return f" ({found.with_draft.n:,} of the {told.drafts:,} could be measured, the others are taken to be like them)"


def _before(baseline: Baseline | None, zone: ZoneInfo) -> str:
    if baseline is None:
        return " Nobody measured the time before: firstline replay HISTORY --baseline does."
    first = baseline.since.astimezone(zone)
    last = baseline.until.astimezone(zone) - timedelta(seconds=1)
    return f" The time before Firstline: {first:%-d %B} to {last:%-d %B %Y}, by the same rule."


def verdict(report: WeekReport) -> str:
    """Whether 8 to 15 minutes came down to 2 to 4, for this company; nothing where too little is known."""
    found = report.outcome
    after = found.with_draft
    if after.median is None or after.n < ENOUGH:
        return ""
    before = found.measured.median if found.measured and found.measured.n >= ENOUGH else found.before
    kept = after.median <= _PROMISED_WITH
    now = f"with a draft half of the answers took at most {duration(after.median)}"
    said = "which keeps what is promised (2 to 4)" if kept else "which is more than what is promised (2 to 4)"
    if before is None:
        return f"{now[0].upper()}{now[1:]}, {said}."
    low, high = _PROMISED_BEFORE
    inside = "" if low <= before <= high else f", outside of the {low} to {high} that the promise starts from"
    return f"Before Firstline an answer took {duration(before)} in the middle{inside}; {now}, {said}."


def costs_note(report: WeekReport) -> tuple[str, ...]:
    """What of the costs is counted and what is estimated; nothing where nothing was done."""
    costs = report.costs
    if not report.total.tickets and not report.first_response.wall.n:
        return ()
    return (
        f"Costs of AWS: ${costs.counted:,.2f} for what is counted ({costs.versions:,} triages, "
        f"{costs.transitions:,} states, {costs.webhooks:,} webhooks), ${costs.estimated:,.2f} for what is estimated "
        f"(computing time, items, logs, keys), ${costs.fixed:,.2f} fixed; list prices of {costs.prices_as_of}, free "
        "tiers not counted. "
        "Language model: counted by its tokens.",
    )
