"""A ticket's clocks in full: promised, used, left, each stage with what was recorded of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from shared.domain.clocks import asked_of
from shared.domain.policy import Policy
from shared.domain.sla import Outcome, outcome, used
from shared.domain.ticket_state import Clock, TicketState
from shared.ports.store import StageMark

_MINUTE = timedelta(minutes=1)


def clock_stories(
    state: TicketState, policy: Policy, marks: Sequence[StageMark], *, now: datetime
) -> list[dict[str, Any]]:
    """Every clock of a ticket as it stands now.

    Args:
        policy: the one in force: by its calendars the time used is counted.
        now: by the desk's clock.
    """
    return [
        _story(clock, state, policy, [mark for mark in marks if _is_of(mark, clock)], now) for clock in state.clocks
    ]


def _story(clock: Clock, state: TicketState, policy: Policy, marks: list[StageMark], now: datetime) -> dict[str, Any]:
    verdict = outcome(clock, now=now)
    recorded = {mark.stage: mark.at for mark in marks}
    return {
        **clock.model_dump(mode="json", exclude={"early"}),
        "stands": "paused" if clock.paused_at and verdict is Outcome.RUNNING else verdict.value,
        "used_minutes": _used(clock, state, policy, now),
        "stages": [
            {
                "name": stage.name,
                "at": stage.at.isoformat(),
                "recorded": stage.name in clock.fired,
                "was_due": recorded[stage.name].isoformat() if stage.name in recorded else None,
            }
            for stage in clock.stages
        ],
    }


def _used(clock: Clock, state: TicketState, policy: Policy, now: datetime) -> float | None:
    """In minutes; None where the policy in force promises nothing of the kind any more."""
    promise = policy.sla.promise(clock.target, asked_of(state))
    if promise is None:
        return None
    calendar, states = policy.calendars[promise.calendar], policy.sla.pauses.of(clock.target)
    return round(used(clock, calendar=calendar, pauses=state.pauses, states=states, now=now) / _MINUTE, 1)


def _is_of(mark: StageMark, clock: Clock) -> bool:
    return mark.target == clock.target and mark.occasion == clock.started_at.isoformat()
