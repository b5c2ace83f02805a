"""Earlier weeks: what a report compares with, and what late facts have changed in the last one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, ValidationError

from shared.domain.facts import FactKind
from shared.domain.noise import Proportion
from shared.domain.policy import Policy
from shared.domain.report import PastWeek
from shared.domain.report_ledger import Ledger
from shared.domain.report_numbers import count_past, days_of_past, days_to_read, figures
from shared.domain.report_past import WEEKS_COMPARED, past_week, span, whole_weeks
from shared.domain.report_work import Correction, corrections
from shared.domain.week import Week
from shared.ports.books import FactLog, PolicyStore
from shared.ports.delivery import Archive

UNREAD = (FactKind.READ, FactKind.DEFECT)
"""Facts that no figure needs; the embeddings of the first are most of what a day weighs."""


@dataclass(frozen=True)
class Sources:
    """What a week is counted from."""

    facts: FactLog
    policies: PolicyStore
    archive: Archive


class _Count(BaseModel):
    name: str = "all"
    tickets: int


class _Ratings(BaseModel):
    good: Proportion


class _Wall(BaseModel):
    class _N(BaseModel):
        n: int

    wall: _N


class _Targets(BaseModel):
    breached: int


class _Told(BaseModel):
    """What of an archived report later ones need."""

    week: Week
    total: _Count
    categories: tuple[_Count, ...]
    queues: tuple[_Count, ...]
    channels: tuple[_Count, ...]
    satisfaction: _Ratings
    first_response: _Wall
    targets: _Targets


def earlier_weeks(
    week: Week, ledger: Ledger, policy: Policy, cut_off: datetime, sources: Sources
) -> tuple[PastWeek, ...]:
    """The weeks that a report compares with, the nearest first.

    Those that the ledger holds are counted from it; older ones are taken from their own reports, or, where there is
    none that can be read, counted from their days, one week at a time.
    """
    zone = policy.company.time_zone
    held_from = days_to_read(week, policy=policy, cut_off=cut_off)[0]
    since = _listening_since(week, zone, cut_off, sources.facts) or ledger.since
    tickets = [ticket for ticket in ledger.tickets.values() if not ticket.automatic]
    found = []
    for one in whole_weeks(week, zone, since):
        if one.starts(zone).date() >= held_from:
            found.append(past_week(span(one, tickets, zone, cut_off), tickets))
        else:
            found.append(_from_report(one, sources.archive) or _from_facts(one, zone, cut_off, sources.facts))
    return tuple(found)


def _listening_since(week: Week, zone: str, cut_off: datetime, facts: FactLog) -> datetime | None:
    """When we began to record, by the first day that has facts; a week more than is compared is looked at."""
    day, last = week.before(WEEKS_COMPARED + 1).starts(zone).date(), week.starts(zone).date()
    while day < last:
        recorded = [one.recorded_at for one in facts.between(day, day, but=UNREAD) if one.recorded_at <= cut_off]
        if recorded:
            return min(recorded)
        day += timedelta(days=1)
    return None


def _from_report(week: Week, archive: Archive) -> PastWeek | None:
    told = _told(week, archive)
    if told is None:
        return None
    return PastWeek(
        week=week,
        tickets=told.total.tickets,
        categories=_by_name(told.categories),
        queues=_by_name(told.queues),
        channels=_by_name(told.channels),
        good=told.satisfaction.good,
    )


def _by_name(counts: Iterable[_Count]) -> dict[str, int]:
    return {count.name: count.tickets for count in counts if count.tickets}


def _from_facts(week: Week, zone: str, cut_off: datetime, facts: FactLog) -> PastWeek:
    days = (facts.between(day, day, but=UNREAD) for day in days_of_past(week, time_zone=zone, cut_off=cut_off))
    return count_past(days, week, time_zone=zone, cut_off=cut_off)


def corrected(before: Week, ledger: Ledger, zone: str, cut_off: datetime, archive: Archive) -> tuple[Correction, ...]:
    """What the report before would say today."""
    told = _told(before, archive)
    if told is None:
        return ()  # there was none, or it is of another version: nothing can be compared
    said = {
        "tickets": told.total.tickets,
        "first answers": told.first_response.wall.n,
        "missed targets": told.targets.breached,
        "ratings": told.satisfaction.good.n,
    }
    return corrections(said, figures(ledger, before, time_zone=zone, cut_off=cut_off))


def _told(week: Week, archive: Archive) -> _Told | None:
    archived = archive.get(f"reports/{week}.json")
    if archived is None:
        return None
    try:
        return _Told.model_validate_json(archived)
    except ValidationError:
        return None
