"""The demo's clocks and valued customers: a ticket that moves up, is answered in time, and who was told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from cli.world import World
from shared.domain.facts import FactKind
from shared.domain.sla import Outcome, outcome
from shared.domain.ticket import TicketKey

_QUEUE = 1_000


def moved_up(world: World, key: TicketKey) -> dict[str, Any]:
    """Where a ticket stood when it was decided, where it stands since its warning, and why.

    Places are counted among the tickets that are in its queue now.
    """
    state = world.tickets.get(key)
    decision = world.tickets.decision(key, state.decided or "") if state else None
    if state is None or decision is None or state.queue is None:
        return {}
    others = [
        one.rank for one in world.tickets.in_queue(state.queue, _QUEUE) if one.key != key and one.rank is not None
    ]
    ranks = {"from": decision.rank, "to": state.rank if state.rank is not None else decision.rank}
    places = {f"{name}_place": 1 + sum(rank < own for rank in others) for name, own in ranks.items()}
    return {**ranks, **places, "queue": state.queue, "because": state.rank_reasons[:1]}


def minutes_left(world: World, key: TicketKey) -> float | None:
    """How long before its deadline a ticket was answered; None where it was not."""
    state = world.tickets.get(key)
    clock = state.clock if state else None
    if clock is None or clock.stopped_at is None:
        return None
    return round((clock.due_at - clock.stopped_at) / timedelta(minutes=1), 1)


def is_saved(world: World, key: TicketKey) -> bool:
    """Whether a ticket that was close to its deadline was answered before it."""
    state = world.tickets.get(key)
    clock = state.clock if state else None
    return clock is not None and clock.stopped_at is not None and outcome(clock, now=datetime.now(UTC)) is Outcome.MET


def at_risk(world: World, desk: str) -> list[dict[str, str]]:
    """The valued customers whom customer success was told of, the most revenue first."""
    today = datetime.now(UTC).date()
    facts = world.facts.between(today - timedelta(days=1), today)
    flags = [fact for fact in facts if fact.kind is FactKind.AT_RISK and fact.key.desk == desk]
    flags.sort(key=lambda flag: -float(flag.detail["mrr"] or 0))
    return [
        {"ticket": flag.key.id, **{name: flag.detail[name] for name in ("company", "mrr", "why")}} for flag in flags
    ]
