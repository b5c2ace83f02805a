"""The Monday report: a week's facts to numbers, a page, files and one mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ValidationError

from functions.report.earlier import UNREAD, Sources, corrected, earlier_weeks
from functions.report.sending import SentMail, Waits, send, send_once, sent
from shared.domain.errors import StoredItemCorrupt
from shared.domain.outcome import Baseline
from shared.domain.policy import Policy
from shared.domain.record import Instant, Record
from shared.domain.report import PastWeek, WeekReport
from shared.domain.report_ledger import Ledger
from shared.domain.report_numbers import count_ledger, days_to_read, queue_names
from shared.domain.report_work import Correction
from shared.domain.topic_week import TopicWeek, week_path
from shared.domain.week import Week
from shared.ports.delivery import Archive, Linker, Mail, Mailer
from shared.ports.report_page import RenderedReport, ReportPage

LAST = "last"
RUNNING = "running"
BASELINE = "reports/baseline.json"
"""How long answers took before Firstline; `firstline replay --baseline` writes it."""


_FILES = {"Web page": "html", "Numbers as CSV": "csv", "Numbers as JSON": "json"}


class Reported(Record):
    """What became of a report.

    Attributes:
        path: where the archive keeps the page.
        message_id: the mail's, also when it was sent by an earlier run; "" where none has left.
        waits: why none has left; a later run sends it when it can.
    """

    week: str
    tickets: int
    message_id: str
    path: str
    waits: Waits | None = None


@dataclass(frozen=True)
class Ports(Sources):
    """Where facts come from and reports go."""

    mailer: Mailer
    page: ReportPage
    linker: Linker


class _Basis(BaseModel):
    """What an archived report rests on: with it, the same numbers come out at any later time."""

    cut_off: Instant
    policy: str
    baseline: Baseline | None = None
    past: tuple[PastWeek, ...] | None = None
    corrections: tuple[Correction, ...] | None = None


@dataclass(frozen=True)
class Counted:
    """A week's numbers, and where the archive keeps them.

    Attributes:
        place: the files' common beginning; a running week has one of its own.
        over: whether the week is over, so that its numbers stand.
    """

    report: WeekReport
    place: str
    over: bool
    current: Policy


def report(asked: str, *, ports: Ports, clock: Callable[[], datetime]) -> Reported:
    """Count, keep and send a week's report.

    A week that is over keeps its first cut-off and is mailed once; running again writes the same bytes.
    Without recipients, or where the mail is refused, the report is kept and says so. A running week is counted up
    to now and mailed whenever somebody asks for it.

    Args:
        asked: `last` for the last full week, `running`, or a week such as `2026-W47`.
    """
    counted = count(asked, sources=ports, clock=clock)
    place, numbers = counted.place, counted.report
    links = {name: ports.linker.link(f"{place}.{suffix}") for name, suffix in _FILES.items()}
    rendered = ports.page.render(numbers, queue_names(counted.current), links)
    _keep(place, numbers, rendered, ports.archive)
    mail = _mail(rendered, counted.current.report.recipients)
    if counted.over:
        became = sent(place, ports.archive) or send_once(
            place, mail, archive=ports.archive, mailer=ports.mailer, now=clock()
        )
    else:
        became = send(mail, mailer=ports.mailer, now=clock())
    waits = became if isinstance(became, Waits) else None
    message_id = became.message_id if isinstance(became, SentMail) else ""
    return Reported(
        week=str(numbers.week), tickets=numbers.total.tickets, message_id=message_id, path=f"{place}.html", waits=waits
    )


def count(asked: str, *, sources: Sources, clock: Callable[[], datetime]) -> Counted:
    """Count a week without keeping or sending anything."""
    now = clock()
    current = sources.policies.get(sources.policies.current())
    zone = current.company.time_zone
    week = week_of(asked, now, zone)
    over = week.ends(zone) <= now
    place = f"reports/{week}" if over else f"reports/{week}-running"
    basis = _basis(place, sources, current, now) if over else _fresh(sources, current, now)
    cut_off, policy = basis.cut_off, current if basis.policy == current.sha else sources.policies.get(basis.policy)
    zone = policy.company.time_zone
    days = (sources.facts.between(day, day, but=UNREAD) for day in days_to_read(week, policy=policy, cut_off=cut_off))
    ledger = Ledger.read(days, cut_off=cut_off, start=week.starts(zone), end=week.ends(zone))
    past = basis.past if basis.past is not None else earlier_weeks(week, ledger, policy, cut_off, sources)
    topics = _topics(place, week, sources.archive)
    numbers = count_ledger(
        ledger, week, policy=policy, cut_off=cut_off, topics=topics, baseline=basis.baseline, past=past
    )
    late = basis.corrections
    if late is None:
        late = corrected(week.before(), ledger, zone, cut_off, sources.archive)
    numbers = numbers.model_copy(update={"corrections": late})
    return Counted(report=numbers, place=place, over=over, current=current)


def _topics(place: str, week: Week, archive: Archive) -> TopicWeek | None:
    """The week in topics as it was when the report was first made; without it the report stands all the same."""
    # Once a report stands, only what it was made from counts: the same bytes at any later time.
    stands = archive.get(f"{place}.json") is not None and not place.endswith(RUNNING)
    stored = archive.get(f"{place}.topics.json" if stands else week_path(week))
    if stored is None:
        return None
    try:
        return TopicWeek.model_validate_json(stored)
    except ValidationError:
        return None


def week_of(asked: str, now: datetime, time_zone: str) -> Week:
    """The week that is asked for, seen from a moment."""
    running = Week.of(now, time_zone)
    if asked == RUNNING:
        return running
    return running.before() if asked == LAST else Week(name=asked)


def _basis(place: str, sources: Sources, current: Policy, now: datetime) -> _Basis:
    """What the archived report rests on, or what there is now."""
    archived = sources.archive.get(f"{place}.json")
    if archived is None:
        return _fresh(sources, current, now)
    try:
        return _Basis.model_validate_json(archived)
    except ValidationError as error:
        raise StoredItemCorrupt(f"{place}.json is no report; move it away to have the week counted anew") from error


def _fresh(sources: Sources, current: Policy, now: datetime) -> _Basis:
    stored = sources.archive.get(BASELINE)
    try:
        baseline = Baseline.model_validate_json(stored) if stored else None
    except ValidationError:
        baseline = None  # the report stands without it, and says that nobody measured
    return _Basis(cut_off=now, policy=current.sha, baseline=baseline)


def _mail(page: RenderedReport, recipients: tuple[str, ...]) -> Mail:
    return Mail(recipients=recipients, subject=page.subject, html=page.html, text=page.text, pictures=page.pictures)


def _keep(place: str, numbers: WeekReport, rendered: RenderedReport, archive: Archive) -> None:
    archive.put(f"{place}.json", numbers.canonical_json(), "application/json")
    archive.put(f"{place}.html", rendered.page.encode(), "text/html; charset=utf-8")
    if numbers.topics is not None:
        archive.put(f"{place}.topics.json", numbers.topics.model_dump_json().encode(), "application/json")
    archive.put(f"{place}.csv", rendered.csv.encode(), "text/csv; charset=utf-8")
