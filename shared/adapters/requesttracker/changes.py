"""What changed on the desk: its tickets by when they were last updated, which is how everything here is found.

Newest first, because the list moves while it is read: what is updated meanwhile jumps to the front and pushes the
others back, so that a later page tells some of them twice and none not at all. Deleted tickets are in no list.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import Field, ValidationError

from shared.adapters.desk_wire import Wire
from shared.adapters.requesttracker.api import PER_PAGE, Api
from shared.domain.record import Instant, Record
from shared.ports.desk import Change, ChangePage

_BEGIN = timedelta(hours=1)
_MARGIN = timedelta(minutes=2)


class _Mark(Record):
    """Where we stand, in epoch seconds of the desk: at `page` of what changed since `since`, begun at `until`."""

    since: int
    page: int = Field(default=1, ge=1)
    until: int | None = None


class _Row(Wire):
    id: str
    updated: Instant = Field(alias="LastUpdated")


class _Rows(Wire):
    items: list[_Row] = Field(default_factory=list)
    pages: int | None = None


def changed_since(api: Api, mark: str | None, now: datetime) -> ChangePage:
    """One page of tickets and the mark behind it.

    The desk reads times in the time zone of the user who asks: the set-up sees to it that ours is UTC.
    """
    stand = _stand(mark, now)
    since = datetime.fromtimestamp(stand.since, UTC) - _MARGIN
    answer = api.get(
        "/tickets",
        (
            ("query", f"LastUpdated >= '{since:%Y-%m-%d %H:%M:%S}'"),
            ("fields", "LastUpdated"),
            ("orderby", "LastUpdated"),
            ("order", "DESC"),
            ("per_page", PER_PAGE),
            ("page", stand.page),
        ),
    )
    told = answer.read(_Rows)
    until = int((now + answer.offset).timestamp()) if stand.until is None else stand.until
    more = bool(told.items) if told.pages is None else stand.page < told.pages
    behind = _Mark(since=stand.since, page=stand.page + 1, until=until) if more else _Mark(since=until)
    return ChangePage(
        changes=tuple(Change(ticket_id=row.id, updated_at=row.updated) for row in told.items),
        mark=behind.model_dump_json(),
        more=more,
    )


def _stand(mark: str | None, now: datetime) -> _Mark:
    """A mark that cannot be read starts like none: an hour is read again, nothing breaks."""
    beginning = _Mark(since=int((now - _BEGIN).timestamp()))
    try:
        known = _Mark.model_validate_json(mark) if mark else beginning
        datetime.fromtimestamp(known.since, UTC) - _MARGIN
    except (ValidationError, ValueError, OverflowError, OSError):
        return beginning
    return known
