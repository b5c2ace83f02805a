"""The Monday report: a week's facts to numbers, a page, files and one mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ValidationError

from shared.domain.errors import StoredItemCorrupt
from shared.domain.policy import Policy
from shared.domain.record import Instant, Record
from shared.domain.report import WeekReport
from shared.domain.report_numbers import count_week, days_to_read, queue_names
from shared.domain.week import Week
from shared.ports.delivery import Archive, Mail, Mailer
from shared.ports.report_page import RenderedReport, ReportPage
from shared.ports.store import FactLog, PolicyStore

LAST = "last"
RUNNING = "running"


class Reported(Record):
    """What became of a report.

    Attributes:
        path: where the archive keeps the page.
        message_id: the mail's, also when it was sent by an earlier run.
    """

    week: str
    tickets: int
    message_id: str
    path: str


@dataclass(frozen=True)
class Ports:
    """Where facts come from and reports go."""

    facts: FactLog
    policies: PolicyStore
    archive: Archive
    mailer: Mailer
    page: ReportPage


class _Basis(BaseModel):
    """What an archived report rests on: with both, the same numbers come out at any later time."""

    cut_off: Instant
    policy: str


class _SentMail(Record):
    """The record that a report was sent."""

    message_id: str
    sent_at: Instant
    recipients: tuple[str, ...]


def report(asked: str, *, ports: Ports, clock: Callable[[], datetime]) -> Reported:
    """Count, keep and send a week's report.

    A week that is over keeps its first cut-off and is mailed once; running again writes the same bytes.
    The mail is sent before it is recorded, so a run that dies in between leads to a second one with the
    same subject. A running week is counted up to now and mailed whenever somebody asks for it.

    Args:
        asked: `last` for the last full week, `running`, or a week such as `2026-W47`.
    """
    now = clock()
    current = ports.policies.get(ports.policies.current())
    week = _week(asked, now, current.company.time_zone)
    over = week.ends(current.company.time_zone) <= now
    place = f"reports/{week}" if over else f"reports/{week}-running"
    cut_off, policy = _basis(place, ports, current, now) if over else (now, current)
    numbers = _count(week, policy, cut_off, ports.facts)
    rendered = ports.page.render(numbers, queue_names(policy))
    _keep(place, numbers, rendered, ports.archive)
    earlier = _sent(place, ports.archive) if over else None
    sent = earlier or _send(place, rendered, current.report.recipients, ports, now)
    return Reported(week=str(week), tickets=numbers.total.tickets, message_id=sent.message_id, path=f"{place}.html")


def _week(asked: str, now: datetime, time_zone: str) -> Week:
    running = Week.of(now, time_zone)
    if asked == RUNNING:
        return running
    return running.before() if asked == LAST else Week(name=asked)


def _basis(place: str, ports: Ports, current: Policy, now: datetime) -> tuple[datetime, Policy]:
    """Cut-off and policy of the archived report, or of now."""
    archived = ports.archive.get(f"{place}.json")
    if archived is None:
        return now, current
    try:
        basis = _Basis.model_validate_json(archived)
    except ValidationError as error:
        raise StoredItemCorrupt(f"{place}.json is no report; move it away to have the week counted anew") from error
    return basis.cut_off, ports.policies.get(basis.policy)


def _count(week: Week, policy: Policy, cut_off: datetime, log: FactLog) -> WeekReport:
    first, last = days_to_read(week, time_zone=policy.company.time_zone, cut_off=cut_off)
    return count_week(log.between(first, last), week, policy=policy, cut_off=cut_off)


def _keep(place: str, numbers: WeekReport, rendered: RenderedReport, archive: Archive) -> None:
    archive.put(f"{place}.json", numbers.canonical_json(), "application/json")
    archive.put(f"{place}.html", rendered.page.encode(), "text/html; charset=utf-8")
    archive.put(f"{place}.csv", rendered.csv.encode(), "text/csv; charset=utf-8")


def _sent(place: str, archive: Archive) -> _SentMail | None:
    recorded = archive.get(f"{place}.sent.json")
    if recorded is None:
        return None
    try:
        return _SentMail.model_validate_json(recorded)
    except ValidationError as error:
        # Sending once more would be the worse mistake: the file says that a mail has left.
        raise StoredItemCorrupt(f"{place}.sent.json is unreadable; remove it to have the mail sent again") from error


def _send(place: str, page: RenderedReport, recipients: tuple[str, ...], ports: Ports, now: datetime) -> _SentMail:
    mail = Mail(recipients=recipients, subject=page.subject, html=page.html, text=page.text, pictures=page.pictures)
    sent = _SentMail(message_id=ports.mailer.send(mail), sent_at=now, recipients=recipients)
    ports.archive.put(f"{place}.sent.json", sent.model_dump_json().encode(), "application/json")
    return sent
