"""What else a minute is for: alerts that waited for the end of quiet hours, and a policy that has changed."""

from __future__ import annotations

from contextlib import suppress

from functions.sla_scan.run import Scan
from functions.sla_scan.telling import bundled
from shared.domain.alerting import Audience, address
from shared.domain.errors import FirstlineError
from shared.domain.intake import under
from shared.domain.ticket import TicketKey
from shared.ports.store import amend

FOLLOWED = "sla_scan/policy"
_PAGE = 100


def send_what_was_held(scan: Scan) -> None:
    """After quiet hours: everything that waited, in one alert."""
    quiet, now = scan.policy.alerts.quiet, scan.ports.clock()
    if quiet is None or quiet.covers(now) or not (waiting := scan.ports.held.held()):
        return
    scan.ports.alerts.send(bundled(waiting, address(Audience.MANAGER, scan.policy.alerts, now), now))
    scan.counts["digests"] += 1
    for alert in waiting:
        scan.ports.held.forget(alert)


def follow_policy(scan: Scan) -> bool:
    """After a change of the policy: every watched ticket's clocks anew, a page at a time, in as many runs as it takes.

    Nothing fires here: what the new policy makes due at once is found by the next scan.
    """
    ports = scan.ports
    policy, _, place = (ports.marks.get(FOLLOWED) or "").partition(" ")
    if policy == scan.sha and place == "done":
        return True
    place = place if policy == scan.sha else ""
    while scan.time_left():
        keys, place = ports.tickets.watched(place, _PAGE)
        for key in keys:
            _moved(key, scan)
        ports.marks.put(FOLLOWED, f"{scan.sha} {place or 'done'}")
        if not place:
            return True
    return False


def _moved(key: TicketKey, scan: Scan) -> None:
    """One that fails keeps its clocks until its next look, which computes them anew as well."""
    with suppress(FirstlineError):
        before = scan.ports.tickets.get(key)
        after = amend(scan.ports.tickets, key, lambda state: under(state, scan.policy, now=scan.ports.clock()))
        scan.counts["moved"] += after != before
