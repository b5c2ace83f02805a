"""The trials of `firstline evaluate answers`: questions, put to playbooks with and without what meets them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import typer

from cli.evaluation.answer_fitting import Seen
from shared.adapters.lexical import Matcher
from shared.adapters.search.answer_ranking import AnswerRanking, Views
from shared.adapters.search.answer_vectors import Vectors, build
from shared.adapters.search.bridge import Bridge
from shared.adapters.search.encoder import SearchEncoder
from shared.adapters.search.knowledge import CANDIDATES
from shared.domain.resolution import Resolution
from shared.ports.knowledge import Match


class Question(NamedTuple):
    """A request and the id of the answer that meets it; None when none does."""

    id: str
    text: str
    language: str
    answer: str | None


@dataclass(frozen=True)
class Trial:
    """A question put to a playbook.

    Attributes:
        kind: `own`, `left out` (its answer is not in the playbook), `intent` (only the intent is not), or
            `intent left out`.
        about: the id of the answer that the question was written for, also where it was taken out; else its own.
        words: what the search by words finds.
        views: what is seen of each of these by meaning.
    """

    kind: str
    question: Question
    about: str
    words: tuple[Match, ...]
    views: tuple[Views, ...]


def read_questions(file: Path) -> list[Question]:
    """Questions whose line names a language, and an answer or null."""
    try:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError):
        typer.echo(f"{file} cannot be read: give a file of JSON lines in UTF-8", err=True)
        raise typer.Exit(1) from None
    found = []
    for row in rows:
        told = row.get("expect", row)
        if "language" in told and "resolution" in told:
            text = f"{row.get('subject', '')}\n{row['body']}".strip()
            found.append(Question(row["id"], text, told["language"], told["resolution"]))
    return found


def seen_in(trial: Trial) -> Seen:
    """What is seen in a trial, and which of it is right."""
    ids = [match.resolution.id for match in trial.words]
    answer = trial.question.answer
    return Seen(trial.kind, family_of(trial.about), trial.views, ids.index(answer) if answer in ids else None)


def family_of(answer: str) -> str:
    """What an answer is called in all of its languages; they are never parted between learning and trying."""
    stem, _, last = answer.rpartition("-")
    return stem if len(last) == 2 else answer


class Laboratory:
    """A playbook that questions are put to, by the same code as in production but without its files."""

    def __init__(self, resolutions: Sequence[Resolution]) -> None:
        self._resolutions = resolutions
        self._encoder = _Remembering()
        self._bridge = Bridge()
        self._vectors: Vectors = build(resolutions, self._encoder)
        self._whole = self._ranking(resolutions)
        self._known = frozenset(resolutions)

    def _ranking(self, resolutions: Sequence[Resolution]) -> AnswerRanking:
        return AnswerRanking(resolutions, self._vectors, self._encoder, self._bridge)

    def ask(self, one: Question) -> Trial:
        """A question to the whole playbook."""
        held = tuple(held for held in self._resolutions if held.language == one.language)
        return self._put("own", one, held, one.answer or one.id)

    def trials(self, asked: Iterable[Question]) -> Iterator[Trial]:
        """Every question to the whole playbook, and to one without its answer."""
        for one in asked:
            yield self.ask(one)
            if one.answer:
                held = tuple(answer for answer in self._resolutions if answer.language == one.language)
                rest = tuple(answer for answer in held if answer.id != one.answer)
                yield self._put("left out", one._replace(answer=None), rest, one.answer)

    def intents(self) -> Iterator[Trial]:
        """Every intent to a playbook without it, and to one without its answer."""
        for answer in self._resolutions:
            held = [other for other in self._resolutions if other.language == answer.language]
            rest = tuple(other for other in held if other is not answer)
            for place, intent in enumerate(answer.intents if len(answer.intents) > 1 else ()):
                reduced = answer.model_copy(update={"intents": tuple(x for x in answer.intents if x != intent)})
                question = Question(f"{answer.id} {place}", intent, answer.language, answer.id)
                yield self._put("intent", question, (reduced, *rest), answer.id)
                yield self._put("intent left out", question._replace(answer=None), rest, answer.id)

    def _put(self, kind: str, question: Question, held: tuple[Resolution, ...], about: str) -> Trial:
        found = tuple(_matcher(held, question.language).rank(question.text, limit=CANDIDATES))
        return Trial(kind, question, about, found, self._views(question.text, found))

    def _views(self, text: str, found: Sequence[Match]) -> tuple[Views, ...]:
        """An answer is seen by itself, so of those that were not changed for the trial nothing is prepared anew."""
        kept = [match for match in found if match.resolution in self._known]
        changed = [match for match in found if match.resolution not in self._known]
        seen = dict(zip((match.resolution.id for match in kept), self._whole.views(text, kept), strict=True))
        if changed:
            anew = self._ranking([match.resolution for match in changed]).views(text, changed)
            seen |= zip((match.resolution.id for match in changed), anew, strict=True)
        return tuple(seen[match.resolution.id] for match in found)


class _Remembering(SearchEncoder):
    """The encoder, which reads no text twice: the same questions are put to many playbooks."""

    question = cache(SearchEncoder.question)
    passage = cache(SearchEncoder.passage)


@lru_cache(maxsize=64)
def _matcher(held: tuple[Resolution, ...], language: str) -> Matcher:
    return Matcher(held, language)
