"""Who hears of what at which hour."""

from __future__ import annotations

from datetime import timedelta

from shared.domain.alerting import Audience, address
from shared.domain.policy_parts import Alerting
from tests.unit.domain.samples import NOON, WEEK


def shift(opens: str, closes: str) -> dict[str, object]:
    return {"time_zone": "UTC", "days": list(WEEK), "from": opens, "to": closes}


DAY = {"email": "day@example.com", "shift": shift("08:00", "20:00")}
ALERTS = {"manager": "m@example.com", "customer_success": "s@example.com"}


def alerts(**changes: object) -> Alerting:
    return Alerting.model_validate(ALERTS | changes)


def test_whoever_is_on_call_is_called():
    where = address(Audience.ON_CALL, alerts(on_call=[DAY]), NOON)
    assert (where.audience, where.to, where.remark) == (Audience.ON_CALL, ("day@example.com",), "")


def test_with_nobody_on_call_the_manager_is_called_at_any_hour():
    night = NOON + timedelta(hours=11)
    where = address(Audience.ON_CALL, alerts(on_call=[DAY], quiet=shift("20:00", "08:00")), night)
    assert (where.audience, where.to, where.held) == (Audience.MANAGER, ("m@example.com",), False)
    assert where.remark == "Nobody is on call at this hour."
    assert address(Audience.ON_CALL, alerts(), night).to == ("m@example.com",)


def test_in_quiet_hours_whoever_is_on_call_hears_what_is_for_the_manager():
    where = address(Audience.MANAGER, alerts(on_call=[DAY], quiet=shift("11:00", "13:00")), NOON)
    assert (where.audience, where.to, where.held) == (Audience.ON_CALL, ("day@example.com",), False)


def test_where_nobody_is_it_waits_unless_it_is_urgent():
    quiet = alerts(quiet=shift("11:00", "13:00"))
    assert address(Audience.MANAGER, quiet, NOON).held
    assert not address(Audience.MANAGER, quiet, NOON, urgent=True).held
    assert not address(Audience.MANAGER, quiet, NOON + timedelta(hours=1)).held


def test_customer_success_hears_at_once():
    assert address(Audience.CUSTOMER_SUCCESS, alerts(), NOON).to == ("s@example.com",)
