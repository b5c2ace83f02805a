"""Watching the clocks: what is due is raised in the queue and on the desk, and people hear of it.

A ticket that comes due is looked at on the desk, raised there, told of, and recorded: in this order, so that being
stopped anywhere only means that it is done again. When many come due at once, after an outage or in an incident, they
are recorded first, by the times that we know, with one alert for all; the desk is told ticket by ticket after that, at
the pace that the policy sets. The due index is the queue for it: each ticket waits there for its turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from functions.sla_scan.chores import follow_policy, send_what_was_held
from functions.sla_scan.many import record_many
from functions.sla_scan.one import handle_guarded
from functions.sla_scan.run import Ports, Scan, Scanned
from functions.sla_scan.showing import Reach
from shared.domain.ticket import TicketKey

__all__ = ["Ports", "Scanned", "sla_scan"]

BATCH = 100


def sla_scan(*, lease: str, ports: Ports, time_left: Callable[[], bool]) -> Scanned:
    """Handle every ticket whose next action is due; what there is no time for waits for the next scan.

    Args:
        lease: who we are, for the tickets' leases.
        time_left: whether there is time for one more ticket.
    """
    sha = ports.policies.current()
    policy = ports.policies.get(sha)
    reach = Reach(max(policy.sla.desk_writes_per_minute, policy.alerts.digest_above))
    scan = Scan(ports, sha, policy, lease, time_left, reach)
    most = policy.alerts.digest_above
    due = list(ports.tickets.due_before(ports.clock(), most + 1))
    # What one question answers is asked once: that is all that most minutes read.
    complete = _each(due, scan) if len(due) <= most else record_many(scan) and _one_by_one(scan)
    if complete:
        send_what_was_held(scan)
        complete = follow_policy(scan)
    return Scanned(**scan.counts, complete=complete)


def _one_by_one(scan: Scan) -> bool:
    # A handled ticket may stay in the index for a second, one that failed stays: both would come again.
    tickets, done = scan.ports.tickets, scan.done
    while batch := [key for key in tickets.due_before(scan.ports.clock(), BATCH + len(done)) if key not in done]:
        if not _each(batch, scan):
            return False
    return True


def _each(keys: Iterable[TicketKey], scan: Scan) -> bool:
    """Handle tickets until there is no time for one more; whether it was enough."""
    for key in keys:
        if not scan.time_left():
            return False
        scan.done.add(key)
        scan.counts["looked_at"] += 1
        scan.counts[handle_guarded(key, scan)] += 1
    return True
