"""How good the search for approved answers is: on requests with a known answer, and by leaving out one intent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.adapters.lexical import Matcher
from shared.domain.policy import Drafting
from shared.domain.resolution import Resolution
from shared.ports.knowledge import Match

Search = Callable[[str, str], Sequence[Match]]
"""Text and language to matches, best first."""


@dataclass(frozen=True)
class Question:
    """A request and the id of the answer that meets it; None when none does."""

    id: str
    text: str
    language: str
    answer: str | None


@dataclass(frozen=True)
class SearchScores:
    """What came of it. `offered` and `right` count drafts; recall is taken before the threshold."""

    n: int
    answerable: int
    recall_at_1: float
    recall_at_3: float
    offered: int
    right: int

    @property
    def precision(self) -> float:
        """Share of the drafts offered that are the right answer; 1 when none was offered."""
        return self.right / self.offered if self.offered else 1.0

    def as_document(self) -> dict[str, Any]:
        """For machines."""
        return {**self.__dict__, "precision": round(self.precision, 4)}


def read_questions(file: Path) -> list[Question]:
    """Requests whose `expect` names a language, and an answer or null; others are passed over."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        Question(
            id=row["id"],
            text=f"{row.get('subject', '')}\n{row['body']}",
            language=row["expect"]["language"],
            answer=row["expect"].get("resolution"),
        )
        for row in rows
        if row.get("expect")
    ]


def measure(questions: Iterable[Question], search: Search, drafting: Drafting) -> SearchScores:
    """Ask each question and count."""
    n = answerable = first = among_three = offered = right = 0
    for question in questions:
        matches = search(question.text, question.language)
        ids = [match.resolution.id for match in matches]
        n += 1
        if question.answer:
            answerable += 1
            first += question.answer in ids[:1]
            among_three += question.answer in ids[:3]
        if matches and _is_offered(matches[0], drafting):
            offered += 1
            right += matches[0].resolution.id == question.answer
    share = 1 / answerable if answerable else 0.0
    return SearchScores(n, answerable, round(first * share, 4), round(among_three * share, 4), offered, right)


def lexical_search(resolutions: Iterable[Resolution]) -> Search:
    """The search as it runs in production, without its files."""
    held = tuple(resolutions)
    matchers = {language: Matcher(held, language) for language in {one.language for one in held}}
    return lambda text, language: matchers[language].rank(text) if language in matchers else []


def leave_one_out(resolutions: Sequence[Resolution], drafting: Drafting) -> SearchScores:
    """Each intent as a question to a playbook that does not have it."""
    total = SearchScores(0, 0, 0.0, 0.0, 0, 0)
    for resolution in resolutions:
        for intent in resolution.intents if len(resolution.intents) > 1 else ():
            others = tuple(one for one in resolution.intents if one != intent)
            reduced = resolution.model_copy(update={"intents": others})
            search = lexical_search(
                [reduced if one is resolution else one for one in _of_language(resolutions, resolution)]
            )
            question = Question(resolution.id, intent, resolution.language, resolution.id)
            total = _sum(total, measure([question], search, drafting))
    return total


def _of_language(resolutions: Sequence[Resolution], like: Resolution) -> list[Resolution]:
    return [one for one in resolutions if one.language == like.language]


def _sum(one: SearchScores, other: SearchScores) -> SearchScores:
    n = one.answerable + other.answerable
    return SearchScores(
        n=one.n + other.n,
        answerable=n,
        recall_at_1=(one.recall_at_1 * one.answerable + other.recall_at_1 * other.answerable) / n if n else 0.0,
        recall_at_3=(one.recall_at_3 * one.answerable + other.recall_at_3 * other.answerable) / n if n else 0.0,
        offered=one.offered + other.offered,
        right=one.right + other.right,
    )


def _is_offered(match: Match, drafting: Drafting) -> bool:
    return match.fit >= drafting.fits_at and match.fit - match.rival >= drafting.margin
