"""What the commands about requests share: reading the file, the company's boundary, and the engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import typer

from cli.playbook import load_playbook
from shared.adapters.embedded.engine import EmbeddedEngine
from shared.adapters.mail_text.clean import clean
from shared.domain.errors import EngineUnavailable, PolicyInvalid
from shared.domain.observation import Request
from shared.domain.policy import Policy
from shared.domain.suspicion import suspicions
from training.dataset import BadLine, Labelled, read

Item = TypeVar("Item")


def requests_of(file: Path) -> tuple[list[Labelled], list[BadLine]]:
    """Read requests as ingest hands them on; every line that cannot be read is told on stderr with a remedy."""
    try:
        rows, bad = read(file)
    except OSError as error:
        typer.echo(f"{file} cannot be read: {error.strerror}; give a file of JSON lines with `id` and `body`", err=True)
        raise typer.Exit(2) from error
    for line in bad:
        typer.echo(f"{file}: {line}", err=True)
    if not rows:
        typer.echo(f"{file} holds no request; write one JSON object a line with `id` and `body`", err=True)
        raise typer.Exit(1)
    return [replace(row, request=_own_words(row.request)) for row in rows], bad


def _own_words(request: Request) -> Request:
    suspected = suspicions(request.words)
    return request.model_copy(update={"text": clean(request.text, request.channel), "suspicions": suspected})


def policy_of(playbook: Path) -> Policy:
    """The policy of a playbook's folder."""
    try:
        return load_playbook(playbook, today=datetime.now(tz=UTC).date()).policy
    except PolicyInvalid as error:
        typer.echo(f"{error}\nnothing was judged: run `firstline check {playbook}`", err=True)
        raise typer.Exit(1) from error


def embedded_engine() -> EmbeddedEngine:
    """The engine that the Lambda uses, with the artifact in the repository."""
    try:
        return EmbeddedEngine.load()
    except EngineUnavailable as error:
        typer.echo(f"{error}; `firstline train` writes a new one", err=True)
        raise typer.Exit(1) from error


def watched(items: Iterable[Item], what: str, *, total: int) -> Iterator[Item]:
    """Show progress on stderr while a terminal is watching."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    yield from track(items, what, total=total, console=console, disable=not console.is_terminal, transient=True)
