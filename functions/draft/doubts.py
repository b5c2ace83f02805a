"""What an agent should look at before sending: other questions and tickets, what contradicts, what ends soon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from shared.domain.contradictions import contradictions
from shared.domain.customer_story import read_first, titled
from shared.domain.health import History
from shared.domain.observation import Request, ServiceFailure
from shared.domain.opening import same_question
from shared.domain.resolution import Resolution
from shared.domain.ticket import EarlierTicket
from shared.domain.wording import SourceText

_SOON = timedelta(days=14)
_MOST = 2
_MOST_OPEN = 3


def other_questions(also: Iterable[Resolution]) -> tuple[str, ...]:
    """The approved answers to questions that the draft leaves open."""
    return tuple(f"It seems to ask this as well, which the draft leaves out: {one.title} ({one.id})" for one in also)


def contradicting(said: str, resolution: Resolution, others: Iterable[Resolution]) -> tuple[str, ...]:
    """Approved answers that say otherwise than the one that was taken."""
    found = []
    for one in others:
        differing = contradictions(said, one.full_wording) if one.id != resolution.id else ()
        if differing:
            found.append(f"Another approved answer says otherwise: “{differing[0].other}” ({one.title}, {one.id})")
    return tuple(found[:_MOST])


def also_open(
    asked: Request,
    earlier: Iterable[EarlierTicket],
    said: Mapping[str, Request],
    history: History | None,
    language: str,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The customer's other open tickets: a grave one, to be read first; those with the same question, then the others.

    Args:
        earlier: open ones first, newest first.
        said: what is written in them, by ticket, as far as it is kept.
    """
    open_ones = [one for one in earlier if not one.status.is_over]
    grave = read_first(tuple(open_ones), history, said)
    alike = same_question(asked, said, language)
    same = [one for one in open_ones if one.id in alike]
    others = [one for one in open_ones if one not in same and f"#{one.id} " not in grave]
    others.sort(key=lambda one: not _fails(one, history))
    lines = []
    if same:
        named = _numbered(same)
        lines.append(f"The same question: {named}, open; one answer is enough")
    if others:
        named = "; ".join(_listed(one, said, history) for one in others[:_MOST_OPEN])
        more = len(others) - _MOST_OPEN
        lines.append(f"Other open tickets of this customer: {named}{f'; and {more} more' if more > 0 else ''}")
    return (grave,) if grave else (), tuple(lines)


def _fails(ticket: EarlierTicket, history: History | None) -> bool:
    past = history.ticket(ticket.id) if history else None
    return past is not None and past.failure is not ServiceFailure.NONE


def _listed(ticket: EarlierTicket, said: Mapping[str, Request], history: History | None) -> str:
    return f"#{ticket.id} {titled(ticket, said)}{', which reports a failure' if _fails(ticket, history) else ''}"


def _numbered(tickets: list[EarlierTicket]) -> str:
    more = len(tickets) - _MOST_OPEN
    named = ", ".join(f"#{one.id}" for one in tickets[:_MOST_OPEN])
    return f"{named} and {more} more" if more > 0 else named


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
