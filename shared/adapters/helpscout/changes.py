"""What changed on the desk: its list of conversations, by when they were last modified.

The desk does not tell when each was modified in a way that pages could go by, so they go by number, newest first.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from shared.adapters.desk_marks import PageMark
from shared.adapters.helpscout.api import Hal, HelpScoutApi, Paged
from shared.adapters.helpscout.conversation import Dated
from shared.ports.desk import Change, ChangePage


class _Rows(Hal):
    conversations: list[Dated] = Field(default_factory=list)


class _RowsPage(Paged):
    embedded: _Rows = Field(default_factory=_Rows, alias="_embedded")


def changed_since(api: HelpScoutApi, mark: str | None, now: datetime) -> ChangePage:
    """One page of the list, closed conversations included, and the mark behind it. Deleted ones are not in it."""
    stand = PageMark.read(mark, now)
    query = (
        ("status", "all"),
        ("modifiedSince", stand.asked_from().strftime("%Y-%m-%dT%H:%M:%SZ")),
        ("sortField", "modifiedAt"),
        ("sortOrder", "desc"),
        ("page", stand.page),
    )
    answer = api.get("/v2/conversations", query)
    told = answer.read(_RowsPage)
    more = stand.page < told.page.total_pages
    return ChangePage(
        changes=tuple(Change(ticket_id=row.id, updated_at=row.updated_at) for row in told.embedded.conversations),
        mark=stand.behind(more=more, now=now + answer.offset).model_dump_json(),
        more=more,
    )
