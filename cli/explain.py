"""`firstline explain`: the stored reason of a ticket, and whether computing it again gives the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.clock_story import clock_stories
from cli.desks.registry import DEFAULT
from cli.draft_story import told_of
from cli.world import World
from shared.domain.decision import Decision, replay
from shared.domain.desk_sla import differences
from shared.domain.observation import FirstLook, Head, Observations
from shared.domain.reasons import why
from shared.domain.resolution import Draft
from shared.domain.ticket import TicketKey
from shared.domain.ticket_state import TicketState

if TYPE_CHECKING:
    from rich.table import Table


def now() -> datetime:
    """The moment as of which clocks are explained."""
    return datetime.now(UTC)


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
    draft = world.drafts.get(key, version)
    policy, marks = world.policies.get(world.policies.current()), world.tickets.stages(key)
    return {
        "ticket": str(key),
        "version": version,
        "state": state.model_dump(mode="json", exclude={"key"}),
        "decision": _decided(decision) if decision else None,
        "draft": _drafted(draft),
        "drafting": told_of(decision, draft, world.drafts.story(key, version)),
        "replay": _replayed(decision, world) if decision else "nothing was decided",
        "rank": {"now": state.rank, "reasons": state.rank_reasons},
        "clocks": clock_stories(state, policy, marks, now=now() + state.clock_offset),
        "stages": [mark.model_dump(mode="json") for mark in marks],
        "desk_sla": {
            "told": [clock.model_dump(mode="json") for clock in state.desk_sla],
            "differences": [{**one.model_dump(mode="json"), "in_words": str(one)} for one in differences(state)],
        },
        "watched": _watched(state),
        "time_zone": policy.company.time_zone,
    }


def _decided(decision: Decision) -> dict[str, Any]:
    seen = decision.inputs.observations
    return {
        "owner": decision.verdict.owner.value,
        "cause": decision.verdict.cause.value if decision.verdict.cause else None,
        "rules": [{**rule.model_dump(mode="json"), "in_words": why(rule)} for rule in decision.verdict.rules],
        "queue": decision.queue,
        "agent": decision.agent,
        "agent_reasons": decision.agent_reasons,
        "rank": decision.rank,
        "rank_reasons": decision.rank_reasons,
        "top_band": decision.top,
        "customer_success": decision.customer_success,
        "first_response_due": decision.clock.due_at.isoformat(),
        "decided_at": decision.inputs.decided_at.isoformat(),
        "policy": decision.inputs.policy,
        "engine": seen.engine.model_dump(mode="json") if seen else None,
        "observed": _observed(seen) if seen else None,
        "second_reader": _second(seen) if seen else None,
        "customer": decision.inputs.customer.model_dump(mode="json"),
    }


def _observed(seen: Observations) -> dict[str, Any]:
    """What came of all readers."""
    return {**_heads(seen), "language": seen.language.model_dump(mode="json")}


def _heads(readings: Observations | FirstLook) -> dict[str, Any]:
    return {
        name.value: {
            "label": getattr(readings, name).label.value,
            "probability": round(getattr(readings, name).probability, 3),
            "evidence": getattr(readings, name).evidence,
        }
        for name in Head
    }


def _second(seen: Observations) -> dict[str, Any] | None:
    """Who was asked about what, and who said what."""
    look = seen.second
    if look is None:
        return None
    return {
        "outcome": look.outcome.value,
        "asked": [head.value for head in look.asked],
        "reader": look.reader.model_dump(mode="json") if look.reader else None,
        "answer": look.answer.model_dump(mode="json") if look.answer else None,
        "first": _heads(look.first),
        "usage": look.usage.model_dump(mode="json") if look.usage else None,
        "micro_dollars": look.micro_dollars,
        "at": look.at.isoformat(),
    }


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


def _readings(decision: dict[str, Any]) -> Table:
    """What counts of each head, and beside it what each reader said where two did."""
    from rich.table import Table

    second = decision["second_reader"]
    beside = ("engine said", f"second reader ({second['outcome']}) said") if second else ()
    table = Table("head", "label", "probability", "evidence", *beside, title="What was seen")
    for name, head in (decision["observed"] or {}).items():
        if name == "language":
            continue
        said = [f"{second['first'][name]['label']} {second['first'][name]['probability']}"] if second else []
        if second:
            opinion = (second["answer"] or {}).get(name)
            said.append(f"{opinion['label']}, {opinion['sureness']}" if opinion else "")
        table.add_row(name, head["label"], str(head["probability"]), head["evidence"], *said)
    return table


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
    console.print(_readings(decision))
    console.print(f"Person: {'; '.join(decision['agent_reasons'])}")
    console.print(f"Place {document['rank']['now']}: {'; '.join(document['rank']['reasons'])}")
    clocks = Table("target", "promised", "used", "started", "due", "stands", "recorded", title="Clocks")
    for clock in document["clocks"]:
        promised = f"{clock['minutes']} min" + (f" by the rule {clock['rule']}" if clock["rule"] else "")
        times = (clock[name][:16].replace("T", " ") for name in ("started_at", "due_at"))
        spent = "" if clock["used_minutes"] is None else f"{clock['used_minutes']:g} min"
        clocks.add_row(clock["target"], promised, spent, *times, clock["stands"], ", ".join(clock["fired"]))
    console.print(clocks)
    for one in document["desk_sla"]["differences"]:
        console.print(f"The desk's own SLA differs: {one['in_words']}")
    console.print("Draft: " + "\n  ".join(document["drafting"]["in_words"] or ["none"]), markup=False)
    engine = decision["engine"]
    versions = f"policy {decision['policy'][:12]}" + (f", {engine['name']} {engine['sha256'][:12]}" if engine else "")
    if reader := (decision["second_reader"] or {}).get("reader"):
        versions += f", {reader['model']} told by {reader['instructions']} {reader['sha256'][:12]}"
    console.print(f"Versions: {versions}")
    console.print(
        f"Computed again from the stored inputs: [bold]{document['replay']}[/bold]. Clock: {document['watched']}."
    )
