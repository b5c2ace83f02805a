"""`firstline evaluate answers`: whether a request finds its approved answer, and whether "nothing fits" is said.

Four trials: own questions with a known answer or none; the same with their answer taken out of the playbook, so that
nothing may be offered; each intent as a question to a playbook without it; and to one without its answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.evaluation.answer_fitting import fitted, fitted_without
from cli.evaluation.answer_trials import Laboratory, Trial, family_of, read_questions, seen_in
from cli.evaluation.knowledge import Half, belongs
from cli.playbook import load_playbook
from shared.adapters.search.answer_ranking import ORDER, SURETY, judged
from shared.domain.choosing import Found, Standing, candidates, questions_of
from shared.domain.nearest import PLAIN, nearest
from shared.domain.observation import Request
from shared.domain.policy_parts import Drafting
from shared.ports.knowledge import Match

QUESTIONS = Path("tests/data/questions_for_answers.jsonl")
TO_LEARN_FROM = Path(__file__).resolve().parents[2] / "training" / "search" / "questions.jsonl"
_STEPS = [step / 20 for step in range(8, 20)]


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


def by_words(trial: Trial) -> Sequence[Match]:
    """The search by words."""
    return trial.words


def offered_of(text: str, matches: Sequence[Match], drafting: Drafting) -> Match | None:
    """The match that a draft would be made from, as draft itself judges it."""
    found = [_on_its_plan(match) for match in matches]
    told = candidates(
        found, drafting, today=datetime.now(UTC).date(), plan=None, facts={}, several=bool(questions_of(text))
    )
    taken = (Standing.CHOSEN, Standing.MISSING_FACT)
    return next((match for match, one in zip(matches, told, strict=True) if one.standing in taken), None)


def _on_its_plan(match: Match) -> Found:
    """A match for a customer whose plan it holds for: a question alone names no plan, and a customer has one."""
    found = match.as_found()
    return found.model_copy(update={"resolution": found.resolution.model_copy(update={"plans": ()})})


def _figures(put: Sequence[Trial], search: Search, drafting: Drafting) -> dict[str, dict[str, Any]]:
    """By kind of trial: how often the answer comes first, and what would be offered."""
    found = [(trial, search(trial)) for trial in put]
    return {kind: _count([pair for pair in found if pair[0].kind == kind], drafting) for kind in _KINDS}


_KINDS = ("own", "left out", "intent", "intent left out")


def _count(found: Sequence[tuple[Trial, Sequence[Match]]], drafting: Drafting) -> dict[str, Any]:
    answerable = [(trial.question.answer, matches) for trial, matches in found if trial.question.answer]
    told = [(trial, offered_of(trial.question.text, matches, drafting)) for trial, matches in found]
    offered = [(trial, match) for trial, match in told if match is not None]
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
            [_on_its_plan(match) for match in matches],
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
    for part in filter(document.__contains__, titles):
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
