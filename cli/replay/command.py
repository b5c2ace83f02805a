"""`firstline replay HISTORY`: a past of tickets through classify, route, draft and report. Touches no desk."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from cli.playbook import load_playbook
from cli.reading import embedded_engine, watched
from cli.replay.answers import by_meaning
from cli.replay.history import History, read_articles, read_history, some
from cli.replay.topics import Course, TopicWorld, follow
from cli.replay.triage import Replayed, Triage
from cli.report import write
from functions.report.service import BASELINE
from shared.domain.errors import EngineUnavailable, PolicyInvalid
from shared.domain.facts import Fact
from shared.domain.gaps import Gap
from shared.domain.noise import spread
from shared.domain.outcome import Baseline, baseline_of
from shared.domain.policy import Policy
from shared.domain.report_ledger import Ledger
from shared.domain.report_numbers import count_week, queue_names
from shared.domain.report_work import answers
from shared.domain.spikes import Spike
from shared.domain.topics import requests
from shared.domain.week import Week
from shared.ports.articles import ArticleFinder

_MONDAY_MORNING = timedelta(hours=8)


def replay(
    history: Annotated[Path, typer.Argument(help="Tickets as JSON lines, gzipped or not; each needs `id` and `body`.")],
    out: Annotated[Path, typer.Option(help="The folder for reports and facts.")] = Path("replay"),
    articles: Annotated[
        Path | None, typer.Option(help="Help-centre articles as JSON lines: id, title, body, language.")
    ] = None,
    playbook: Annotated[Path, typer.Option(help="The playbook whose rules and answers are tried.")] = Path("playbook"),
    baseline: Annotated[
        bool,
        typer.Option("--baseline", help="Let the deployed stack's reports compare with this history's handle time."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Show what would have happened: labels, drafts, briefings, spikes, gaps, and the report of each week.

    Reads the file alone and writes to the folder alone. Spikes are looked for hour by hour, with what had come by then.
    """
    told = _history(history)
    finder = _articles(articles)
    policy, triage = _triage(playbook, told)
    replayed = [triage.replay(one) for one in watched(told.tickets, "reading", total=len(told.tickets))]
    facts = [fact for one in replayed for fact in one.facts]
    course = _topics(replayed, facts, finder, policy.company.time_zone)
    reports = _reports(facts, course, policy, out)
    out.mkdir(parents=True, exist_ok=True)
    (out / "facts.jsonl").write_text("".join(f"{fact.model_dump_json()}\n" for fact in facts), encoding="utf-8")
    before = _before(facts)
    if before is not None:
        (out / "baseline.json").write_text(before.model_dump_json(), encoding="utf-8")
    if baseline:
        _keep(before)
    document = _document(told, replayed, course, reports) | {"handle_minutes_before": _middle(before)}
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        _show(document)
    if told.bad:
        raise typer.Exit(1)


def _history(file: Path) -> History:
    try:
        told = read_history(file)
    except (OSError, EOFError) as error:
        typer.echo(f"{file} cannot be read ({error}); give JSON lines, gzipped or not", err=True)
        raise typer.Exit(2) from error
    for line in some(told.bad):
        typer.echo(f"{file}: {line}", err=True)
    if told.undated:
        typer.echo(f"{file}: {told.undated} tickets without `created_at` belong to no week and are left out", err=True)
    if not told.tickets:
        typer.echo(f"{file} holds no ticket with id, body and created_at; nothing was replayed", err=True)
        raise typer.Exit(1)
    return told


def _articles(file: Path | None) -> ArticleFinder | None:
    if file is None:
        return None
    from cli.replay.searched import SearchedArticles

    try:
        return SearchedArticles(read_articles(file))
    except (OSError, ValueError) as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(2) from error
    except EngineUnavailable as error:
        typer.echo(f"{error}; take the repository's own files", err=True)
        raise typer.Exit(1) from error


def _triage(folder: Path, told: History) -> tuple[Policy, Triage]:
    """The playbook as it stands: what is tried is whether its answers would have met these questions."""
    opened = told.tickets[-1].created_at
    assert opened is not None
    try:
        book = load_playbook(folder, today=opened.date())
    except PolicyInvalid as error:
        typer.echo(f"{error}\nnothing was replayed: run `firstline check {folder}`", err=True)
        raise typer.Exit(1) from error
    search = by_meaning(book.resolutions) if book.resolutions else None
    return book.policy, Triage(embedded_engine().observe, book.policy, book.resolutions, search)


def _topics(replayed: list[Replayed], facts: Iterable[Fact], articles: ArticleFinder | None, zone: str) -> Course:
    from shared.adapters.clustering.finder import WardFinder

    texts = {str(one.decision.inputs.key): (one.text, one.seen.language.code) for one in replayed}
    return follow(requests(facts), TopicWorld(WardFinder(), articles, texts, zone))


def _reports(facts: list[Fact], course: Course, policy: Policy, out: Path) -> list[str]:
    """The report of each week, as the Monday after would have written it."""
    from shared.adapters.report_page.page import MjmlReportPage

    page, zone, written = MjmlReportPage(), policy.company.time_zone, []
    for name, topics in course.weeks.items():
        week = Week(name=name)
        cut_off = _monday_morning(week, zone)
        report = count_week(facts, week, policy=policy, cut_off=cut_off, topics=topics)
        written += write(report, page.render(report, queue_names(policy)), out)
    return written


def _monday_morning(week: Week, zone: str) -> datetime:
    start = week.ends(zone).astimezone(ZoneInfo(zone))
    return start + _MONDAY_MORNING


def _before(facts: Iterable[Fact]) -> Baseline | None:
    """How long answers took in this history: by its own agents, whatever triage would have prepared for them."""
    known = list(facts)
    if not known:
        return None
    first, last = min(fact.at for fact in known), max(fact.at for fact in known) + timedelta(seconds=1)
    ledger = Ledger.read([known], cut_off=max(fact.recorded_at for fact in known), start=first, end=last)
    return baseline_of(answers(ledger.tickets), first, last)


def _middle(before: Baseline | None) -> float | None:
    return spread(before.minutes(before.tenths)).median if before else None


def _keep(before: Baseline | None) -> None:
    from cli.local.deployment import current_world

    if before is None:
        typer.echo(
            "no agent of this history gave two answers within half an hour; there is nothing to compare", err=True
        )
        raise typer.Exit(1)
    current_world().archive.put(BASELINE, before.model_dump_json().encode(), "application/json")


@dataclass(frozen=True)
class _Names:
    """Tickets by the history's own ids."""

    def of(self, tickets: Iterable[str]) -> list[str]:
        return [ticket.partition("/")[2] for ticket in tickets]


def _document(told: History, replayed: list[Replayed], course: Course, reports: list[str]) -> dict[str, Any]:
    return {
        "n": len(replayed),
        "weeks": list(course.weeks),
        "reports": reports,
        "bounded": sum(one.bounded for one in replayed),
        "drafts": sum(one.draft is not None for one in replayed),
        "briefings": sum(one.draft is None for one in replayed),
        "topics": len(course.memory.topics),
        "spikes": [_spike(one) for one in sorted(course.memory.spikes, key=lambda one: one.detected_at)],
        "gaps": [_gap(one) for one in course.gaps],
        "undated": told.undated,
        "bad_lines": len(told.bad),
    }


def _spike(spike: Spike) -> dict[str, Any]:
    return {
        "name": spike.name,
        "detected_at": spike.detected_at.isoformat(),
        "from": spike.since.isoformat(),
        "until": spike.last_seen.isoformat(),
        "expected": spike.expected,
        "observed": spike.observed,
        "chance": spike.chance,
        "tickets": _Names().of(spike.tickets),
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "name": gap.name,
        "count": gap.count,
        "tickets": _Names().of(gap.tickets),
        "nearest_article": gap.nearest.id if gap.nearest else None,
        "why": gap.why,
    }


def _show(document: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    console.print(
        f"{document['n']:,} tickets in {len(document['weeks'])} weeks: {document['drafts']:,} with a draft, "
        f"{document['briefings']:,} with a briefing, {document['bounded']:,} of them behind the boundary."
    )
    if document["handle_minutes_before"] is not None:
        console.print(
            f"An answer took {document['handle_minutes_before']:g} minutes in the middle, by the pauses between an "
            "agent's answers; `--baseline` lets the reports compare with it."
        )
    spikes = Table("spike", "detected (UTC)", "expected", "came", title="Spikes", title_justify="left")
    for one in document["spikes"]:
        spikes.add_row(one["name"], one["detected_at"][:16], f"{one['expected']:.1f}", str(one["observed"]))
    gaps = Table("no article answers", "tickets", "nearest article", title="Gaps", title_justify="left")
    for one in document["gaps"]:
        gaps.add_row(one["name"], str(one["count"]), one["nearest_article"] or "none searched")
    console.print(spikes, gaps, *document["reports"], sep="\n")
