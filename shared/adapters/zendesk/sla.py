"""Zendesk's own SLA figures, as they are told beside a ticket (side-load `slas`; accounts with SLA policies only).

Each metric of the policy that applies: `{"metric", "stage", "breach_at"}`. The deadline is the desk's, by its own
schedule; where the figures have another shape than expected there are none, and the ticket is read all the same.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from shared.adapters.zendesk.paging import Text, Wire
from shared.domain.record import Instant
from shared.domain.ticket import DeskClock, DeskResponse, Stands, Target

# Metrics that count what we count. Of those for the whole ticket an account may use several: each is told.
_TARGETS = {
    "first_reply_time": Target.FIRST_RESPONSE,
    "next_reply_time": Target.NEXT_RESPONSE,
    "requester_wait_time": Target.RESOLUTION,
    "agent_work_time": Target.RESOLUTION,
    "total_resolution_time": Target.RESOLUTION,
}
_STAGES = {"active": Stands.RUNNING, "paused": Stands.PAUSED, "achieved": Stands.MET}


class _Metric(Wire):
    metric: Text
    stage: Text
    breach_at: Instant | None = None


class _ReplyTime(Wire):
    calendar: int | None = None
    business: int | None = None


class _Slas(Wire):
    policy_metrics: list[Any] = []


def read_sla(slas: Any) -> tuple[DeskClock, ...]:
    """The figures that are of use; those that cannot be read are left out."""
    try:
        told = _Slas.model_validate(slas or {}).policy_metrics
    except ValidationError:
        return ()
    read = (_read(one) for one in told)
    return tuple(clock for clock in read if clock is not None)


def _read(told: Any) -> DeskClock | None:
    try:
        one = _Metric.model_validate(told)
    except ValidationError:
        return None
    target, stands = _TARGETS.get(one.metric), _STAGES.get(one.stage)
    if target is None or stands is None:
        return None
    return DeskClock(target=target, metric=one.metric, stands=stands, due_at=one.breach_at)


def read_response(told: Any) -> DeskResponse | None:
    """The first reply time of the ticket's metrics (`reply_time_in_minutes`): by the calendar, and in business hours.

    None before the first reply, and where it has another shape than expected.
    """
    try:
        time = _ReplyTime.model_validate(told or {})
    except ValidationError:
        return None
    return None if time.calendar is None else DeskResponse(minutes=time.calendar, open_minutes=time.business)
