"""`firstline explain`: the stored reason of a ticket, and whether computing it again gives the same."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from cli.desks.registry import DEFAULT
from cli.world import World
from shared.domain.briefing import why
from shared.domain.decision import Decision, replay
from shared.domain.resolution import Draft
from shared.domain.ticket import TicketKey, TicketState


def explain(
    ticket: Annotated[str, typer.Argument(help="The ticket's id, or desk/id.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Say why a ticket was decided as it was, from what was stored at the time."""
    from cli.local.deployment import current_world

    desk, _, id = ticket.rpartition("/")
    document = reason_of(TicketKey(desk=desk or DEFAULT, id=id), current_world())
    if document is None:
        typer.echo(f"ticket {ticket} is not known; `firstline status` says which desk is connected", err=True)
        raise typer.Exit(1)
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        _say(document)
    if document["replay"] == "differs":
        raise typer.Exit(1)


def reason_of(key: TicketKey, world: World) -> dict[str, Any] | None:
    """Everything stored about the decision on a ticket's newest version, or None for an unknown ticket."""
    state = world.tickets.get(key)
    if state is None:
        return None
    version = state.version or ""
    decision = world.tickets.decision(key, version)
    return {
        "ticket": str(key),
        "version": version,
        "state": state.model_dump(mode="json", exclude={"key"}),
        "decision": _decided(decision) if decision else None,
        "draft": _drafted(world.drafts.get(key, version)),
        "replay": _replayed(decision, world) if decision else "nothing was decided",
        "watched": _watched(state),
    }


def _decided(decision: Decision) -> dict[str, Any]:
    seen = decision.inputs.observations
    return {
        "owner": decision.verdict.owner.value,
        "cause": decision.verdict.cause.value if decision.verdict.cause else None,
        "rules": [{**rule.model_dump(mode="json"), "in_words": why(rule)} for rule in decision.verdict.rules],
        "queue": decision.queue,
        "agent": decision.agent,
        "rank": decision.rank,
        "top_band": decision.top,
        "customer_success": decision.customer_success,
        "first_response_due": decision.clock.due_at.isoformat(),
        "decided_at": decision.inputs.decided_at.isoformat(),
        "policy": decision.inputs.policy,
        "engine": seen.engine.model_dump(mode="json") if seen else None,
        "observed": _observed(decision),
        "customer": decision.inputs.customer.model_dump(mode="json"),
    }


def _observed(decision: Decision) -> dict[str, Any] | None:
    seen = decision.inputs.observations
    if seen is None:
        return None
    readings = {"category": seen.category, "urgency": seen.urgency, "sentiment": seen.sentiment}
    heads = {
        name: {"label": head.label.value, "probability": round(head.probability, 3), "evidence": head.evidence}
        for name, head in (*readings.items(), ("service_failure", seen.service_failure))
    }
    return {**heads, "language": seen.language.model_dump(mode="json")}


def _drafted(draft: Draft | None) -> dict[str, Any] | None:
    return draft.model_dump(mode="json") if draft else None


def _replayed(decision: Decision, world: World) -> str:
    """Compute the decision again from its stored inputs and its own policy."""
    policy = world.policies.get(decision.inputs.policy)
    return "same" if replay(decision, policy) == decision else "differs"


def _watched(state: TicketState) -> str:
    if state.due is None:
        return "no clock runs"
    return f"{state.due.kind.value} at {state.due.at:%Y-%m-%d %H:%M:%S} UTC"


def _say(document: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    console.print(f"[bold]Ticket {document['ticket']}[/bold], version {document['version']}")
    decision = document["decision"]
    if decision is None:
        console.print(f"Nothing was decided yet; {document['watched']}.")
        return
    cause = f" ({decision['cause']})" if decision["cause"] else ""
    console.print(f"Owner: [bold]{decision['owner']}[/bold]{cause} · queue {decision['queue']} · {decision['agent']}")
    rules = Table("rule", "in words", "score", "threshold", "evidence", title="Rules that fired")
    for rule in decision["rules"]:
        score, threshold = (str(rule[part]) if rule[part] is not None else "" for part in ("score", "threshold"))
        rules.add_row(rule["id"], rule["in_words"], score, threshold, rule["evidence"])
    console.print(rules if decision["rules"] else "No rule of the boundary fired.")
    heads = Table("head", "label", "probability", "evidence", title="What the engine saw")
    for name, head in (decision["observed"] or {}).items():
        if name != "language":
            heads.add_row(name, head["label"], str(head["probability"]), head["evidence"])
    console.print(heads)
    draft = document["draft"]
    console.print(f"Draft: {draft['title']} (fit {draft['fit']})" if draft else "Draft: none")
    engine = decision["engine"]
    versions = f"policy {decision['policy'][:12]}" + (f", {engine['name']} {engine['sha256'][:12]}" if engine else "")
    console.print(f"Versions: {versions}")
    console.print(
        f"Computed again from the stored inputs: [bold]{document['replay']}[/bold]. Clock: {document['watched']}."
    )
