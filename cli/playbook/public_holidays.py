"""Public holidays of a region, written into the policy when its file is read.

They are computed here and stored with the policy, not where clocks run: a ticket is judged by what was published,
whatever a later release of the library knows, and no Lambda carries it.
"""

from __future__ import annotations

from datetime import date

from cli.playbook.source import Document
from shared.domain.hours import Calendar

YEARS_BACK, YEARS_AHEAD = 1, 5
"""Open tickets may be a year old, and a playbook is published again long before five years are over."""


def with_public_holidays(document: Document, calendars: dict[str, Calendar], today: date) -> dict[str, Calendar]:
    """The calendars with their regions' holidays in them; a region that nobody knows leaves a finding."""
    return {name: _filled(document, name, calendar, today) for name, calendar in calendars.items()}


def _filled(document: Document, name: str, calendar: Calendar, today: date) -> Calendar:
    if calendar.public_holidays is None:
        return calendar
    years = range(today.year - YEARS_BACK, today.year + YEARS_AHEAD + 1)
    country, _, part = calendar.public_holidays.partition("-")
    from holidays import country_holidays  # half a second, and most commands read no such calendar

    try:
        days = frozenset(country_holidays(country, subdiv=part or None, years=years))
    except NotImplementedError:
        document.add(("calendars", name, "public_holidays"), *_unknown(country, part))
        return calendar
    return calendar.model_copy(update={"holidays": calendar.holidays | days})


def _unknown(country: str, part: str) -> tuple[str, str]:
    from holidays import list_supported_countries

    known = list_supported_countries()
    if country not in known:
        return f"nobody knows the holidays of '{country}'", "write a country in two capital letters, such as DE"
    parts = ", ".join(known[country])
    return f"'{part}' is no part of {country}", f"use one of {parts}" if parts else f"write {country} alone"
