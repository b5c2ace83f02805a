"""A desk that no longer lets us in: who is told, how often, and what becomes of the work."""

from __future__ import annotations

import pytest

from shared.domain.errors import DeskAccessLost, DeskRefused, StoreUnavailable
from shared.runtime.access import AccessWatch
from tests.fakes.delivery import InMemoryAlerts
from tests.fakes.stores import InMemoryOccasions
from tests.unit.functions.world import NOON

LOST = DeskAccessLost("PUT /tickets/7: answered 403", status=403, permission="scope `write`")


class Guarded:
    def __init__(self) -> None:
        self.alerts, self.occasions = InMemoryAlerts(), InMemoryOccasions()
        self.watch = AccessWatch(self.alerts, self.occasions, clock=lambda: NOON)

    def meets(self, error: Exception) -> None:
        with pytest.raises(type(error)), self.watch.over("zendesk"):
            raise error


def test_people_are_told_which_permission_is_gone_and_how_to_give_it_back():
    guarded = Guarded()
    guarded.meets(LOST)
    (alert,) = guarded.alerts.sent
    told = " ".join(alert.lines)
    assert "zendesk" in alert.subject
    assert "scope `write`" in told
    assert "firstline doctor zendesk" in told
    assert "Nothing is lost" in told


def test_they_are_told_once_and_not_with_every_event():
    guarded = Guarded()
    for _ in range(3):
        guarded.meets(LOST)
    assert len(guarded.alerts.sent) == 1
    guarded.meets(DeskAccessLost("GET /users/1: answered 403", status=403, permission="scope `read`"))
    assert len(guarded.alerts.sent) == 2


def test_another_refusal_is_nobody_s_alarm():
    guarded = Guarded()
    guarded.meets(DeskRefused("422", status=422))
    assert guarded.alerts.sent == []


def test_an_alarm_that_cannot_be_given_hides_nothing_and_is_given_later():
    guarded = Guarded()
    guarded.alerts.fail_with = StoreUnavailable("SNS")
    guarded.meets(LOST)
    guarded.alerts.fail_with = None
    guarded.meets(LOST)
    assert len(guarded.alerts.sent) == 1
