"""One run of the scan: its world, what it counts, and what every part of it does alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from functions.sla_scan.showing import Reach
from functions.sla_scan.stages import Passed, remembered
from functions.sla_scan.telling import facts_of, marks_of
from shared.domain.errors import StoreConflict
from shared.domain.policy import Policy
from shared.domain.record import Record
from shared.domain.ticket import DeskFields, TicketKey
from shared.domain.ticket_state import TicketState
from shared.ports.books import FactLog, LoadBook, MarkStore, PolicyStore
from shared.ports.delivery import Alert, Alerts, HeldAlerts
from shared.ports.desk import HelpDesk
from shared.ports.store import TicketStore

ATTEMPTS = 3


class Scanned(Record):
    """What one scan found.

    Attributes:
        settled: needed nothing any more.
        shown: stages that were recorded before became visible on the desk.
        failed: stay due for the next scan.
        digests: alerts that stand for many tickets.
        moved: clocks computed anew because the policy changed.
    """

    looked_at: int = 0
    fired: int = 0
    settled: int = 0
    shown: int = 0
    busy: int = 0
    failed: int = 0
    digests: int = 0
    moved: int = 0
    complete: bool = True


@dataclass(frozen=True)
class Ports:
    """The world that the scan touches."""

    desk: Callable[[str], HelpDesk]
    tickets: TicketStore
    policies: PolicyStore
    loads: LoadBook
    facts: FactLog
    marks: MarkStore
    alerts: Alerts
    held: HeldAlerts
    clock: Callable[[], datetime]


@dataclass(frozen=True)
class Scan:
    """One run: its world, its policy, how far the desks can be reached, and what it has counted."""

    ports: Ports
    sha: str
    policy: Policy
    lease: str
    time_left: Callable[[], bool]
    reach: Reach
    done: set[TicketKey] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Scanned.model_fields.keys() - {"complete"}, 0))


def deliver(alert: Alert, *, held: bool, scan: Scan) -> None:
    if held:
        scan.ports.held.hold(alert)
    else:
        scan.ports.alerts.send(alert)


def remember(
    state: TicketState,
    passed: tuple[Passed, ...],
    scan: Scan,
    now: datetime,
    wrote: DeskFields | None,
    show_at: datetime,
) -> None:
    """Record the stages with the state that knows of them, in one write; again on what others wrote meanwhile."""
    marks = [mark for one in passed for mark in marks_of(one)]
    facts = [fact for one in passed for fact in facts_of(state, one, now)]
    current: TicketState | None = state
    for _ in range(ATTEMPTS):
        if current is None:
            return
        changed = remembered(current, passed, now=now, wrote=wrote, show_at=show_at)
        try:
            scan.ports.tickets.put_stages(changed, marks, facts)
        except StoreConflict:
            current = scan.ports.tickets.get(state.key)
        else:
            return
    raise StoreConflict(f"ticket {state.key} was written by others {ATTEMPTS} times in a row")
