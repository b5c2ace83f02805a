"""What changed on the desk: its tickets by when they were last updated, which is how everything here is found."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from shared.adapters.desk_marks import PageMark
from shared.adapters.desk_wire import Wire
from shared.adapters.requesttracker.api import PER_PAGE, Api, Page
from shared.domain.record import Instant
from shared.ports.desk import Change, ChangePage


class _Row(Wire):
    id: str
    updated: Instant = Field(alias="LastUpdated")


class _Rows(Page):
    items: list[_Row] = Field(default_factory=list)


def changed_since(api: Api, mark: str | None, now: datetime) -> ChangePage:
    """One page of tickets and the mark behind it. Deleted ones are not in it.

    The desk reads times in the time zone of the user who asks: the set-up sees to it that ours is UTC.
    """
    stand = PageMark.read(mark, now)
    query = (
        ("query", f"LastUpdated >= '{stand.asked_from():%Y-%m-%d %H:%M:%S}'"),
        ("fields", "LastUpdated"),
        ("orderby", "LastUpdated"),
        ("order", "DESC"),
        ("per_page", PER_PAGE),
        ("page", stand.page),
    )
    answer = api.get("/tickets", query)
    told = answer.read(_Rows)
    # Where the desk does not tell how many pages there are, an empty one ends it.
    more = bool(told.items) if told.pages is None else stand.page < told.pages
    return ChangePage(
        changes=tuple(Change(ticket_id=row.id, updated_at=row.updated) for row in told.items),
        mark=stand.behind(more=more, now=now + answer.offset).model_dump_json(),
        more=more,
    )
