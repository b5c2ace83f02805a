"""The alert about a spike: what is asked, how much more than usual, and which tickets. No customer's words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from shared.domain.alerting import Audience, address
from shared.domain.policy import Policy
from shared.domain.scan import FALSE_ALARMS
from shared.domain.spikes import Spike
from shared.ports.delivery import Alert

SHOWN = 3
"""Tickets that an alert links to."""


def alert_of(spike: Spike, links: Sequence[str], policy: Policy, now: datetime) -> Alert:
    """The alert; one for each spike, however long it lasts.

    Args:
        links: to some of its tickets on the desk.
    """
    where = address(Audience.MANAGER, policy.alerts, now, urgent=True)
    since = spike.since.astimezone(ZoneInfo(policy.company.time_zone))
    more = len(spike.tickets) - len(links)
    lines = (
        f"{spike.observed} customers wrote about this since {since:%A %H:%M}; {spike.expected:.1f} would be usual.",
        *links,
        f"And {more} more tickets like these." if links and more > 0 else "",
        "Ask whether something is broken, and tell the team before it answers each one by itself.",
        f"In quiet weeks about {FALSE_ALARMS:g} alert of this kind a week is chance.",
        where.remark,
    )
    return Alert(
        id=f"spike-{spike.topic}-{spike.detected_at:%Y%m%dT%H}",
        audience=where.audience,
        subject=f"Far more than usual: {spike.name}",
        lines=tuple(line for line in lines if line),
        to=where.to,
    )
