"""The demo's clocks and valued customers: a ticket that moves up, is answered in time, and who was told."""

from __future__ import annotations

import json
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

from cli.world import World
from shared.domain.facts import FactKind
from shared.domain.sla import Outcome, outcome
from shared.domain.ticket import TicketKey


def moved_up(world: World, key: TicketKey) -> dict[str, Any]:
    """Where a ticket stood when it was decided, where it stands since its warning, and why."""
    state = world.tickets.get(key)
    decision = world.tickets.decision(key, state.decided or "") if state else None
    if state is None or decision is None:
        return {}
    return {"from": decision.rank, "to": state.rank, "because": state.rank_reasons[:1]}


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


def alert_mails(aws_endpoint: str) -> list[str]:
    """Subjects of the alerts that left by mail, as the emulator's SES took them."""
    with urllib.request.urlopen(f"{aws_endpoint}/_ministack/ses/messages", timeout=10) as answer:
        by_account = json.load(answer)["messages"]
    mails = [mail for account in by_account.values() for mail in account]
    return [str(mail["Subject"]) for mail in mails if "Alert " in str(mail.get("BodyText", ""))]
