"""One customer as other systems spell them, whether in a table or in a message; what cannot be meant is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import ValidationError

from shared.domain.customers import Profile

COLUMNS = tuple(Profile.model_fields)
_ALSO = {
    "mail": "email", "e-mail": "email", "email address": "email", "name": "company", "organisation": "company",
    "organization": "company", "monthly revenue": "mrr", "customer since": "signed_up", "since": "signed_up",
    "renewal": "renewal_date", "csm": "owner", "account owner": "owner",
}  # fmt: skip


class RowRefused(ValueError):
    """A row that cannot be meant; the message says why, field by field, and quotes an amount at most."""


def column(name: str) -> str:
    """A heading in our own words; one that we do not know stays as it is."""
    plain = name.strip().lower()
    return _ALSO.get(plain, plain)


def read_row(row: Mapping[str, object], *, today: date) -> Profile:
    """The profile that a row means. Columns that we do not know and empty cells count as not given.

    Args:
        row: cells by our own columns; a number may be a number or a text.
        today: the day of the data, where the row does not say.

    Raises:
        RowRefused: it cannot be meant.
    """
    given = {name: _told(value) for name, value in row.items() if name in COLUMNS}
    values: dict[str, object] = {"as_of": today.isoformat(), **{k: v for k, v in given.items() if v not in (None, "")}}
    if "mrr" in values:
        values["mrr"] = _amount(values["mrr"])
    try:
        profile = Profile.model_validate(values)
    except ValidationError as error:
        fields = (f"{'.'.join(map(str, one['loc']))} {one['msg'].lower()}" for one in error.errors())
        raise RowRefused(", ".join(fields)) from None
    _check_sense(profile, today)
    return profile


def _told(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _amount(told: object) -> float:
    """An amount as people write it: 1234.5, 1,234.50, 1.234,50, $96."""
    if isinstance(told, int | float) and not isinstance(told, bool):
        return float(told)
    text = str(told)
    bare = text.strip("$€£ \u00a0").replace("\u00a0", "").replace(" ", "").replace("'", "")
    if "," in bare and "." in bare:
        thousands = "," if bare.rindex(".") > bare.rindex(",") else "."
        bare = bare.replace(thousands, "")
    elif bare.count(",") == 1 and len(bare.partition(",")[2]) == 3 and len(bare) > 4:
        raise RowRefused(f"mrr '{text}' may mean two amounts; write it with a point and without thousands")
    try:
        return float(bare.replace(",", "."))
    except ValueError:
        raise RowRefused(f"mrr '{text[:40]}' is no amount") from None


def _check_sense(profile: Profile, today: date) -> None:
    if profile.mrr is not None and not 0 <= profile.mrr < 1e12:
        raise RowRefused("mrr lies outside what anybody pays")
    if profile.seats is not None and profile.seats < 0:
        raise RowRefused("seats are below zero")
    if profile.as_of > today:
        raise RowRefused("as_of lies in the future")
