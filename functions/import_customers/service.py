"""Taking in what another system knows of customers: each row by itself, the bad ones kept apart with their reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from shared.domain.customer_row import RowRefused, column, read_row
from shared.domain.customers import Profile, RowAside
from shared.domain.delivery import MAX_BODY_BYTES
from shared.domain.errors import BodyTooLarge, UnreadableEvent
from shared.domain.record import Record
from shared.domain.signed_import import verify
from shared.ports.customers import CustomerBook, RowsAside

_FORM = 'send {"customers": [{"email": ...}, ...]} as JSON in UTF-8'
_TOLD = 100
_LONGEST_ROW = 20_000  # characters that are kept of a bad row


class LeftOut(Record):
    """A row that was not taken: its place in the list, from 1, and why."""

    row: int
    reason: str


class Imported(Record):
    """What became of a list.

    Attributes:
        replaced: rows that a later one of the same address replaced.
        left_out: how many rows were not taken; `reasons` tells the first hundred.
    """

    imported: int
    replaced: int
    left_out: int
    reasons: tuple[LeftOut, ...]


def import_customers(
    headers: Mapping[str, str],
    body: bytes,
    *,
    secrets: tuple[str, ...],
    time_zone: str,
    book: CustomerBook,
    aside: RowsAside,
    now: datetime,
) -> Imported:
    """Store the sound rows of a signed list and keep the others apart. Safe to send again.

    Args:
        headers: names in lower case.
        secrets: those that are valid now.
        time_zone: the company's: by its day a row without a date of its own is dated.

    Raises:
        SignatureRefused: it does not prove where it comes from.
        BodyTooLarge: genuine, and too large: send it in parts.
        UnreadableEvent: genuine, and no list of customers; nothing was taken.
        StoreUnavailable: some of it may have been taken; send it again.
    """
    delivery = verify(headers, body, secrets, now)
    if len(body) > MAX_BODY_BYTES:
        raise BodyTooLarge(f"{len(body)} bytes are more than {MAX_BODY_BYTES}; send the list in parts")
    rows = _rows(body)
    today = now.astimezone(ZoneInfo(time_zone)).date()
    good, bad = _read(rows, today=today, delivery=delivery, now=now)
    # What is bad first: a sender who does not hear of us sends again, and the same rows have the same place.
    aside.keep(bad)
    book.put_profiles(good.values())
    told = tuple(LeftOut(row=one.place, reason=one.reason) for one in bad[:_TOLD])
    replaced = len(rows) - len(bad) - len(good)
    return Imported(imported=len(good), replaced=replaced, left_out=len(bad), reasons=told)


def _rows(body: bytes) -> list[object]:
    try:
        told = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise UnreadableEvent(f"the body is no JSON; {_FORM}") from None
    rows = told.get("customers") if isinstance(told, dict) else told
    if not isinstance(rows, list):
        raise UnreadableEvent(f"the body holds no list of customers; {_FORM}")
    return rows


def _read(
    rows: list[object], *, today: date, delivery: str, now: datetime
) -> tuple[dict[str, Profile], list[RowAside]]:
    """The sound ones by address, the last of each, and those that are not."""
    good: dict[str, Profile] = {}
    bad: list[RowAside] = []
    for place, row in enumerate(rows, 1):
        try:
            if not isinstance(row, dict):
                raise RowRefused("is no object with names and values")
            profile = read_row({column(name): value for name, value in row.items()}, today=today)
        except RowRefused as refused:
            text = json.dumps(row, ensure_ascii=False)[:_LONGEST_ROW]
            bad.append(RowAside(delivery=delivery, place=place, reason=str(refused), row=text, at=now))
        else:
            good[profile.email] = profile
    return good, bad
