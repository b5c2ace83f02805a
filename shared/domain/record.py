"""The shape of every domain value: immutable, and strict about what it holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict


class Record(BaseModel):
    """An immutable value that refuses fields it does not know."""

    # An error that quoted its input would carry a customer's words into a log or an execution's history.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _to_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_to_utc)]
"""A moment in UTC. A time without a zone is refused, another zone is converted."""
