"""The circuit breaker in front of the second reader: pure transitions of a small stored value."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from shared.domain.observation import Outcome
from shared.domain.reader_policy import BreakerSettings
from shared.domain.record import Instant, Record

ILL = frozenset({Outcome.UNAVAILABLE, Outcome.LATE, Outcome.RATE_LIMITED, Outcome.DENIED, Outcome.REJECTED})
"""What speaks against the endpoint itself. A bad answer does not: a customer's text could have provoked it."""


class Breaker(Record):
    """How the second reader has done lately.

    Attributes:
        failures: in a row.
        rests_until: nobody asks before this moment; the first one after it tries, and the others wait for how it goes.
        revision: how often it was written; 0 before the first time.
    """

    failures: int = Field(default=0, ge=0)
    rests_until: Instant | None = None
    revision: int = Field(default=0, ge=0)

    def rests(self, now: Instant) -> bool:
        """Whether the second reader is left alone at this moment."""
        return self.rests_until is not None and now < self.rests_until

    @property
    def needs_trial(self) -> bool:
        """Whether it rested: then one caller tries, after writing `trying`."""
        return self.rests_until is not None

    def trying(self, now: Instant, settings: BreakerSettings) -> Breaker:
        """One caller tries; for the others the rest begins anew."""
        return self._resting(now, settings)

    def after(self, outcome: Outcome, now: Instant, settings: BreakerSettings) -> Breaker:
        """The breaker after a call. Unchanged where the call changes nothing."""
        if outcome not in ILL:
            return self.model_copy(update={"failures": 0, "rests_until": None})
        failed = self.model_copy(update={"failures": self.failures + 1})
        return failed._resting(now, settings) if failed.failures >= settings.failures else failed

    def _resting(self, now: Instant, settings: BreakerSettings) -> Breaker:
        return self.model_copy(update={"rests_until": now + timedelta(seconds=settings.rest_seconds)})
