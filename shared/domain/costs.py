"""What a week costs on AWS, estimated from triaged versions and dated prices, and what the second reader cost.

The unit prices are AWS list prices of us-east-1 as published up to September 2026; free tiers are not counted. Check
them against the AWS Price List before a decision rests on them. What one ticket version uses is an estimate on the high
side: the machine's longest path has seven states; the rest is reasoned from what the functions do, and not metered.
"""

from __future__ import annotations

from collections.abc import Iterable

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

PER_VERSION = {
    "transitions": 8.0,
    "invocations": 8.0,
    "gigabyte_seconds": 1.9,
    "writes": 32.0,
    "reads": 40.0,
    "queue_requests": 4.0,
    "api_requests": 3.0,
    "logged_kilobytes": 25.0,
    "key_requests": 12.0,
}
"""Units that one version of a ticket uses, estimated; retries are left out."""

FIXED_A_MONTH = {"secrets": 2.0, "key": 1.0, "alarms": 1.6, "metrics": 9.0, "scans and queues": 0.4}
"""Dollars a month whatever comes in."""

_WEEKS_A_MONTH = 365.25 / 12 / 7


class Costs(Record):
    """Costs of a week in dollars.

    Attributes:
        versions: ticket versions that were triaged: what the variable part is estimated from.
        reader: what the second reader was counted as.
        per_ticket: all of it over the tickets of the week; None where there were none.
    """

    versions: int
    variable: float
    fixed: float
    reader: float
    total: float
    per_ticket: float | None
    prices_as_of: str


_BY_MODEL = frozenset({FactKind.READ_AGAIN, FactKind.DRAFTED})
"""Facts that carry what the language model cost: a second look, and the wording of a draft."""


def per_version() -> float:
    """Dollars that one version of a ticket costs, without the fixed part and the second reader."""
    return sum(UNIT_PRICES[unit] * count for unit, count in PER_VERSION.items())


def costs(facts: Iterable[Fact], *, tickets: int, share_of_week: float) -> Costs:
    """The costs of the facts of a week.

    Args:
        share_of_week: how much of the week is over, 0 to 1.
    """
    versions, micro = 0, 0
    for fact in facts:
        if fact.kind is FactKind.TRIAGED:
            versions += 1
        elif fact.kind in _BY_MODEL and fact.detail.get("micro_dollars", "").isdecimal():
            micro += int(fact.detail["micro_dollars"])
    variable = versions * per_version()
    fixed = sum(FIXED_A_MONTH.values()) / _WEEKS_A_MONTH * share_of_week
    total = variable + fixed + micro / 1e6
    return Costs(
        versions=versions,
        variable=round(variable, 4),
        fixed=round(fixed, 4),
        reader=round(micro / 1e6, 4),
        total=round(total, 4),
        per_ticket=round(total / tickets, 5) if tickets else None,
        prices_as_of=PRICES_AS_OF,
    )
