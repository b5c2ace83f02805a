"""`firstline evaluate answers`: whether a request finds its approved answer, and whether "nothing fits" is said.

Four trials: own questions with a known answer or none; the same with their answer taken out of the playbook, so that
nothing may be offered; each intent as a question to a playbook without it; and to one without its answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from cli.evaluation.answer_fitting import Seen, fitted, fitted_without
from cli.evaluation.knowledge import Half, belongs
from cli.playbook import load_playbook
from shared.adapters.lexical import Matcher
from shared.adapters.search.answer_ranking import ORDER, SURETY, AnswerRanking, Views, judged
from shared.adapters.search.answer_vectors import Vectors, build
from shared.adapters.search.bridge import Bridge
from shared.adapters.search.encoder import SearchEncoder
from shared.adapters.search.knowledge import CANDIDATES
from shared.domain.nearest import PLAIN, nearest
from shared.domain.observation import Request
from shared.domain.policy_parts import Drafting
from shared.domain.resolution import Resolution
from shared.ports.knowledge import Match

QUESTIONS = Path("tests/data/questions_for_answers.jsonl")
TO_LEARN_FROM = Path(__file__).resolve().parents[2] / "training" / "search" / "questions.jsonl"
_STEPS = [step / 20 for step in range(8, 20)]


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


Search = Callable[[Trial], Sequence[Match]]


def answers(
    questions: Annotated[Path, typer.Option(help="Questions as JSON lines: id, body, language, resolution.")] = (
        QUESTIONS
    ),
    playbook: Annotated[Path, typer.Option(help="The playbook that is asked.")] = Path("playbook"),
    ids: Annotated[Half, typer.Option(help="Only questions whose id ends in an even or odd number.")] = Half.EVEN,
    fit: Annotated[bool, typer.Option("--fit", help="Fit the weights anew on the odd half, and print them.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Ask each question, by words alone and by meaning, and count the drafts that would be offered."""
    book = load_playbook(playbook, today=datetime.now(UTC).date())
    asked = [one for one in read_questions(questions) if belongs(one.id, ids)]
    if not asked:
        typer.echo(f"there is no question of '{ids}' in {questions}", err=True)
        raise typer.Exit(1)
    laboratory = Laboratory(book.resolutions)
    order, surety = ORDER, SURETY
    intents = list(laboratory.intents())
    learnt: dict[str, Any] = {}
    if fit:
        odd = [one for one in read_questions(questions) if belongs(one.id, Half.ODD)]
        put = [one for one in laboratory.trials((*odd, *read_questions(TO_LEARN_FROM))) if one.words]
        order, surety = fitted([seen_in(trial) for trial in put])
        typer.echo(f"{order}\n{surety}", err=as_json)
        learnt = {"learnt_from": _across(put, book.policy.draft)}

    def by_meaning(trial: Trial) -> list[Match]:
        return judged(trial.words, trial.views, order, surety)

    put = [*laboratory.trials(asked), *intents]
    document = learnt | {
        "fits_at": book.policy.draft.fits_at,
        "margin": book.policy.draft.margin,
        "by_words": _figures(put, by_words, book.policy.draft),
        "by_meaning": _figures(put, by_meaning, book.policy.draft),
        "thresholds": _thresholds(put, by_meaning, book.policy.draft),
        "named": _named([trial for trial in put if trial.kind == "own"], by_meaning, book.policy.draft),
    }
    typer.echo(json.dumps(document)) if as_json else _say(document)


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


def by_words(trial: Trial) -> Sequence[Match]:
    """The search by words."""
    return trial.words


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
        self._rankings: dict[tuple[Resolution, ...], AnswerRanking] = {}

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
        if held not in self._rankings:
            self._rankings[held] = AnswerRanking(held, self._vectors, self._encoder, self._bridge)
        views = tuple(self._rankings[held].views(question.text, found)) if found else ()
        return Trial(kind, question, about, found, views)


class _Remembering(SearchEncoder):
    """The encoder, which reads no text twice: the same questions are put to many playbooks."""

    question = cache(SearchEncoder.question)
    passage = cache(SearchEncoder.passage)


@lru_cache(maxsize=64)
def _matcher(held: tuple[Resolution, ...], language: str) -> Matcher:
    return Matcher(held, language)


def is_offered(match: Match, drafting: Drafting) -> bool:
    """Whether a match is good enough to draft from."""
    return match.fit >= drafting.fits_at and match.fit - match.rival >= drafting.margin


def _figures(put: Sequence[Trial], search: Search, drafting: Drafting) -> dict[str, dict[str, Any]]:
    """By kind of trial: how often the answer comes first, and what would be offered."""
    found = [(trial, search(trial)) for trial in put]
    return {kind: _count([pair for pair in found if pair[0].kind == kind], drafting) for kind in _KINDS}


_KINDS = ("own", "left out", "intent", "intent left out")


def _count(found: Sequence[tuple[Trial, Sequence[Match]]], drafting: Drafting) -> dict[str, Any]:
    answerable = [(trial.question.answer, matches) for trial, matches in found if trial.question.answer]
    offered = [(trial, matches[0]) for trial, matches in found if matches and is_offered(matches[0], drafting)]
    right = sum(match.resolution.id == trial.question.answer for trial, match in offered)
    first = sum(bool(matches) and matches[0].resolution.id == answer for answer, matches in answerable)
    among = sum(answer in {match.resolution.id for match in matches[:3]} for answer, matches in answerable)
    return {
        "n": len(found),
        "answerable": len(answerable),
        "recall_at_1": _share(first, len(answerable)),
        "recall_at_3": _share(among, len(answerable)),
        "offered": len(offered),
        "right": right,
        "precision": _share(right, len(offered)),
        "offered_of_answerable": _share(right, len(answerable)),
        "wrong": [
            f"{trial.question.id}: {match.resolution.id} ({match.fit:.2f}) for {trial.question.answer or 'nothing'}"
            for trial, match in offered
            if match.resolution.id != trial.question.answer
        ],
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _thresholds(put: Sequence[Trial], search: Search, drafting: Drafting) -> list[dict[str, Any]]:
    """What each threshold would offer to own questions, and wrongly to those whose answer was left out."""
    found = [(trial, search(trial)) for trial in put if trial.kind in ("own", "left out")]
    rows = []
    for step in _STEPS:
        at = drafting.model_copy(update={"fits_at": step})
        own, left_out = (_count([pair for pair in found if pair[0].kind == kind], at) for kind in ("own", "left out"))
        told = {name: own[name] for name in ("offered", "right", "precision", "offered_of_answerable")}
        rows.append({"fits_at": step, **told, "left_out_offered": _share(left_out["offered"], left_out["n"])})
    return rows


def _named(put: Sequence[Trial], search: Search, drafting: Drafting) -> dict[str, Any]:
    """What a briefing would quote beneath own questions, were all of them left to a person."""
    today = datetime.now(UTC).date()
    right = answerable = needless = 0
    for trial in put:
        matches, asked = search(trial), trial.question
        near = nearest(
            [match.as_found() for match in matches],
            Request(text=asked.text),
            drafting,
            floor=PLAIN,
            today=today,
            plan=None,
            facts={},
        )
        titles = {match.resolution.id: match.resolution.title for match in matches}
        answerable += asked.answer is not None
        right += asked.answer is not None and titles.get(asked.answer) in {one.title for one in near}
        needless += asked.answer is None and bool(near)
    return {
        "from_fit": PLAIN,
        "answerable": answerable,
        "right": right,
        "none": len(put) - answerable,
        "needless": needless,
    }


def _across(put: Sequence[Trial], drafting: Drafting) -> list[dict[str, Any]]:
    """The thresholds over what is learnt from, each answer's questions judged by weights that never saw them."""
    weights = fitted_without([seen_in(trial) for trial in put])
    return _thresholds(put, lambda trial: judged(trial.words, trial.views, *weights(family_of(trial.about))), drafting)


def _say(document: dict[str, Any]) -> None:
    from rich.table import Table

    from cli.evaluation.figures import wide_console

    names = ("n", "recall_at_1", "recall_at_3", "offered", "right", "precision")
    title = f"Offered from fit {document['fits_at']}, margin {document['margin']}"
    table = Table("search", "questions", *names, title=title)
    for search in ("by_words", "by_meaning"):
        for kind, told in document[search].items():
            table.add_row(search.replace("_", " "), kind, *(str(told[name]) for name in names))
    wide_console().print(table)
    titles = {
        "thresholds": "Own questions, and those whose answer was left out, by meaning",
        "learnt_from": "The questions that were learnt from, by weights that never saw the answer in question",
    }
    for part in titles.keys() & document.keys():
        columns = ("fits_at", "offered", "right", "precision", "offered_of_answerable", "left_out_offered")
        steps = Table(*columns, title=titles[part])
        for row in document[part]:
            steps.add_row(*(str(row[name]) for name in columns))
        wide_console().print(steps)
    named = document["named"]
    wide_console().print(
        f"A briefing would quote the right answer beneath {named['right']} of {named['answerable']} own questions, and "
        f"something that is no answer beneath {named['needless']} of the {named['none']} that have none."
    )
    for kind in ("own", "left out"):
        for line in document["by_meaning"][kind]["wrong"]:
            wide_console().print(f"  {kind}: {line}")
