"""What became of the demo's requests, read from where the product keeps it and from the desk itself."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any

from cli.demo.story import Sent
from cli.local.sandbox import Sandbox
from cli.world import World
from shared.domain.facts import Fact, FactKind
from shared.domain.ticket import TicketKey
from shared.domain.ticket_state import DueKind


@dataclass
class Outcome:
    """The demo in numbers.

    Attributes:
        lost: tickets without a note although a customer waits.
        misplaced: tickets on the human side of the boundary that have a draft all the same; must stay empty.
        public: messages to customers that the desk saw us send; must stay 0.
        queues: tickets by queue.
        given: of these, those that found somebody at work with room for them.
        seconds: from accepted webhook to note, one for each ticket.
        draft_seconds: of these, those to a note with a draft.
    """

    received: int
    drafts: list[str] = field(default_factory=list)
    briefings: list[str] = field(default_factory=list)
    automatic: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)
    noted_twice: list[str] = field(default_factory=list)
    causes: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    queues: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)
    as_expected: int = 0
    judged: int = 0
    seconds: list[float] = field(default_factory=list)
    draft_seconds: list[float] = field(default_factory=list)
    public: int = 0

    @property
    def triaged(self) -> int:
        """Tickets that have their note."""
        return len(self.drafts) + len(self.briefings)

    def percentile(self, share: int) -> float:
        """Seconds from webhook to note that `share` percent of the tickets stay within."""
        return within(self.seconds, share)

    @property
    def holds(self) -> bool:
        """Nothing lost, nothing twice, nothing past the boundary, nothing sent to a customer."""
        return not (self.lost or self.misplaced or self.noted_twice or self.public)


def within(seconds: list[float], share: int) -> float:
    """Seconds that `share` percent of them stay within; 0 where there are none."""
    if len(seconds) < 2:
        return round(sum(seconds), 3)
    return round(quantiles(seconds, n=100, method="inclusive")[share - 1], 3)


def wait_for(done: Callable[[], Any], *, seconds: float, pause: Callable[[float], Any] = time.sleep) -> bool:
    """Whether something comes true in time; it is looked at twice a second, and once more at the end."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if done():
            return True
        pause(0.5)
    return bool(done())


def wait_for_notes(
    desk: Sandbox, world: World, tickets: Iterable[str], *, seconds: float, progress: Callable[[int], None]
) -> set[str]:
    """Wait until every ticket has its note or needs none; answers those that have neither."""
    open_ones = set(tickets)
    total = len(open_ones)
    deadline = time.monotonic() + seconds
    while open_ones and time.monotonic() < deadline:
        noted = set(desk.call("GET", "/report")["notes"]["by_ticket"])
        open_ones -= noted
        progress(total - len(open_ones))
        if len(open_ones) <= total / 10:  # few enough to look at each
            open_ones = {ticket for ticket in open_ones if not _needs_no_note(world, desk.key(ticket))}
        if open_ones:
            time.sleep(0.3)
    progress(total - len(open_ones))
    return open_ones


def _needs_no_note(world: World, key: TicketKey) -> bool:
    """Known to us, and nobody waits: written by a machine, answered, or over."""
    state = world.tickets.get(key)
    if state is None or (state.due is not None and state.due.kind is DueKind.UNTRIAGED):
        return False
    return state.version is None or state.started != state.version


def judge(sent: list[Sent], desk: Sandbox, world: World) -> Outcome:
    """Look at every ticket where the product keeps it, and at the desk's own count of notes."""
    outcome = Outcome(received=len(sent))
    notes = desk.call("GET", "/report")["notes"]["by_ticket"]
    facts = _facts_by_ticket(world, desk.name)
    accepted = accepted_at(desk)
    for one in sent:
        count = notes.get(one.ticket, 0)
        _judge_one(
            one, desk.key(one.ticket), count, facts.get(one.ticket, {}), accepted.get(one.ticket), world, outcome
        )
    return outcome


def _judge_one(
    one: Sent,
    key: TicketKey,
    notes: int,
    facts: dict[FactKind, Fact],
    accepted: datetime | None,
    world: World,
    outcome: Outcome,
) -> None:
    state = world.tickets.get(key)
    if notes > 1:
        outcome.noted_twice.append(one.ticket)
    if state is not None and FactKind.AUTOMATIC in facts:
        outcome.automatic.append(one.ticket)
        return
    if state is None or notes == 0 or state.version is None:
        outcome.lost.append(one.ticket)
        return
    decision = world.tickets.decision(key, state.version)
    drafted = world.drafts.get(key, state.version) is not None
    if drafted and (decision is None or decision.verdict.rules):
        outcome.misplaced.append(one.ticket)
    note = facts.get(FactKind.DRAFTED) or facts.get(FactKind.BRIEFED)
    if note is not None:
        (outcome.drafts if note.kind is FactKind.DRAFTED else outcome.briefings).append(one.ticket)
        if note.kind is FactKind.BRIEFED:
            outcome.causes[note.detail["cause"]] += 1
            outcome.rules.update(rule for rule in note.detail["rules"].split(",") if rule)
        if accepted is not None:
            took = (note.recorded_at - accepted).total_seconds()
            outcome.seconds.append(took)
            if note.kind is FactKind.DRAFTED:
                outcome.draft_seconds.append(took)
        _compare(one, note, outcome)
    queue = state.queue or "none"
    outcome.queues[queue] += 1
    outcome.given[queue] += decision is not None and decision.agent is not None


def _compare(one: Sent, note: Fact, outcome: Outcome) -> None:
    wanted = one.expected.get("owner", "either")
    if wanted != "either":
        outcome.judged += 1
        outcome.as_expected += (wanted == "draft") == (note.kind is FactKind.DRAFTED)


def _facts_by_ticket(world: World, desk: str) -> dict[str, dict[FactKind, Fact]]:
    today = datetime.now(UTC).date()
    found: dict[str, dict[FactKind, Fact]] = {}
    for fact in world.facts.between(today - timedelta(days=1), today):
        if fact.key.desk == desk:
            found.setdefault(fact.key.id, {}).setdefault(fact.kind, fact)
    return found


def accepted_at(desk: Sandbox) -> dict[str, datetime]:
    """When each ticket's first webhook was accepted."""
    first: dict[str, datetime] = {}
    for delivery in desk.call("GET", "/deliveries?status=delivered&limit=100000")["deliveries"]:
        ticket, at = str(delivery["ticket_id"]), delivery["accepted_at"]
        if at is None:
            continue
        moment = datetime.fromisoformat(at)
        first[ticket] = min(first.get(ticket, moment), moment)
    return first
