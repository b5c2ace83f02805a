"""What Lambda gives a handler, and an observer whose log goes where the test can read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from shared.runtime.observability import Observer
from shared.runtime.settings import Settings

_numbers = count(1)


@dataclass
class Context:
    """The part of Lambda's context that handlers use. Each look at the time left takes one from `time_left`."""

    aws_request_id: str = "request-1"
    time_left: Iterator[int] = field(default_factory=lambda: iter(lambda: 60_000, 0))

    def get_remaining_time_in_millis(self) -> int:
        return next(self.time_left)


def context(*time_left: int) -> Any:
    """A context with a minute left, or with so many milliseconds at each look."""
    return Context(time_left=iter(time_left)) if time_left else Context()


def observer(name: str) -> Observer:
    """An observer of its own: a logger keeps the stream that it was made with, which belongs to one test."""
    service = f"{name}-{next(_numbers)}"
    return Observer(Settings(service=service, metrics_namespace="Test", log_level="INFO"))
