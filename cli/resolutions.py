"""`firstline resolutions`: what becomes of drafts, by approved answer, and what agents keep adding to them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from functions.sync_knowledge.service import published_resolutions
from shared.domain.draft_use import Use
from shared.domain.facts import Fact, FactKind
from shared.domain.report_facts import distinct
from shared.domain.resolution_use import Addition, ResolutionUse, Suggestion, resolutions_in_use, suggestions
from shared.ports.books import FactLog
from shared.ports.store import DraftStore

_WANTED = {FactKind.DRAFTED, FactKind.DRAFT_USED, FactKind.BOUNDARY_MISSED}
_NOTHING = "Nothing yet: no ticket with a draft was answered in this time."


def now() -> datetime:
    """Until when facts are read."""
    return datetime.now(UTC)


def resolutions(
    weeks: Annotated[int, typer.Option(min=1, max=26, help="How many weeks back to look.")] = 8,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Approved answers by how they fare with the agents who send them, the worst first."""
    from cli.local.deployment import current_world

    world = current_world()
    titles = {one.id: one.title for one in published_resolutions(world.archive)}
    document = document_of(world.facts, world.drafts, titles, weeks=weeks)
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        _say(document)


def document_of(log: FactLog, drafts: DraftStore, titles: Mapping[str, str], *, weeks: int) -> dict[str, Any]:
    """Every approved answer with its use, counted from the facts of the last weeks.

    Args:
        titles: of the published answers, by id.
    """
    today = now().date()
    facts = distinct(fact for fact in log.between(today - timedelta(weeks=weeks), today) if fact.kind in _WANTED)
    added = suggested(facts, drafts)
    found = resolutions_in_use(facts)
    rows = [_row(one, titles, facts, added) for one in found]
    drafted = {fact.detail.get("resolution", "") for fact in facts} - {one.name for one in found} - {""}
    rows += [_row(ResolutionUse(name=name), titles, facts, added) for name in sorted(drafted)]
    return {
        "weeks": weeks,
        "answered": sum(one.drafts for one in found),
        "resolutions": rows,
        "never_drafted": sorted(titles.keys() - {row["id"] for row in rows}),
        "in_short": _in_short(found),
    }


def _in_short(found: Iterable[ResolutionUse]) -> str:
    answered = [one for one in found if one.drafts]
    if not answered:
        return _NOTHING
    revise = sum(one.to_revise for one in answered)
    drafts = sum(one.drafts for one in answered)
    as_is = sum(one.as_is for one in answered)
    return (
        f"{as_is} of {drafts} drafts were sent as they were; {revise} of {len(answered)} answers in use want revising."
    )


def suggested(facts: Iterable[Fact], drafts: DraftStore) -> dict[str, tuple[Suggestion, ...]]:
    """What agents keep adding to each approved answer, as far as the edited drafts are still kept."""
    added: dict[str, list[Addition]] = defaultdict(list)
    for fact in facts:
        if fact.kind is not FactKind.DRAFT_USED or fact.detail.get("use") != Use.EDITED:
            continue
        draft = drafts.get(fact.key, fact.detail.get("version", ""))
        sent = draft.sent if draft else None
        # Without a mark of whose it is nobody looked for personal data in it either.
        if sent is not None and sent.whose and sent.added:
            added[fact.detail["resolution"]].append(Addition(whose=sent.whose, sentences=sent.added))
    return {name: suggestions(one) for name, one in added.items()}


def _row(
    one: ResolutionUse, titles: Mapping[str, str], facts: Iterable[Fact], added: dict[str, tuple[Suggestion, ...]]
) -> dict[str, Any]:
    return {
        "id": one.name,
        "title": titles.get(one.name, ""),
        "drafted": sum(f.kind is FactKind.DRAFTED and f.detail.get("resolution") == one.name for f in facts),
        "answered": one.drafts,
        "as_is": one.as_is,
        "edited": one.edited,
        "unused": one.unused,
        "mean_edit": one.changed if one.edited else None,
        "missed": one.missed,
        "revise": one.to_revise,
        "verdict": one.verdict,
        "suggestions": [suggestion.model_dump(mode="json") for suggestion in added.get(one.name, ())],
    }


def _say(document: dict[str, Any]) -> None:
    from rich.table import Table

    from cli.evaluation.figures import wide_console

    console = wide_console()
    table = Table(
        "approved answer", "drafted", "answered", "as it was", "edited", "of its words", "not used", "in short",
        title=f"Drafts of the last {document['weeks']} weeks, the worst first", title_justify="left",
    )  # fmt: skip
    known = [row for row in document["resolutions"] if row["answered"] or row["missed"]]
    for row in known:
        share = "" if row["mean_edit"] is None else f"{row['mean_edit']:.0%}"
        counts = (str(row[name]) for name in ("drafted", "answered", "as_is", "edited"))
        missed = f"; {row['missed']} should have been a briefing" if row["missed"] else ""
        table.add_row(row["id"], *counts, share, str(row["unused"]), f"{row['verdict']}{missed}")
    if known:
        console.print(table)
    for row in document["resolutions"]:
        for one in row["suggestions"]:
            told = f"{one['times']} replies to {one['customers']} customers"
            console.print(f"{row['id']}: agents keep adding “{one['text']}” ({told})", markup=False, soft_wrap=True)
    console.print(document["in_short"])
    if waiting := [row["id"] for row in document["resolutions"] if row not in known]:
        console.print(f"Drafted, nothing known yet: {', '.join(waiting)}", soft_wrap=True)
    if document["never_drafted"]:
        console.print(f"Never drafted from in this time: {', '.join(document['never_drafted'])}", soft_wrap=True)
