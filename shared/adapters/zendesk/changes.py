"""What changed on the desk: Zendesk's incremental export, by cursor.

The time-based form of the export can turn in circles when one second fills a page, and a start at "now" loses what
changed in between; so the mark is a cursor, with the time it stands at in case the desk no longer takes it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import Field, ValidationError

from shared.adapters.desk_http import Answer
from shared.adapters.zendesk.oauth import EXPORT, EXPORTS, ZendeskApi
from shared.adapters.zendesk.paging import Wire
from shared.domain.record import Instant, Record
from shared.ports.desk import Change, ChangePage

_PATH = "/api/v2/incremental/tickets/cursor"
_BEGIN = timedelta(hours=1)
# The export leaves out the last minute, and refuses a start within it.
_LAG = timedelta(seconds=120)
_CURSOR_REFUSED = frozenset({400, 422})


class _Mark(Record):
    """Where we stand: behind a cursor, or at a time in epoch seconds while the desk has given no cursor yet."""

    since: int
    cursor: str | None = None


class _Row(Wire):
    id: str
    updated_at: Instant
    generated_timestamp: int | None = None


class _Export(Wire):
    tickets: list[_Row] = Field(default_factory=list)
    after_cursor: str | None = None
    end_of_stream: bool = True


def changed_since(api: ZendeskApi, mark: str | None, now: datetime) -> ChangePage:
    """One page of the export, deleted tickets included, and the mark behind it."""
    stand = _stand(mark, now)
    if stand.cursor:
        answer = api.get(_PATH, [("cursor", stand.cursor)], expect=_CURSOR_REFUSED, lane=EXPORTS, needs=EXPORT)
        if answer.status not in _CURSOR_REFUSED:
            return _page(answer, stand)
    start = min(stand.since, int((now - _LAG).timestamp()))
    answer = api.get(_PATH, [("start_time", start)], lane=EXPORTS, needs=EXPORT)
    return _page(answer, stand.model_copy(update={"cursor": None}))


def _stand(mark: str | None, now: datetime) -> _Mark:
    """A mark that cannot be read starts like none: an hour is read again, nothing breaks."""
    beginning = _Mark(since=int((now - _BEGIN).timestamp()))
    try:
        return _Mark.model_validate_json(mark) if mark else beginning
    except ValidationError:
        return beginning


def _page(answer: Answer, stand: _Mark) -> ChangePage:
    export = answer.read(_Export)
    generated = [row.generated_timestamp for row in export.tickets if row.generated_timestamp is not None]
    cursor = export.after_cursor or stand.cursor
    return ChangePage(
        changes=tuple(Change(ticket_id=row.id, updated_at=row.updated_at) for row in export.tickets),
        mark=_Mark(since=max([stand.since, *generated]), cursor=cursor).model_dump_json(),
        # A cursor that stays where it is would be asked for ever.
        more=not export.end_of_stream and cursor != stand.cursor,
    )
