"""The alert about a spike: what is asked, how much more than usual, and which tickets. No customer's words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from shared.domain.alerting import Audience, address
from shared.domain.policy import Policy
from shared.domain.spikes import Spike
from shared.ports.delivery import Alert

_SHOWN = 10


def alert_of(spike: Spike, policy: Policy, now: datetime) -> Alert:
    """The alert; one for each spike, however long it lasts."""
    where = address(Audience.MANAGER, policy.alerts, now, urgent=True)
    since = spike.since.astimezone(ZoneInfo(policy.company.time_zone))
    more = f" and {len(spike.tickets) - _SHOWN} more" if len(spike.tickets) > _SHOWN else ""
    lines = (
        f"{spike.observed} tickets since {since:%A %H:%M}; {spike.expected:.1f} would be usual.",
        f"Tickets: {', '.join(spike.tickets[:_SHOWN])}{more}",
        "Ask whether something is broken, and tell the team before it answers each one by itself.",
        where.remark,
    )
    return Alert(
        id=f"spike-{spike.topic}-{spike.detected_at:%Y%m%dT%H}",
        audience=where.audience,
        subject=f"Far more than usual: {spike.name}",
        lines=tuple(line for line in lines if line),
        to=where.to,
    )
