"""What an agent should look at before sending: other questions and tickets, what contradicts, what ends soon."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from shared.domain.contradictions import contradictions
from shared.domain.resolution import Resolution
from shared.domain.ticket import EarlierTicket
from shared.domain.wording import SourceText

_SOON = timedelta(days=14)
_MOST = 2


def other_questions(also: Iterable[Resolution]) -> tuple[str, ...]:
    """The approved answers to questions that the draft leaves open."""
    return tuple(f"It seems to ask this as well, which the draft leaves out: {one.title} ({one.id})" for one in also)


def contradicting(said: str, resolution: Resolution, others: Iterable[Resolution]) -> tuple[str, ...]:
    """Approved answers that say otherwise than the one that was taken."""
    found = []
    for one in others:
        differing = contradictions(said, one.body) if one.id != resolution.id else ()
        if differing:
            found.append(f"Another approved answer says otherwise: “{differing[0].other}” ({one.title}, {one.id})")
    return tuple(found[:_MOST])


def also_open(earlier: Iterable[EarlierTicket]) -> tuple[str, ...]:
    """The customer's other open tickets: an answer that does not know of them may look careless."""
    open_ones = [one for one in earlier if not one.status.is_over]
    named = "; ".join(f"#{one.id} “{one.subject}”" if one.subject else f"#{one.id}" for one in open_ones[:_MOST])
    return (f"This customer has other open tickets: {named}",) if open_ones else ()


def by_plan(resolution: Resolution, plan: str | None) -> tuple[str, ...]:
    """That an answer holds for some plans only."""
    if not resolution.plans:
        return ()
    return (f"The answer holds for {', '.join(resolution.plans)}; this customer has {plan or 'no plan that is known'}",)


def stale(
    said: str, resolution: Resolution, articles: Iterable[SourceText]
) -> tuple[list[SourceText], tuple[str, ...]]:
    """Articles that do not contradict the approved answer, and what to check of those that do."""
    sound, lines = [], []
    for one in articles:
        differing = contradictions(said, one.text)
        if differing:
            lines.append(
                f"The help centre says otherwise: “{differing[0].other}” ({one.title}"
                f"{_age(one.changed_at, resolution)}). Which one is right?"
            )
        else:
            sound.append(one)
    return sound, tuple(lines[:_MOST])


def _age(changed_at: datetime | None, resolution: Resolution) -> str:
    if changed_at is None:
        return ""
    relation = "before" if changed_at.date() < resolution.valid_from else "after"
    return f", last changed {changed_at:%Y-%m-%d}, {relation} the answer was approved"


def ends_soon(resolution: Resolution, today: date) -> tuple[str, ...]:
    """That a wording's approval ends within two weeks."""
    until = resolution.valid_until
    if until is None or until - today > _SOON:
        return ()
    return (f"The approved wording holds until {until.isoformat()} only",)
