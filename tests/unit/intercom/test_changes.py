from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.adapters.intercom.changes import PER_PAGE
from shared.domain.errors import DeskUnavailable
from tests.fakes.intercom import DELETED, SEARCH, ScriptedIntercom, deleted, desk_on, refused, rows, workspace_with
from tests.fakes.scripted import Reply, Request
from tests.fakes.zendesk import NOW

END = int(NOW.timestamp())


def row(id: int, at: int) -> dict[str, Any]:
    return {"type": "conversation", "id": str(id), "updated_at": at}


def within(sent: Request) -> dict[str, int]:
    return {one["operator"]: int(one["value"]) for one in sent.body["query"]["value"]}


class Desk:
    """A search over rows in an order of its own choosing; told inclusively, as the vendor documents it.

    Args:
        times: `updated_at` by id.
        capped: pages are as large as they are asked for, or smaller.
    """

    def __init__(self, times: dict[int, int], *, size: int = PER_PAGE) -> None:
        self.times = times
        self.size = size
        self.asked = 0

    def __call__(self, sent: Request) -> Reply:
        self.asked += 1
        bounds = within(sent)
        found = [id for id, at in self.times.items() if bounds[">"] <= at <= bounds.get("<", 10**12)]
        found.sort(key=lambda id: (id * 7_919) % 10_007)
        start = int(sent.body["pagination"].get("starting_after", 0))
        size = min(self.size, sent.body["pagination"]["per_page"])
        after = str(start + size) if start + size < len(found) else None
        told = [row(id, self.times[id]) for id in found[start : start + size]]
        return rows(*told, total=len(found), after=after)


def read_all(workspace: ScriptedIntercom, mark: str | None = None) -> tuple[set[str], str, int]:
    desk, found, pages = desk_on(workspace), set(), 0
    while True:
        page = desk.changed_since(mark)
        found |= {one.ticket_id for one in page.changes}
        mark, pages = page.mark, pages + 1
        if not page.more:
            return found, mark, pages
        assert pages < 2_000


def test_it_begins_an_hour_ago_with_a_margin_and_asks_for_everything_up_to_now():
    workspace = workspace_with()
    workspace.script[SEARCH] = rows(row(7, END - 60))
    page = desk_on(workspace).changed_since(None)
    assert within(workspace.requests[0]) == {">": END - 3_600 - 120 - 1}
    assert [(one.ticket_id, one.updated_at) for one in page.changes] == [("7", datetime.fromtimestamp(END - 60, UTC))]
    assert not page.more
    assert json.loads(page.mark)["since"] == END


def test_the_next_time_begins_where_this_one_began_to_ask_less_the_margin():
    workspace = workspace_with()
    desk = desk_on(workspace)
    desk.changed_since(desk.changed_since(None).mark)
    assert [within(one) for one in workspace.requests if one.line == SEARCH][1] == {">": END - 121}


def test_the_mark_goes_by_the_desk_s_clock():
    workspace = workspace_with()
    workspace.script[SEARCH] = Reply(body=rows().body, headers={"Date": "Mon, 23 Nov 2026 11:50:00 GMT"})
    assert json.loads(desk_on(workspace).changed_since(None).mark)["since"] == END - 600


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(END - 3_700, END), max_size=60),
    st.lists(st.integers(0, 40), max_size=3),
    st.integers(2, 9),
)
def test_nothing_is_missed_whatever_the_order_and_however_crowded(spread: list[int], crowds: list[int], size: int):
    """Pages of a few rows, and single seconds with many more than one page holds."""
    times = dict(enumerate(spread + [END - 100 - n for n, many in enumerate(crowds) for _ in range(many)]))
    workspace = workspace_with()
    workspace.script[SEARCH] = Desk(times, size=size)
    found, mark, _ = read_all(workspace)
    assert found == {str(id) for id in times}
    assert json.loads(mark) == {"since": END, "stretch": 0, "began": None, "until": None, "after": None}


def test_what_moves_while_it_is_read_is_found_in_a_later_stretch_or_the_next_time():
    times = {id: END - 3_000 + id for id in range(500)}
    desk = Desk(times)
    workspace = workspace_with()

    def moving(sent: Request) -> Reply:
        answer = desk(sent)
        for id in range(desk.asked % 7, 500, 7):  # people work on, all the time
            times[id] = END - 1
        return answer

    workspace.script[SEARCH] = moving
    found, mark, _ = read_all(workspace)
    again, _, _ = read_all(workspace, mark)
    assert found | again == {str(id) for id in range(500)}


def test_five_thousand_changes_of_an_hour_take_some_forty_requests():
    workspace = workspace_with()
    desk = workspace.script[SEARCH] = Desk({id: END - 3_600 + id * 3_600 // 5_000 for id in range(5_000)})
    found, _, pages = read_all(workspace)
    assert len(found) == 5_000
    assert desk.asked == pages <= 50


def test_a_desk_that_goes_on_changing_faster_than_a_page_comes_to_an_end():
    workspace = workspace_with()

    def flood(sent: Request) -> Reply:
        return rows(*(row(id, END) for id in range(PER_PAGE)), total=1_000)

    workspace.script[SEARCH] = flood
    read_all(workspace, json.dumps({"since": END - 5}))


def test_deleted_conversations_are_told_at_the_end_back_to_where_the_reading_began():
    workspace = workspace_with()
    workspace.script[DELETED] = [
        deleted(("1", END - 5), ("2", END - 3_600), further="https://api.intercom.io/conversations/deleted?page=2"),
        deleted(("3", END - 3_719), ("4", END - 3_721), further="https://api.intercom.io/conversations/deleted?page=3"),
        deleted(("5", END - 9_000), further="https://api.intercom.io/conversations/deleted?page=4"),
    ]
    found, _, _ = read_all(workspace)
    assert found == {"1", "2", "3"}
    assert [one.query["page"] for one in workspace.requests if one.line == DELETED] == [["1"], ["2"], ["3"]]


def test_a_desk_that_keeps_no_list_of_them_is_no_error():
    workspace = workspace_with()
    workspace.script |= {SEARCH: rows(row(7, END)), DELETED: refused(400, "intercom_version_invalid")}
    assert read_all(workspace)[0] == {"7"}


@pytest.mark.parametrize(
    "mark",
    ["", "x", "[]", "{}", '{"since": "x"}', '{"since": 1e99}', '{"since": 1, "stretch": -1}', '{"since": -1e18}'],
)
def test_a_mark_that_cannot_be_read_starts_an_hour_ago(mark: str):
    workspace = workspace_with()
    desk_on(workspace).changed_since(mark)
    assert within(workspace.requests[0]) == {">": END - 3_721}


def test_an_answer_of_another_shape_moves_no_mark():
    workspace = workspace_with()
    workspace.script[SEARCH] = Reply(body={"conversations": [{"id": 1}]})
    with pytest.raises(DeskUnavailable):
        desk_on(workspace).changed_since(None)
