"""What the desks' JSON is read with: models that tolerate new fields, and a company's data about its customers."""

from __future__ import annotations

import math
from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict


class Wire(BaseModel):
    """Something of a desk's, of which we read what we know. Ids are numbers there and text here.

    Built when first used: a function that only writes pays nothing for what is only read.
    """

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, defer_build=True)


Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]


def words(value: object) -> str | None:
    """Text, or a number as text; None where there is nothing in it."""
    return str(value).strip() or None if isinstance(value, str | int | float) else None


def amount(value: object) -> float | None:
    """A sum of money that can be one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and number >= 0 else None


def count(value: object) -> int | None:
    """A whole number, such as of seats."""
    number = amount(value)
    return int(number) if number is not None and number.is_integer() else None


def day(value: object) -> date | None:
    """A date, or the day of a time. What is no date is unknown, and unknown tenure counts as long."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None
