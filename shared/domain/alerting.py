"""Who hears of what: by role, by the hour, and by what is urgent enough to disturb somebody."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from shared.domain.policy_parts import Alerting


class Audience(StrEnum):
    """To whom an alert is addressed; subscribers of the topic filter by it."""

    MANAGER = "manager"
    ON_CALL = "on_call"
    CUSTOMER_SUCCESS = "customer_success"


class Address(NamedTuple):
    """Where an alert goes now.

    Attributes:
        to: mail addresses; none where only the topic's subscribers hear.
        held: it waits for the end of quiet hours.
        remark: why somebody else hears of it than was meant.
    """

    audience: Audience
    to: tuple[str, ...]
    held: bool = False
    remark: str = ""


def address(audience: Audience, alerts: Alerting, now: datetime, *, urgent: bool = False) -> Address:
    """Where an alert for somebody goes at this moment.

    Nobody on call means that the manager is called, at any hour; so does a playbook that names nobody. In quiet
    hours whoever is on call hears what is for the manager; where nobody is, it waits, unless it is urgent.
    """
    called = alerts.called(now)
    if audience is Audience.CUSTOMER_SUCCESS:
        return Address(audience, (alerts.customer_success,))
    if audience is Audience.ON_CALL:
        if called or not alerts.on_call:
            return Address(audience, called or (alerts.manager,))
        return Address(Audience.MANAGER, (alerts.manager,), remark="Nobody is on call at this hour.")
    if alerts.quiet is None or not alerts.quiet.covers(now):
        return Address(audience, (alerts.manager,))
    if called:
        return Address(Audience.ON_CALL, called, remark="The manager has quiet hours.")
    return Address(audience, (alerts.manager,), held=not urgent)
