"""What changed on the desk: its list of tickets, by when they were last updated.

Oldest first and always the first page, begun anew at the last row: a ticket that is updated while the list is read
moves to its end, so that by page numbers the others would move up and one of them be skipped. Pages are turned only
within one second; a ticket that slips by there, because another was edited in between, is told by the next walk, which
goes back two minutes. The list leaves deleted tickets and spam out; lists of their own tell the newest of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from pydantic import Field, ValidationError

from shared.adapters.desk_wire import Wire
from shared.adapters.freshdesk.api import LISTS, PAGE_SIZE, FreshdeskApi, Id, has_more, rows_of
from shared.domain.record import Instant, Record
from shared.ports.desk import Change, ChangePage

_BEGIN = timedelta(hours=1)
# For rows that the desk's list learns of late, and for clocks that disagree.
_MARGIN = 120
_GONE = ("deleted", "spam")
_REFUSED = frozenset({400, 403})


class _Mark(Record):
    """Where we stand, in epoch seconds of the desk.

    Attributes:
        since: the list is asked for from here on.
        page: the next page from there.
        began: where this walk through the list began.
    """

    since: int
    page: int = Field(default=1, ge=1)
    began: int | None = None


class _Row(Wire):
    id: Id
    updated_at: Instant


def changed_since(api: FreshdeskApi, mark: str | None, now: datetime) -> ChangePage:
    """One page of the list, and the mark behind it; with the last page what was deleted or filed as spam."""
    stand = _stand(mark, now)
    began = stand.since if stand.began is None else stand.began
    query = (("updated_since", _time(stand.since)), ("order_by", "updated_at"), ("order_type", "asc"))
    answer = api.get("/tickets", (*query, ("per_page", PAGE_SIZE), ("page", stand.page)), lane=LISTS)
    rows = rows_of(answer, _Row)
    more = has_more(answer)
    rows += [] if more else _gone(api, began)
    newest = max([stand.since, *(int(row.updated_at.timestamp()) for row in rows)])
    if not more:
        behind = _Mark(since=max(newest - _MARGIN, began))
    elif newest - 1 > stand.since:
        # One second before the last row: whether the desk's "since" includes its second is not said.
        behind = _Mark(since=newest - 1, began=began)
    else:
        behind = stand.model_copy(update={"page": stand.page + 1, "began": began})
    return ChangePage(changes=_told(rows), mark=behind.model_dump_json(), more=more)


def _gone(api: FreshdeskApi, since: int) -> list[_Row]:
    """The newest hundred of the deleted tickets and of the spam; none where the desk does not list them so."""
    found: list[_Row] = []
    for name in _GONE:
        query = (("filter", name), ("order_by", "updated_at"), ("order_type", "desc"), ("per_page", PAGE_SIZE))
        answer = api.get("/tickets", query, expect=_REFUSED, lane=LISTS)
        if answer.status not in _REFUSED:
            found += [row for row in rows_of(answer, _Row) if row.updated_at.timestamp() >= since]
    return found


def _told(rows: Sequence[_Row]) -> tuple[Change, ...]:
    return tuple(Change(ticket_id=row.id, updated_at=row.updated_at) for row in rows)


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _stand(mark: str | None, now: datetime) -> _Mark:
    """A mark that cannot be read starts like none: an hour is read again, nothing breaks."""
    beginning = _Mark(since=int((now - _BEGIN).timestamp()))
    try:
        known = _Mark.model_validate_json(mark) if mark else beginning
        _time(known.since)
    except (ValidationError, ValueError, OverflowError, OSError):
        return beginning
    return known
