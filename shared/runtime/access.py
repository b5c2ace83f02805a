"""A desk that no longer lets us in: people are told which permission is gone, once an hour and not with every event."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Self

from shared.adapters.dynamodb.occasions import DynamoOccasions
from shared.adapters.sns.alerts import SnsAlerts
from shared.domain.errors import DeskAccessLost, FirstlineError
from shared.ports.books import Occasions
from shared.ports.delivery import Alert, Alerts
from shared.runtime.observability import now

AGAIN_AFTER = timedelta(hours=1)


class AccessWatch:
    """Watches work on a desk. What it meets goes on: events and steps wait by themselves until access is back."""

    def __init__(self, alerts: Alerts, occasions: Occasions, *, clock: Callable[[], datetime] = now) -> None:
        self._alerts = alerts
        self._occasions = occasions
        self._clock = clock

    @classmethod
    def connect(cls, topic: str, table: str) -> Self:
        """A watch that tells a topic and remembers in a table."""
        return cls(SnsAlerts.connect(topic), DynamoOccasions.connect(table))

    @contextmanager
    def over(self, desk: str) -> Iterator[None]:
        """Tell people if access is lost in here, and let the error go on."""
        try:
            yield
        except DeskAccessLost as lost:
            # Whatever goes wrong with the telling must not hide what it is about.
            with suppress(FirstlineError):
                self._tell(desk, lost)
            raise

    def _tell(self, desk: str, lost: DeskAccessLost) -> None:
        occasion = f"access/{desk}/{lost.status}/{lost.permission}"
        if self._occasions.seen(occasion):
            return
        # Told first and remembered after: rather twice than never.
        self._alerts.send(alert_of(desk, lost, self._clock()))
        self._occasions.remember(occasion, self._clock() + AGAIN_AFTER)


def alert_of(desk: str, lost: DeskAccessLost, at: datetime) -> Alert:
    """Which permission is gone and how to give it back."""
    what = "does not let us in any more" if lost.status == 401 else "does not allow us what it did"
    lines = [
        f"The desk {desk} {what} (it answered {lost.status}).",
        f"What is missing: {lost.permission}." if lost.permission else "Which permission is missing it does not say.",
        f"To put it right: give it back on the desk, or run `firstline connect {desk}` once more.",
        f"`firstline doctor {desk}` says what is still missing.",
        "Nothing is lost: events and notes wait for 24 hours and go on by themselves.",
    ]
    return Alert(
        id=f"{desk}/access/{lost.status}/{lost.permission}/{at:%Y-%m-%dT%H}",
        audience="manager",
        subject=f"Firstline lost access to {desk}",
        lines=tuple(lines),
    )
