"""What can be set about a sandbox desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Read the machine's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Limits:
    """How much the vendor allows; None is no limit.

    Attributes:
        requests_per_minute: of the whole account.
        updates_per_minute: ticket updates of the whole account.
        updates_per_ticket: ticket updates of one user on one ticket in ten minutes.
        exports_per_minute: calls of the incremental export.
    """

    requests_per_minute: int | None
    updates_per_minute: int | None
    updates_per_ticket: int | None
    exports_per_minute: int | None


PLANS = {
    "team": Limits(200, 100, 30, 10),
    "growth": Limits(400, 100, 30, 10),
    "enterprise": Limits(700, 100, 30, 10),
    "high_volume": Limits(2500, 300, 30, 30),
    "unlimited": Limits(None, None, None, None),
}


@dataclass(frozen=True)
class Settings:
    """Settings of one desk.

    Attributes:
        data: folder of the database; None keeps everything in memory.
        limits: what the API allows.
        export_lag: seconds that the incremental export stays behind, and the least age of its start.
        retry_delays: seconds before each repeated delivery of a webhook.
        delivery_timeout: seconds that a webhook's receiver has.
        delivery_workers: deliveries under way at once.
        breaker_pause: seconds without deliveries after too many failed.
        token_ttl: seconds that an access token holds when the client asks for nothing else.
        api_token: the ending way in (Basic); None switches it off.
    """

    data: Path | None = None
    limits: Limits = field(default_factory=lambda: PLANS["high_volume"])
    export_lag: float = 60.0
    retry_delays: tuple[float, ...] = (1.0, 3.0, 9.0)
    delivery_timeout: float = 10.0
    delivery_workers: int = 8
    breaker_pause: float = 30.0
    token_ttl: int = 86_400
    client_id: str = "firstline"
    client_secret: str = "sandbox-client-secret"
    api_token: str | None = None
    clock: Clock = utc_now
