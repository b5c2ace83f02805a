"""The demo's last page: what came in, what went where, and where to look."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Column, Table

from cli.demo.outcome import Outcome
from cli.local.deployment import Deployment
from cli.local.sandbox import Sandbox
from shared.domain.boundary import is_suspicion

_CAUSES = {
    "bounded": "behind the empathy boundary",
    "undecidable": "not read with confidence",
    "no_resolution": "no approved answer fits",
}
_USES = {"as_is": "sent as they were", "edited": "edited", "unused": "not used"}
_NOT_SAVED = "  Nobody answered it in time."
_SUSPICION = "text gives instructions to software"
_RULES = {
    "unhappy_customer": "unhappy customer",
    "service_failure": "service failure reported",
    "long_standing_complaint": "complaint of long standing",
    "tenure_unknown": "complaint, tenure unknown",
    "language_unreadable": "language not read",
    "nothing_to_read": "no words to go by",
    "category_unsure": "category unsure",
    "triage_failed": "triage failed",
}


def document(outcome: Outcome, deployment: Deployment, desk: Sandbox, facts: dict[str, Any]) -> dict[str, Any]:
    """The demo for machines."""
    return {
        "received": outcome.received,
        "triaged": outcome.triaged,
        "drafts": len(outcome.drafts),
        "briefings": len(outcome.briefings),
        "automatic": len(outcome.automatic),
        "lost": len(outcome.lost),
        "past_the_boundary": len(outcome.misplaced),
        "noted_twice": len(outcome.noted_twice),
        "p50_s": outcome.percentile(50),
        "p95_s": outcome.percentile(95),
        "as_expected": f"{outcome.as_expected} of {outcome.judged}",
        "causes": dict(outcome.causes),
        "rules": dict(outcome.rules),
        "queues": dict(outcome.queues),
        "given": dict(outcome.given),
        **facts,
        **deployment.document(),
        "sandbox_url": desk.url,
        "desk": desk.name,
    }


def show(outcome: Outcome, result: dict[str, Any], console: Console, *, desk: str = "") -> None:
    """Print the summary that a manager reads.

    Args:
        desk: the desk's name, where there are several.
    """
    console.print()
    if desk:
        console.rule(desk)
    console.print(_counts(outcome, result))
    console.print(_reasons(outcome))
    console.print(_queues(outcome))
    console.print(Panel(_verdict(outcome, result), title="In short", expand=False))
    console.print(_where_to_look(outcome, result))


def _counts(outcome: Outcome, result: dict[str, Any]) -> Table:
    table = Table("", "tickets", title="What came in", title_justify="left")
    table.add_row("requests that became tickets", str(outcome.received))
    table.add_row("with a draft for an agent to check and send", str(len(outcome.drafts)))
    table.add_row("with a briefing: a person answers", str(len(outcome.briefings)))
    table.add_row("written by machines: no draft, no clock", str(len(outcome.automatic)))
    table.add_row("webhooks delivered twice", str(result["duplicates"]))
    table.add_row("forged webhooks refused", str(result["forged_refused"]))
    table.add_row("broken webhooks set aside for a person", str(result["parked"]))
    return table


def _reasons(outcome: Outcome) -> Table:
    table = Table("why a person answers", "tickets", title="Briefings", title_justify="left")
    for cause, count in outcome.causes.most_common():
        table.add_row(_CAUSES.get(cause, cause), str(count))
    named: Counter[str] = Counter()
    for rule, count in outcome.rules.items():
        named[_SUSPICION if is_suspicion(rule) else _RULES.get(rule, rule)] += count
    for name, count in named.most_common():
        table.add_row(f"  [dim]{name}[/dim]", f"[dim]{count}[/dim]")
    return table


def _queues(outcome: Outcome) -> Table:
    table = Table("queue", "tickets", "given to somebody", title="Where they went", title_justify="left")
    for queue, count in outcome.queues.most_common():
        table.add_row(queue, str(count), str(outcome.given[queue]))
    return table


def _verdict(outcome: Outcome, result: dict[str, Any]) -> str:
    lines = [
        f"Lost: {len(outcome.lost)}. Noted twice: {len(outcome.noted_twice)}. "
        f"Drafts past the boundary: {len(outcome.misplaced)}. Sent to a customer by Firstline: {outcome.public}.",
        f"From accepted webhook to note on the desk: {result['p50_s']} s for half of them, "
        f"{result['p95_s']} s for 95 of 100.",
        f"Draft or briefing as a careful reader would have it: {result['as_expected']}.",
    ]
    lines += _clock_lines(result)
    lines += _success_lines(result)
    if result["alert_mails"]:
        lines.append(f"{len(result['alert_mails'])} alerts left by mail, each with the ticket's link.")
    if result["answered"]:
        lines.append(f"Ticket {result['answered']} was answered with its draft, solved and rated.")
    if used := result["drafts_used"]:
        counts = ", ".join(f"{used.get(use, 0)} {name}" for use, name in _USES.items())
        lines.append(f"Agents answered {sum(used.values())} drafts: {counts} (`firstline resolutions`, the report).")
    if outcome.lost:
        lines.append(f"[red]Lost tickets: {', '.join(outcome.lost)}[/red]")
    if outcome.misplaced:
        lines.append(f"[red]Drafts past the boundary: {', '.join(outcome.misplaced)}[/red]")
    return "\n".join(lines)


def _clock_lines(result: dict[str, Any]) -> list[str]:
    """The ticket whose time ran out: how it moved up, who heard, and that it was saved."""
    if not result["warned"]:
        return []
    moved, mail = result["moved_up"], result["warning_mail"]
    lines = [f"Ticket {result['warned']} came close to its deadline: {_moved(moved)}."]
    if mail:
        lines.append(f"  Its alert, by mail to {', '.join(mail['to'])}: “{mail['subject']}”.")
    saved = result["saved"] and result["minutes_left"] is not None
    lines.append(f"  Saved: answered {result['minutes_left']:g} minutes before the breach." if saved else _NOT_SAVED)
    return lines


def _moved(moved: dict[str, Any]) -> str:
    if not moved:
        return "the scan found it"
    places = f"from place {moved['from_place']} to place {moved['to_place']} of the queue {moved['queue']}"
    return f"it moved up {places} ({'; '.join(moved['because'])})"


def _success_lines(result: dict[str, Any]) -> list[str]:
    """Valued customers in trouble, and the alert of the one who pays most."""
    lines = []
    for flag in result["at_risk"][:1]:
        worth = f", {float(flag['mrr']):,.0f} a month" if flag["mrr"] else ""
        lines.append(
            f"Customer success was told of {len(result['at_risk'])} valued customers in trouble, such as "
            f"{flag['company'] or 'one'}{worth} (ticket {flag['ticket']}: {flag['why']})."
        )
        if mail := result["success_mail"]:
            lines.append(f"  Its alert, by mail to {', '.join(mail['to'])}: “{mail['subject']}”.")
    return lines


def _where_to_look(outcome: Outcome, result: dict[str, Any]) -> Table:
    # An address that is cut off leads nowhere.
    table = Table("", Column(overflow="fold"), title="Where to look", title_justify="left", show_header=False)
    table.add_row("inbox, in the order of rank", result["sandbox_url"])
    if outcome.drafts:
        table.add_row("a ticket with a draft", f"{result['sandbox_url']}/tickets/{outcome.drafts[-1]}")
    if outcome.briefings:
        table.add_row("a ticket with a briefing", f"{result['sandbox_url']}/tickets/{outcome.briefings[0]}")
        table.add_row("why it was decided so", f"firstline explain {result['desk']}/{outcome.briefings[0]}")
    if result["warned"]:
        table.add_row("clocks, place and reasons", f"{result['sandbox_url']}/tickets/{result['warned']}")
    page = Path(result["report"]).as_uri() if result["report"] else "none"
    table.add_row("the Monday report of an invented month", page)
    table.add_row("the week that runs, with these tickets", "firstline report --week running")
    table.add_row("seconds in all", str(result["seconds"]))
    return table
