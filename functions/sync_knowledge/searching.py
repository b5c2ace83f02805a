"""Searching the articles for the questions that stand for each topic: gaps rest on the same search as drafts."""

from __future__ import annotations

from pydantic import ValidationError

from shared.domain.gaps import Nearest
from shared.domain.record import Record
from shared.domain.searched import QUESTIONS, SEARCHED, Question, Questions, Searched
from shared.ports.delivery import Archive
from shared.ports.knowledge import Articles
from shared.ports.store import TicketStore

MOST_AT_ONCE = 2_000
"""Questions searched in one run, at some 30 ms each; the others have their turn in the next."""


class Answered(Record):
    """How many questions were asked, and how many an article was found to answer."""

    searched: int
    answered: int


def search_questions(*, archive: Archive, tickets: TicketStore, articles: Articles, index: str) -> Answered:
    """Find the nearest article of each question; what this very index has answered before is not searched again.

    Args:
        index: the version that `articles` searches.
    """
    wanted = _questions(archive)
    known = _searched(archive)
    held = known.nearest if known.index == index else {}
    nearest = {str(one.key): held[str(one.key)] for one in wanted if str(one.key) in held}
    left = [one for one in wanted if str(one.key) not in nearest]
    fresh = 0
    for one in left[:MOST_AT_ONCE]:
        text = _text(one, tickets)
        if text is not None:
            nearest[str(one.key)] = _nearest(text, one.language, articles)
            fresh += 1
    kept = Searched(index=index, nearest=nearest)
    archive.put(SEARCHED, kept.model_dump_json().encode(), "application/json")
    return Answered(searched=fresh, answered=sum(one is not None and one.answers for one in nearest.values()))


def _questions(archive: Archive) -> tuple[Question, ...]:
    stored = archive.get(QUESTIONS)
    try:
        return Questions.model_validate_json(stored).questions if stored else ()
    except ValidationError:
        return ()  # topics writes it anew within the hour


def _searched(archive: Archive) -> Searched:
    stored = archive.get(SEARCHED)
    try:
        return Searched.model_validate_json(stored) if stored else Searched()
    except ValidationError:
        return Searched()  # everything is searched again


def _text(one: Question, tickets: TicketStore) -> str | None:
    state = tickets.get(one.key)
    text = tickets.text(one.key, state.version) if state and state.version else None
    return text.request.words.strip() if text else None


def _nearest(text: str, language: str, articles: Articles) -> Nearest | None:
    found = articles.search_articles(text, language=language, limit=1)
    return found[0].as_nearest() if found else None
