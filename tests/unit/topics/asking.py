"""Requests made by hand: a direction for each question, words of their own, and a time."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from shared.domain.ticket import TicketKey
from shared.domain.topics import Asked, terms_of

START = datetime(2026, 1, 5, tzinfo=UTC)
WORDS = {
    "refund": "Where is the refund of my order?",
    "export": "How do I export a board as CSV?",
    "login": "The login page refuses my password.",
    "invoice": "Please send the invoice of October.",
}


def asked(number: int, about: str, at: datetime, *, customer: str = "", unanswered: bool | None = None) -> Asked:
    """One request; those about the same lie near each other."""
    chance = random.Random(f"{about}{number}")
    place = list(WORDS).index(about) * 8
    points = [chance.randint(-6, 6) + (110 if place <= at_ < place + 8 else 0) for at_ in range(32)]
    return Asked(
        key=TicketKey(desk="zendesk", id=f"{about}-{number}"),
        at=at,
        embedding=bytes(value % 256 for value in points),
        terms=terms_of(WORDS[about], "en"),
        engine="e1",
        language="en",
        customer=customer or f"c{number}",
        category="billing",
        unanswered=unanswered,
    )


def steadily(about: str, a_day: int, days: int, *, first: int = 0) -> list[Asked]:
    """So many a day, spread over the working hours."""
    step = timedelta(hours=10) / a_day
    return [
        asked(first + day * a_day + place, about, START + timedelta(days=day, hours=8) + step * place)
        for day in range(days)
        for place in range(a_day)
    ]


def text_of(one: Asked) -> tuple[str, str]:
    """What a request says."""
    return WORDS[one.key.id.partition("-")[0]], "en"
