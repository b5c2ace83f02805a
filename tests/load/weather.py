"""People at work on a desk in bad weather, and what a run of it comes to."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from shared.domain.errors import TicketGone
from shared.domain.ticket import Role
from tests.contracts.staging.sandboxed import Sandboxed
from tests.load.chain import Chain

DUPLICATES, LATE = 0.10, 0.10
FAULTS: tuple[tuple[float, dict[str, Any]], ...] = (
    (0.05, {"action": "status", "status": 429, "retry_after": 1}),
    (0.02, {"action": "status", "status": 500}),
    (0.005, {"action": "timeout", "seconds": 1.0, "when": "before"}),
    (0.005, {"action": "timeout", "seconds": 1.0, "when": "after"}),
)
"""Share of the requests, and what becomes of them; half of the time-outs are answers lost after the desk has acted."""

_MARK = re.compile(r"firstline:note:([\w-]+)")
_EDITED = 0.15
_BACKLOG = 24  # pieces of work at which people pause: a chain that is never done sees nobody's later edit
_WRITES_AGAIN = 0.3
_URGENT = "urgent"

Stretch = tuple[float, float]
"""From when to when, in seconds of the monotonic clock."""


@dataclass
class Outcome:
    """What a run came to.

    Attributes:
        events: webhooks that arrived, repetitions among them.
        lost: tickets where a customer waits and no note of the newest message stands.
        overwritten: tickets where a person's later edit did not stand.
        raced: of these, not counted there: the desk takes no write on a condition, and the edit fell into ours.
        refused_by_limit: requests that the desk refused because its limit was passed.
    """

    desk: str
    events: int = 0
    tickets: int = 0
    edits: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    overwritten: list[str] = field(default_factory=list)
    raced: list[str] = field(default_factory=list)
    public: int = 0
    refused_by_limit: int = 0
    faults: int = 0
    parked: int = 0
    seconds: float = 0.0

    def row(self) -> dict[str, Any]:
        """For a table: counts."""
        return {name: len(value) if isinstance(value, list) else value for name, value in asdict(self).items()}


def play(chain: Chain, staged: Sandboxed, *, events: int, seed: int) -> Outcome:
    """Let customers and agents work until so many webhooks have arrived; then look at every ticket."""
    dice, began = random.Random(seed), time.monotonic()
    _order(staged)
    edited: dict[str, Stretch] = {}
    waiting: dict[str, bool] = {}
    with chain.running():
        while len(staged.posts) < events and not chain.errors:
            _act(chain, staged, dice, waiting, edited)
            while chain.backlog > _BACKLOG and not chain.errors:
                time.sleep(0.02)
        assert not chain.errors, Counter(chain.errors)
        assert staged.sandbox.control("POST", "/deliveries/settle", {"timeout": 60})["settled"]
        # The weather clears when nobody writes any more; what waits by then has its longest waits before it.
        met = sum(one["met"] for one in staged.sandbox.control("GET", "/faults")["faults"])
        staged.sandbox.control("DELETE", "/faults")
        assert chain.settles(240), f"{staged.name} has not come to rest"
    assert not chain.errors, Counter(chain.errors)
    outcome = _look(chain, staged, waiting, edited)
    outcome.faults = met
    outcome.seconds = round(time.monotonic() - began, 1)
    return outcome


def _order(staged: Sandboxed) -> None:
    control = staged.sandbox.control
    control(
        "PUT", "/delivery", {"duplicate_share": DUPLICATES, "reorder_share": LATE, "reorder_seconds": 1.0, "seed": 7}
    )
    for share, what in FAULTS:
        path = rf"^/{staged.name}/(?!.*{staged.sign_in.lstrip('/')})"
        control("POST", "/faults", {"path": path, "share": share, "count": 1_000_000, **what})


def _act(
    chain: Chain,
    staged: Sandboxed,
    dice: random.Random,
    waiting: dict[str, bool],
    edited: dict[str, Stretch],
) -> None:
    id = staged.opens(f"Where do I find number {len(waiting)}?")
    waiting[id] = True
    earlier = dice.choice(list(waiting))
    if dice.random() < _WRITES_AGAIN:
        staged.customer_writes(earlier, f"One more thing, number {len(waiting)}")
        waiting[earlier] = True
    # An edit counts as a later one where we have seen the ticket before.
    if dice.random() < _EDITED and chain.tickets.get(chain.key(earlier)) is not None:
        began = time.monotonic()
        staged.sets_priority(earlier, _URGENT)
        edited[earlier] = began, time.monotonic()


def _meets(edit: Stretch, writes: list[Stretch]) -> bool:
    return any(begun <= edit[1] and edit[0] <= ended for begun, ended in writes)


def _look(chain: Chain, staged: Sandboxed, waiting: dict[str, bool], edited: dict[str, Stretch]) -> Outcome:
    report = staged.sandbox.control("GET", "/report")
    outcome = Outcome(desk=staged.name, events=len(staged.posts), tickets=len(waiting), edits=len(edited))
    for id in waiting:
        try:
            ticket = staged.desk.fetch(id)
        except TicketGone:
            outcome.lost.append(id)
            continue
        marks = Counter(
            mark for message in ticket.messages if message.role is Role.US for mark in _MARK.findall(message.text)
        )
        newest = ticket.newest_from_customer
        if newest is None or not marks[newest.id]:
            outcome.lost.append(id)
        if any(times > 1 for times in marks.values()):
            outcome.doubled.append(id)
        if id in edited and ticket.fields.priority != _URGENT:
            raced = not staged.traits.writes_on_condition and _meets(edited[id], chain.writes[id])
            (outcome.raced if raced else outcome.overwritten).append(id)
    outcome.public = len(report["violations"])
    outcome.refused_by_limit = staged.sandbox.desk.faces[staged.name].limits.refused
    outcome.parked = len(chain.parked)
    return outcome
