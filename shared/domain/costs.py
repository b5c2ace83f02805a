"""What a week costs on AWS, and what the second reader cost.

Counted from facts: executions with the states that each one passed, functions called, webhooks, and what the second
reader's tokens came to. Estimated for each version of a ticket: computing time, items read and written, logs, keys.
The unit prices are AWS list prices of us-east-1 as published up to September 2026; free tiers are not counted. Check
them against the AWS Price List before a decision rests on them.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.domain.facts import Fact, FactKind
from shared.domain.record import Record

PRICES_AS_OF = "2026-09"

UNIT_PRICES = {
    "transitions": 2.5e-5,
    "invocations": 2e-7,
    "gigabyte_seconds": 1.33334e-5,
    "writes": 6.25e-7,
    "reads": 1.25e-7,
    "queue_requests": 4e-7,
    "api_requests": 1e-6,
    "logged_kilobytes": 5e-7,
    "key_requests": 3e-6,
}
"""Dollars a unit: Step Functions Standard, Lambda arm64, DynamoDB on demand, SQS, HTTP API, CloudWatch Logs, KMS."""

PATHS = {"drafted": (6, 4), "briefed": (5, 4), "none_fits": (7, 5)}
"""States that an execution passes and functions that it calls, by how it ends; a test holds it to the state machine."""

PER_WEBHOOK = {"invocations": 2.0, "api_requests": 1.0, "queue_requests": 3.0}
"""Received and taken in: two functions, one request at the door, and three of the queue: put, read, delete."""

PER_VERSION = {"gigabyte_seconds": 1.9, "writes": 32.0, "reads": 60.0, "logged_kilobytes": 25.0, "key_requests": 12.0}
"""What one version of a ticket uses besides, estimated on the high side; retries are left out."""

_BY_MODEL = frozenset({FactKind.READ_AGAIN, FactKind.DRAFTED})
"""Facts that carry what the language model cost: a second look, and the wording of a draft."""

_TOLD_BY_WEBHOOK = frozenset(
    {
        FactKind.OPENED,
        FactKind.FIRST_RESPONSE,
        FactKind.RESOLVED,
        FactKind.REOPENED,
        FactKind.RATED,
        FactKind.DRAFTED,
        FactKind.BRIEFED,
    }
)
"""What a desk tells of: what people do, and our own note, which comes back."""

FIXED_A_MONTH = {"secrets": 2.0, "key": 1.0, "alarms": 1.7, "metrics": 9.0, "scans and queues": 0.4}
"""Dollars a month whatever comes in."""

_WEEKS_A_MONTH = 365.25 / 12 / 7


class Costs(Record):
    """Costs of a week in dollars.

    Attributes:
        versions: ticket versions that were triaged.
        transitions: states that their executions passed.
        webhooks: events of desks, at least: one that was told twice is not known by the facts.
        counted: dollars for what is counted; `estimated` for what is reasoned from the number of versions.
        variable: both.
        reader: what the second reader's tokens came to.
        per_ticket: all of it over the tickets of the week; None where there were none.
    """

    versions: int
    transitions: int = 0
    webhooks: int = 0
    counted: float = 0.0
    estimated: float = 0.0
    variable: float
    fixed: float
    reader: float
    total: float
    per_ticket: float | None
    prices_as_of: str


class Usage:
    """What facts say was used; facts may be added one by one."""

    def __init__(self) -> None:
        self.versions = self.webhooks = self.transitions = self.invocations = self.micro_dollars = 0

    def add(self, fact: Fact) -> None:
        """Count one fact."""
        self.versions += fact.kind is FactKind.TRIAGED
        self.webhooks += fact.kind in _TOLD_BY_WEBHOOK
        if fact.kind in (FactKind.DRAFTED, FactKind.BRIEFED):
            states, functions = PATHS[_path(fact)]
            self.transitions += states
            self.invocations += functions
        if fact.kind in _BY_MODEL and fact.detail.get("micro_dollars", "").isdecimal():
            self.micro_dollars += int(fact.detail["micro_dollars"])

    def costs(self, *, tickets: int, share_of_week: float) -> Costs:
        """Its costs.

        Args:
            share_of_week: how much of the week is over, 0 to 1.
        """
        units = {name: count * self.webhooks for name, count in PER_WEBHOOK.items()}
        units["invocations"] += self.invocations
        counted = _dollars({**units, "transitions": self.transitions})
        estimated = self.versions * _dollars(PER_VERSION)
        fixed = sum(FIXED_A_MONTH.values()) / _WEEKS_A_MONTH * share_of_week
        total = counted + estimated + fixed + self.micro_dollars / 1e6
        return Costs(
            versions=self.versions,
            transitions=self.transitions,
            webhooks=self.webhooks,
            counted=round(counted, 4),
            estimated=round(estimated, 4),
            variable=round(counted + estimated, 4),
            fixed=round(fixed, 4),
            reader=round(self.micro_dollars / 1e6, 4),
            total=round(total, 4),
            per_ticket=round(total / tickets, 5) if tickets else None,
            prices_as_of=PRICES_AS_OF,
        )


def _path(fact: Fact) -> str:
    if fact.kind is FactKind.DRAFTED:
        return "drafted"
    return "none_fits" if fact.detail.get("cause") == "no_resolution" else "briefed"


def _dollars(units: Mapping[str, float]) -> float:
    return sum(UNIT_PRICES[unit] * count for unit, count in units.items())
