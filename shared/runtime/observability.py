"""Logs, metrics and the clock of a function. Fields only: never an event, never a customer's words."""

from __future__ import annotations

from datetime import UTC, datetime

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from shared.runtime.settings import Settings


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


class Observer:
    """What a function says about its work: one line in the log and one count per business fact."""

    def __init__(self, settings: Settings) -> None:
        self._logger = Logger(service=settings.service, level=settings.log_level, log_uncaught_exceptions=False)
        self._metrics = Metrics(service=settings.service, namespace=settings.metrics_namespace)

    def done(self, message: str, count: str, **fields: str | int | float | None) -> None:
        """Log a constant message with fields, and count it under a metric's name."""
        self._logger.info(message, extra=fields)
        self._metrics.add_metric(name=count, unit=MetricUnit.Count, value=1)
        self._metrics.flush_metrics()

    def count(self, name: str, value: int) -> None:
        """Count a business fact that has no log line of its own; zero too, so that an alarm sees it."""
        self._metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
        self._metrics.flush_metrics()
