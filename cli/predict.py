"""`firstline predict`: what the engine sees in each request, and who would answer it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.reading import embedded_engine, policy_of, requests_of, watched
from shared.domain.boundary import judge
from shared.domain.decision import queue_of
from shared.domain.observation import Observations, Sentiment, ServiceFailure
from shared.domain.policy import Policy
from shared.domain.suspicion import read_honestly
from training.dataset import LABELS, Labelled


def predict(
    file: Annotated[Path, typer.Argument(help="Requests as JSON lines; each needs `id` and `body`.")],
    playbook: Annotated[Path, typer.Option(help="The playbook whose rules decide.")] = Path("playbook"),
    as_json: Annotated[bool, typer.Option("--json", help="Changes nothing: it is always JSON lines.")] = False,
) -> None:
    """Print one line of observations and the decision for each request, as JSON lines.

    The rules are all of route's: without a `signed_up` a complaint counts as one of a long-standing customer.
    """
    rows, bad = requests_of(file)
    policy, engine = policy_of(playbook), embedded_engine()
    for row in watched(rows, "reading", total=len(rows)):
        typer.echo(json.dumps(_line(row, read_honestly(row.request, engine.observe), policy), ensure_ascii=False))
    if bad:
        raise typer.Exit(1)


def _line(row: Labelled, seen: Observations, policy: Policy) -> dict[str, Any]:
    verdict = judge(
        seen,
        signed_up=row.signed_up,
        today=datetime.now(tz=UTC).date(),
        was_bounded=False,
        boundary=policy.boundary,
    )
    return {
        "id": row.id,
        **{head: getattr(seen, head).label.value for head in LABELS},
        "language": seen.language.code,
        "owner": verdict.owner.value,
        "cause": verdict.cause.value if verdict.cause else None,
        "rules": [rule.id for rule in verdict.rules],
        "queue": queue_of(seen, verdict, policy),
        "probability": {head: round(getattr(seen, head).probability, 4) for head in LABELS},
        "unhappy": round(seen.sentiment.probability_not(Sentiment.NEUTRAL), 4),
        "failure": round(seen.service_failure.probability_not(ServiceFailure.NONE), 4),
        "evidence": {head: getattr(seen, head).evidence for head in LABELS},
        "suspicions": [one.kind for one in seen.suspicions],
        "engine": seen.engine.model_dump(),
    }
