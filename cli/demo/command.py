"""`firstline demo`: the whole product at work on this machine, and what came of it."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.console import Console

from cli.demo.answers import answer_some, is_measured, uses
from cli.demo.clocks import at_risk, is_saved, minutes_left, moved_up
from cli.demo.earlier import tell_earlier
from cli.demo.mails import about, sent_mails
from cli.demo.month.keeping import making, store
from cli.demo.outcome import Outcome, judge, wait_for, wait_for_notes
from cli.demo.story import Sent, read_lines, register_customers, send
from cli.demo.summary import document, show
from cli.demo.warming import warm_up
from cli.desks.registry import SANDBOXED, desks_named
from cli.local.deployment import Deployment, bring_down, bring_up, home
from cli.local.sandbox import Sandbox
from cli.world import World
from shared.domain.ticket import TicketKey
from shared.domain.ticket_state import DueKind
from shared.domain.week import Week

_WAIT_SECONDS = 120.0


@dataclass
class Run:
    """One run of the demo as it goes on.

    Attributes:
        patience: how often longer than alone it may take.
    """

    deployment: Deployment
    desk: Sandbox
    world: World
    console: Console
    patience: int = 1


def demo(
    desk: Annotated[str, typer.Option("--desk", help="Desks to run it on, divided by commas, or `all`.")] = "zendesk",
    once: Annotated[bool, typer.Option("--once", help="Exit after the summary.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout; implies --once.")] = False,
) -> None:
    """Bring everything up, let customers write, and sum up what went where."""
    desks = desks_named(desk, SANDBOXED)
    console = Console(stderr=as_json)
    began = time.monotonic()
    stays = not (once or as_json) and sys.stdout.isatty()
    holds = False
    try:
        say = lambda text: console.print(f"[dim]{time.monotonic() - began:5.1f} s[/dim]  {text}")  # noqa: E731
        with making(home() / "month.json") as month:
            deployment = bring_up(say, desks)
            outcomes = _play_all(deployment, console)
            with _step(console, "a month of an invented past: stored, and reported on as on a Monday morning"):
                report = _report(deployment.world, store(month.done(), deployment.world))
        holds = all(outcome.holds for outcome, _ in outcomes.values())
        seconds = round(time.monotonic() - began, 1)
        for name, (outcome, result) in outcomes.items():
            result |= {"seconds": seconds, "report": report}
            show(outcome, result, console, desk=name if len(outcomes) > 1 else "")
        if as_json:
            typer.echo(json.dumps(_whole({name: result for name, (_, result) in outcomes.items()}), ensure_ascii=False))
        if stays:
            _stay(console)
    except KeyboardInterrupt:
        console.print("stopping")
    finally:
        bring_down()
    if not holds:
        raise typer.Exit(1)


def _whole(results: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """One desk's document as it is; of several, the counts of all and each one's own."""
    first = next(iter(results.values()))
    if len(results) == 1:
        return first
    summed = ("received", "triaged", "drafts", "briefings", "automatic", "lost", "past_the_boundary", "noted_twice")
    slowest = {name: max(result[name] for result in results.values()) for name in ("p50_s", "p95_s")}
    totals = {name: sum(result[name] for result in results.values()) for name in summed}
    return {**first, **totals, **slowest, "desks": results}


def _play_all(deployment: Deployment, console: Console) -> dict[str, tuple[Outcome, dict[str, Any]]]:
    """Tell the story on every desk, on several at the same time."""
    world = deployment.world
    if len(deployment.desks) == 1:
        desk = deployment.desk
        return {desk.name: play(Run(deployment, desk, world, console))}
    console.print(f"         the story is told on {len(deployment.desks)} desks at once; it takes its time")
    runs = [
        Run(deployment, desk, world, Console(quiet=True), patience=len(deployment.desks)) for desk in deployment.desks
    ]
    with ThreadPoolExecutor(max_workers=len(runs)) as pool:
        return dict(zip(deployment.sandboxes, pool.map(play, runs), strict=True))


def play(run: Run) -> tuple[Outcome, dict[str, Any]]:
    """Tell the story and answer its outcome, with the document that `--json` prints."""
    customers = register_customers(run.desk)
    tell_earlier(run.desk, customers)
    with _step(run.console, "warming up: the first tickets pay for cold starts and are not counted"):
        late = warm_up(run.desk, run.world, patience=run.patience)
    sent = _send_all(run, customers)
    with _step(run.console, "waiting for the last notes"):
        seconds = _WAIT_SECONDS * run.patience
        wait_for_notes(run.desk, run.world, [one.ticket for one in sent], seconds=seconds, progress=_silent)
    outcome = judge(sent, run.desk, run.world)
    with _step(run.console, "agents answer: a draft as it is, solved and rated; others changed; one passed over"):
        answered, used = _answer(run, outcome)
    with _step(run.console, "waiting for the scan of this minute to find the ticket close to its deadline"):
        warned = wait_for(lambda: _was_warned(run, late), seconds=75.0 * run.patience)
    key = run.desk.key(late)
    place = moved_up(run.world, key)
    with _step(run.console, "somebody answers that ticket before its hour is over"):
        saved = warned and _rescue(run, late)
    facts: dict[str, Any] = {"answered": answered, "drafts_used": used, "warned": late if warned else None}
    facts |= {"moved_up": place, "saved": late if saved else None, "at_risk": at_risk(run.world, key.desk)}
    facts |= {"minutes_left": minutes_left(run.world, key), **_mails(run, late, facts["at_risk"])}
    refused = _refused(run.desk)
    if not warned:
        outcome.lost.append(late)
    facts["public_messages"] = _public_messages(run.desk)
    outcome.public = facts["public_messages"]
    return outcome, document(outcome, run.deployment, run.desk, {**facts, **refused, "parked": run.world.parked()})


def _mails(run: Run, warned: str, at_risk: list[dict[str, str]]) -> dict[str, Any]:
    """What left by mail: every alert, the one that warned, and the one to customer success."""
    mails = sent_mails(run.deployment.aws_endpoint)
    flagged = at_risk[0]["ticket"] if at_risk else ""
    told = {
        "warning_mail": about(run.desk.key(warned), mails, "Ticket"),
        "success_mail": about(run.desk.key(flagged), mails, "Valued customer"),
    }
    return {
        "alert_mails": [mail.subject for mail in mails if mail.is_alert],
        **{name: mail.model_dump(mode="json") if mail else None for name, mail in told.items()},
    }


def _public_messages(desk: Sandbox) -> int:
    """What the desk itself saw us send to customers; must be nothing."""
    return len(desk.call("GET", "/report")["violations"])


def _send_all(run: Run, customers: dict[str, int]) -> list[Sent]:
    requests = read_lines("requests.jsonl")
    sent: list[Sent] = []
    with run.console.status("customers are writing") as status:
        for one in send(run.desk, requests, customers):
            sent.append(one)
            status.update(f"customers are writing: {len(sent)} of {len(requests)}")
    run.console.print(f"         {len(sent)} tickets by e-mail, chat and form, five a second")
    return sent


def _answer(run: Run, outcome: Outcome) -> tuple[str | None, dict[str, int]]:
    """Let agents answer some tickets; the one that was solved and rated, and what became of all their drafts."""
    answered = answer_some(run.desk, run.world, outcome)
    if not answered:
        return None, {}
    first, patience = answered[0], 30.0 * run.patience
    over = wait_for(lambda: _is_over(run.world, first), seconds=patience)
    wait_for(lambda: is_measured(run.world, answered), seconds=patience)
    return first.id if over else None, uses(run.world, answered)


def _rescue(run: Run, ticket: str) -> bool:
    """What the escalation is for: an agent sees the ticket on top and answers it."""
    words = "Hello Mr Ashworth, I look after your workspace from now on; call me any time. Ada Brandt"
    run.desk.call("POST", f"/tickets/{ticket}/agent-reply", {"agent": "ada@lumenboard.example", "body": words})
    return wait_for(lambda: is_saved(run.world, run.desk.key(ticket)), seconds=30.0 * run.patience)


def _is_over(world: World, key: TicketKey) -> bool:
    state = world.tickets.get(key)
    return state is not None and state.status.is_over and state.first_response_at is not None


def _was_warned(run: Run, ticket: str) -> bool:
    state = run.world.tickets.get(run.desk.key(ticket))
    return state is not None and DueKind.WARNING in state.fired


def _report(world: World, week: Week) -> str | None:
    """Let the scheduled function itself report on a week, and keep the page to look at; answers its path."""
    answer = world.invoke("report", {"week": str(week)})
    page = world.archive.get(answer["path"])
    if page is None:
        return None
    target = home() / "report.html"
    target.write_bytes(page)
    return str(target)


def _refused(desk: Sandbox) -> dict[str, int]:
    """How the forged and the broken webhook fared."""
    forged = desk.call("GET", "/deliveries?limit=100000")["deliveries"]
    refused = [d for d in forged if d["kind"] in ("forged", "raw") and d["status"] == "failed"]
    duplicates = [d for d in forged if d["kind"] == "duplicate"]
    return {"forged_refused": len(refused), "duplicates": len(duplicates)}


@contextmanager
def _step(console: Console, text: str) -> Iterator[None]:
    began = time.monotonic()
    with console.status(text):
        yield
    console.print(f"[dim]{time.monotonic() - began:5.1f} s[/dim]  {text}")


def _silent(done: int) -> None:
    """Progress that nobody watches."""


def _stay(console: Console) -> None:
    console.print("\nEverything stays up for looking around; Ctrl-C ends it.")
    while True:
        time.sleep(3600)
