"""What changed on the desk: its search for conversations, by when they were last updated, and its list of deleted ones.

The search promises no order, its list moves while it is read, and its `>` means "not before". So each request asks for
a stretch of time whose changes fit on one page, and a shorter one where they do not: nothing depends on the order,
and a row that moves meanwhile moves into a later stretch. Only the changes of one single second are read page by page.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import Field, ValidationError

from shared.adapters.desk_wire import Wire
from shared.adapters.intercom.api import Id, IntercomApi, Paged
from shared.domain.record import Instant, Record
from shared.ports.desk import Change, ChangePage

PER_PAGE = 150
_DELETED_PER_PAGE = 60
# Deleted ones are told newest first; those beyond are noticed at the next look at the ticket.
_DELETED_PAGES = 5
_BEGIN = timedelta(hours=1)
# For changes that the desk's search learns of late, and for clocks that disagree.
_MARGIN = 120
# The desk keeps no deleted conversations for this version of its API.
_NO_SUCH_LIST = frozenset({400, 404})


class _Mark(Record):
    """Where we stand, in epoch seconds of the desk.

    Attributes:
        since: where the next request begins; of a reading that has not begun, where the last one ended.
        stretch: seconds that the next request asks for; 0 for all there is.
        began: where this reading began.
        until: when it did: `since` of the next one.
        after: where to go on within one second that does not fit on a page.
    """

    since: int
    stretch: int = Field(default=0, ge=0)
    began: int | None = None
    until: int | None = None
    after: str | None = None


class _Row(Wire):
    id: Id
    updated_at: Instant


class _Rows(Paged):
    conversations: list[_Row] = Field(default_factory=list)


class _Deleted(Wire):
    id: Id
    deleted_at: Instant


class _DeletedRows(Paged):
    conversations: list[_Deleted] = Field(default_factory=list)


def changed_since(api: IntercomApi, mark: str | None, now: datetime) -> ChangePage:
    """The changes of one stretch of time, and the mark behind it; behind the last stretch the deleted ones as well."""
    stand = _stand(mark, now)
    first = stand.since if stand.began is not None else stand.since - _MARGIN
    answer = api.send("POST", "/conversations/search", _asked(first, stand))
    told = answer.read(_Rows)
    until = int((now + answer.offset).timestamp()) if stand.until is None else stand.until
    began = first if stand.began is None else stand.began
    stand = stand.model_copy(update={"since": first, "began": began, "until": until})
    behind = _behind(stand, told, until)
    if behind is not None and behind.since == stand.since and behind.after is None:
        # Too much for one page: all of it is told again, in smaller stretches.
        return ChangePage(changes=(), mark=behind.model_dump_json(), more=True)
    changes = [Change(ticket_id=row.id, updated_at=row.updated_at) for row in told.conversations]
    if behind is None:
        changes += _deleted(api, datetime.fromtimestamp(began, UTC))
        behind = _Mark(since=until)
    return ChangePage(changes=tuple(changes), mark=behind.model_dump_json(), more=behind.began is not None)


def _asked(first: int, stand: _Mark) -> dict[str, object]:
    """What was updated in a stretch; a second more on either side is told twice, and none is lost."""
    within = [{"field": "updated_at", "operator": ">", "value": str(first - 1)}]
    if stand.stretch:
        within.append({"field": "updated_at", "operator": "<", "value": str(first + stand.stretch)})
    paging: dict[str, object] = {"per_page": PER_PAGE}
    if stand.after:
        paging["starting_after"] = stand.after
    return {"query": {"operator": "AND", "value": within}, "pagination": paging}


def _behind(stand: _Mark, told: _Rows, until: int) -> _Mark | None:
    """Where to go on; None at the end."""
    after = told.further.get("starting_after")
    crowded = bool(after) or told.total_count > len(told.conversations)
    if stand.stretch == 1:
        if after and after != stand.after:
            return stand.model_copy(update={"after": after})
        crowded = False
    if crowded:
        wide = stand.stretch or max(until - stand.since, 2)
        return stand.model_copy(update={"stretch": max(min(_fitting(wide, told.total_count), wide // 2), 1)})
    since = stand.since + stand.stretch
    if not stand.stretch or since > until:
        return None
    wide = max(min(_fitting(stand.stretch, len(told.conversations)), stand.stretch * 2), 1)
    # Without an end where it would reach past now.
    stretch = wide if since + wide <= until else 0
    return stand.model_copy(update={"since": since, "stretch": stretch, "after": None})


def _fitting(stretch: int, found: int) -> int:
    """Seconds in which changes as dense as these fill most of a page."""
    return stretch * PER_PAGE * 4 // (max(found, 1) * 5)


def _deleted(api: IntercomApi, since: datetime) -> list[Change]:
    """What was deleted since, newest first."""
    found: list[Change] = []
    for number in range(1, _DELETED_PAGES + 1):
        query = (("page", number), ("per_page", _DELETED_PER_PAGE), ("order", "desc"))
        answer = api.get("/conversations/deleted", query, expect=_NO_SUCH_LIST)
        if answer.status in _NO_SUCH_LIST:
            break
        told = answer.read(_DeletedRows)
        newer = [row for row in told.conversations if row.deleted_at >= since]
        found += [Change(ticket_id=row.id, updated_at=row.deleted_at) for row in newer]
        if not newer or not told.further:
            break
    return found


def _stand(mark: str | None, now: datetime) -> _Mark:
    """A mark that cannot be read starts like none: an hour is read again, nothing breaks."""
    beginning = _Mark(since=int((now - _BEGIN).timestamp()))
    try:
        known = _Mark.model_validate_json(mark) if mark else beginning
        datetime.fromtimestamp(known.since - _MARGIN, UTC)
    except (ValidationError, ValueError, OverflowError, OSError):
        return beginning
    return known
