"""`firstline evaluate spikes` and `gaps`: six planted weeks through the replay, and what of the planted was found."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from statistics import median
from typing import Annotated, Any, NamedTuple

import typer

from cli.evaluation.caught import Caught, caught
from cli.evaluation.oracle import best_possible
from cli.evaluation.planted import DAYS, Plan, Row, asked_in_intents, asked_in_themes, plan, pool_of
from cli.reading import embedded_engine, policy_of, watched
from cli.replay.history import read_articles
from cli.replay.searched import SearchedArticles
from cli.replay.topics import Course, TopicWorld, follow, gaps_of_all
from cli.replay.triage import Triage
from functions.topics.look import found_in
from shared.adapters.clustering.finder import WardFinder
from shared.adapters.embedded.engine import EmbeddedEngine
from shared.domain.gaps import Gap
from shared.domain.topic_week import TopicMemory
from shared.domain.topics import requests

_POOL = Annotated[Path, typer.Argument(help="Requests with `source` and `source_label`, JSON lines, gzipped.")]
_PLAYBOOK = Annotated[Path, typer.Option(help="The playbook whose rules read the requests.")]
_JSON = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
_TOP = 10
_UNEVEN = 4.0  # a few questions are most of the mail


class Kind(StrEnum):
    """What is planted: topics of several intents, as a company's outage is told, or single intents."""

    TOPICS = "topics"
    INTENTS = "intents"


class _Outcome(NamedTuple):
    seed: int
    ours: Caught
    best: Caught


def spikes(
    pool: _POOL,
    seeds: Annotated[str, typer.Option(help="Seeds, divided by commas.")] = "1,2,3",
    quiet: Annotated[bool, typer.Option("--quiet", help="Nothing is planted: every spike is a false alarm.")] = False,
    kind: Annotated[
        Kind, typer.Option(help="Topics of two to five tickets a day, or intents of one to two.")
    ] = Kind.TOPICS,
    playbook: _PLAYBOOK = Path("playbook"),
    as_json: _JSON = False,
) -> None:
    """Six weeks of about 75 tickets a day for each seed, six topics at four times their rate for one or two days.

    Beside ours stands the best that any test could do: one that knows each ticket's topic and each topic's rate, at one
    false alarm a week.
    """
    held, rows = pool_of(pool), []
    triage = Triage(embedded_engine().observe, policy_of(playbook), ())
    for seed in map(int, seeds.split(",")):
        asking = asked_in_themes(held, seed) if kind is Kind.TOPICS else asked_in_intents(held.intents, seed)
        made = plan(asking, seed, spikes=0 if quiet else 6, drifts=0 if quiet else 2)
        course, _ = _course(made, triage)
        rows.append(_Outcome(seed, caught(made, _told(course)), caught(made, best_possible(made))))
    document = _spikes_document(rows)
    typer.echo(json.dumps(document) if as_json else _lines(document))


def _course(made: Plan, triage: Triage) -> tuple[Course, TopicWorld]:
    replayed = [triage.replay(one) for one in watched(made.tickets, "reading", total=len(made.tickets))]
    texts = {str(one.decision.inputs.key): (one.text, one.seen.language.code) for one in replayed}
    world = TopicWorld(WardFinder(), None, texts, "UTC")
    return follow(requests(fact for one in replayed for fact in one.facts), world), world


def _told(course: Course) -> list[tuple[Any, tuple[str, ...], str]]:
    return [
        (one.detected_at, tuple(ticket.partition("/")[2] for ticket in one.tickets), one.name)
        for one in course.memory.spikes
    ]


def _spikes_document(rows: Sequence[_Outcome]) -> dict[str, Any]:
    weeks = len(rows) * DAYS / 7
    return {
        "rows": [
            {"seed": one.seed, "hours": _hours(one.ours), "best": _hours(one.best), "false": one.ours.false}
            for one in rows
        ],
        **_figures([one.ours for one in rows], weeks),
        "best_possible": _figures([one.best for one in rows], weeks),
    }


def _hours(one: Caught) -> list[float | None]:
    return [None if delay is None else round(delay, 1) for delay in one.delays]


def _figures(every: Sequence[Caught], weeks: float) -> dict[str, Any]:
    delays = [delay for one in every for delay in one.delays]
    found = [delay for delay in delays if delay is not None]
    return {
        "planted": len(delays),
        "found": len(found),
        "recall": round(len(found) / len(delays), 3) if delays else None,
        "median_delay_hours": round(median(found), 1) if found else None,
        "false_alarms_a_week": round(sum(len(one.false) for one in every) / weeks, 2),
        "drifts_called_spikes": sum(one.drifts_called for one in every),
    }


def gaps(
    pool: _POOL,
    questions: Annotated[Path, typer.Option(help="Questions with `article_id`, null where no article answers.")],
    articles: Annotated[Path, typer.Option(help="The articles.")],
    seeds: Annotated[str, typer.Option(help="Seeds, divided by commas.")] = "1,2,3",
    playbook: _PLAYBOOK = Path("playbook"),
    as_json: _JSON = False,
) -> None:
    """How many of the ten largest intents that no article answers the list of gaps names.

    An intent counts as unanswered where most of the questions that are nearest to it have no article.
    """
    engine, intents = embedded_engine(), pool_of(pool).intents
    finder = SearchedArticles(read_articles(articles))
    answered = _answered(engine, intents, questions)
    known = {name: rows for name, rows in intents.items() if name in answered}
    triage, rows = Triage(engine.observe, policy_of(playbook), ()), []
    for seed in map(int, seeds.split(",")):
        made = plan(asked_in_intents(known, seed, even=_UNEVEN), seed, spikes=0, drifts=0)
        replayed = [triage.replay(one) for one in watched(made.tickets, "reading", total=len(made.tickets))]
        texts = {str(one.decision.inputs.key): (one.text, one.seen.language.code) for one in replayed}
        world = TopicWorld(WardFinder(), finder, texts, "UTC")
        asked = requests(fact for one in replayed for fact in one.facts)
        last = max(one.at for one in asked)
        listed = gaps_of_all(found_in(asked, TopicMemory(), world.finder, world.words, last), world)
        rows.append(_gap_row(seed, made, answered, listed))
    document = {"rows": rows, "named_of_ten": round(sum(row["named"] for row in rows) / len(rows), 1)}
    typer.echo(json.dumps(document) if as_json else _lines(document))


def _answered(engine: EmbeddedEngine, intents: dict[str, list[Row]], file: Path) -> dict[str, bool]:
    """Intents that the questions speak of, and whether most of those have an article."""
    import numpy as np

    known = [(name, row["body"]) for name, rows in intents.items() for row in rows[:25]]
    points = np.array([engine.embed(text) for _, text in watched(known, "intents", total=len(known))])
    votes: dict[str, list[bool]] = defaultdict(list)
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        likeness = points @ engine.embed(row["question"])
        near = Counter(known[place][0] for place in likeness.argsort()[-5:])
        name, count = near.most_common(1)[0]
        if count >= 3 and name.startswith(row["source"]):
            votes[name].append(row["article_id"] is not None)
    return {name: sum(said) * 2 > len(said) for name, said in votes.items()}


def _gap_row(seed: int, made: Plan, answered: dict[str, bool], listed: Sequence[Gap]) -> dict[str, Any]:
    sizes = Counter(made.about.values())
    largest = [name for name, _ in sizes.most_common() if not answered[name]][:_TOP]
    told = []
    for gap in listed:
        intents = Counter(made.about[ticket.partition("/")[2]] for ticket in gap.tickets)
        name, count = intents.most_common(1)[0]
        told.append((gap.name, gap.count, name if 2 * count >= len(gap.tickets) else "mixed"))
    named = {name for _, _, name in told}
    return {
        "seed": seed,
        "unanswered": sum(not said for name, said in answered.items() if name in sizes),
        "named": sum(name in named for name in largest),
        "missing": [name for name in largest if name not in named],
        "listed": [f"{name} ({count}): {intent}" for name, count, intent in told],
    }


def _lines(document: dict[str, Any]) -> str:
    return "\n".join(
        "\n".join(f"  {row}" for row in value) if isinstance(value, list) else f"{key}: {value}"
        for key, value in document.items()
    )
