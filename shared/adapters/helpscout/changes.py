"""What changed on the desk: its list of conversations, by when they were last modified.

Newest first, because the list moves while it is read: what is modified meanwhile jumps to the front and pushes the
others back, so that a later page tells some of them twice and none not at all. What jumped is newer than our start,
and found the next time. The desk does not tell when each was modified, so the mark is a time of our own asking.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import Field, ValidationError

from shared.adapters.helpscout.api import Hal, HelpScoutApi, Paged
from shared.adapters.helpscout.conversation import Dated
from shared.domain.record import Record
from shared.ports.desk import Change, ChangePage

_BEGIN = timedelta(hours=1)
# For changes that the desk's search learns of late, and for clocks that disagree.
_MARGIN = timedelta(minutes=2)


class _Mark(Record):
    """Where we stand, in epoch seconds of the desk.

    Attributes:
        page: the next page of what changed since `since`.
        until: when the first page was asked for: `since` of the next time.
    """

    since: int
    page: int = Field(default=1, ge=1)
    until: int | None = None


class _Rows(Hal):
    conversations: list[Dated] = Field(default_factory=list)


class _RowsPage(Paged):
    embedded: _Rows = Field(default_factory=_Rows, alias="_embedded")


def changed_since(api: HelpScoutApi, mark: str | None, now: datetime) -> ChangePage:
    """One page of the list, closed conversations included, and the mark behind it. Deleted ones are not in it."""
    stand = _stand(mark, now)
    since = datetime.fromtimestamp(stand.since, UTC) - _MARGIN
    query = (
        ("status", "all"),
        ("modifiedSince", since.strftime("%Y-%m-%dT%H:%M:%SZ")),
        ("sortField", "modifiedAt"),
        ("sortOrder", "desc"),
        ("page", stand.page),
    )
    answer = api.get("/v2/conversations", query)
    told = answer.read(_RowsPage)
    until = int((now + answer.offset).timestamp()) if stand.until is None else stand.until
    more = stand.page < told.page.total_pages
    behind = _Mark(since=stand.since, page=stand.page + 1, until=until) if more else _Mark(since=until)
    return ChangePage(
        changes=tuple(Change(ticket_id=row.id, updated_at=row.updated_at) for row in told.embedded.conversations),
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
