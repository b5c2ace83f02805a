"""Polling: no row is skipped, however the list moves while it is read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.domain.errors import DeskUnavailable
from tests.fakes.freshdesk import LIST, ScriptedFreshdesk, desk_on, listed
from tests.fakes.zendesk import NOW, Reply, Request

HOUR_AGO = int(NOW.timestamp()) - 3600


def row(id: int, seconds: int) -> dict[str, Any]:
    from datetime import UTC, datetime

    told = datetime.fromtimestamp(HOUR_AGO + seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"id": id, "updated_at": told, "status": 2}


def account(*pages: Reply, deleted: Reply | None = None, spam: Reply | None = None) -> ScriptedFreshdesk:
    left = list(pages)
    scripted = ScriptedFreshdesk()

    def answer(sent: Request) -> Reply:
        if "filter" in sent.query:
            gone = {"deleted": deleted, "spam": spam}[sent.query["filter"][0]]
            return gone or listed()
        return left.pop(0) if len(left) > 1 else left[0]

    scripted.script[LIST] = answer
    return scripted


def asked(scripted: ScriptedFreshdesk) -> list[tuple[str, str]]:
    return [(one.query["updated_since"][0], one.query["page"][0]) for one in scripted.requests if "page" in one.query]


def test_it_begins_an_hour_ago_oldest_first():
    scripted = account(listed(row(7, 100)))
    page = desk_on(scripted).changed_since(None)
    assert scripted.requests[0].query == {
        "updated_since": ["2026-11-23T11:00:00Z"],
        "order_by": ["updated_at"],
        "order_type": ["asc"],
        "per_page": ["100"],
        "page": ["1"],
    }
    assert [one.ticket_id for one in page.changes] == ["7"]
    assert not page.more


def test_the_next_walk_begins_two_minutes_before_the_newest_row():
    scripted = account(listed(row(7, 1000)))
    page = desk_on(scripted).changed_since(None)
    assert json.loads(page.mark)["since"] == HOUR_AGO + 1000 - 120


def test_on_a_quiet_desk_the_mark_stays():
    scripted = account(listed())
    first = desk_on(scripted).changed_since(None)
    assert json.loads(desk_on(scripted).changed_since(first.mark).mark) == json.loads(first.mark)


def test_a_further_page_begins_at_the_last_row_and_not_at_a_number():
    scripted = account(listed(row(1, 10), row(2, 500), more=True), listed(row(3, 900)))
    desk = desk_on(scripted)
    first = desk.changed_since(None)
    assert first.more
    last = desk.changed_since(first.mark)
    assert not last.more
    assert asked(scripted) == [("2026-11-23T11:00:00Z", "1"), ("2026-11-23T11:08:19Z", "1")]


def test_where_one_second_fills_a_page_pages_are_turned():
    scripted = account(listed(row(1, 0), more=True), listed(row(2, 1), more=True), listed(row(3, 900)))
    desk, mark = desk_on(scripted), None
    for _ in range(3):
        mark = desk.changed_since(mark).mark
    assert [page for _, page in asked(scripted)] == ["1", "2", "3"]


def test_lists_count_against_their_own_limit():
    lanes = []

    class Counting:
        def take(self, units: int, lane: str = "") -> None:
            lanes.append((units, lane))

    desk_on(account(listed()), budget=Counting()).changed_since(None)
    assert lanes == [(1, "lists")] * 3


def test_with_the_last_page_comes_what_was_deleted_or_filed_as_spam():
    scripted = account(listed(row(1, 10)), deleted=listed(row(8, 20), row(9, -5000)), spam=listed(row(10, 30)))
    assert {one.ticket_id for one in desk_on(scripted).changed_since(None).changes} == {"1", "8", "10"}


def test_a_desk_that_does_not_list_deleted_tickets_so_is_polled_all_the_same():
    scripted = account(listed(row(1, 10)), deleted=Reply(400), spam=Reply(403))
    assert [one.ticket_id for one in desk_on(scripted).changed_since(None).changes] == ["1"]


@pytest.mark.parametrize(
    "mark", ["", "x", "[]", "{}", '{"since": "x"}', '{"since": 1e99}', '{"since": 1, "page": 0}', '{"since": -1e18}']
)
def test_a_mark_that_cannot_be_read_starts_an_hour_ago(mark: str):
    scripted = account(listed())
    desk_on(scripted).changed_since(mark)
    assert asked(scripted)[0][0] == "2026-11-23T11:00:00Z"


def test_an_answer_of_another_shape_moves_no_mark():
    with pytest.raises(DeskUnavailable):
        desk_on(account(listed({"id": 1}))).changed_since(None)


@given(
    times=st.lists(st.integers(0, 40), min_size=1, max_size=40),
    edits=st.lists(st.tuples(st.integers(0, 39), st.booleans()), max_size=12),
    inclusive=st.booleans(),
)
@example(times=[0] * 6, edits=[(0, False)], inclusive=False)
def test_no_ticket_is_missed_while_others_move_to_the_end(
    times: list[int], edits: list[tuple[int, bool]], inclusive: bool
):
    """A desk of five rows a page on which a ticket is edited between any two requests."""
    tickets = {id: HOUR_AGO + seconds for id, seconds in enumerate(times)}
    left, clock = list(edits), HOUR_AGO + 41

    def answer(sent: Request) -> Reply:
        nonlocal clock
        if "filter" in sent.query:
            return listed()
        from datetime import datetime

        since = datetime.fromisoformat(sent.query["updated_since"][0]).timestamp()
        wanted = [(at, id) for id, at in tickets.items() if at >= since + (0 if inclusive else 1)]
        page = int(sent.query["page"][0])
        rows = [row(id, at - HOUR_AGO) for at, id in sorted(wanted)][(page - 1) * 5 : page * 5]
        if left:
            id, moves = left.pop()
            clock += moves
            if id in tickets:
                tickets[id] = clock
        return listed(*rows, more=len(wanted) > page * 5)

    scripted = ScriptedFreshdesk()
    scripted.script[LIST] = answer
    desk, mark, found = desk_on(scripted), json.dumps({"since": HOUR_AGO - 1}), set()
    # The walk, and the one of the next poll: of more than a page in one second one may slip by an edit in between.
    for _ in ("this poll", "the next"):
        for _ in range(200):
            page = desk.changed_since(mark)
            found |= {int(one.ticket_id) for one in page.changes}
            mark = page.mark
            if not page.more:
                break
        else:
            raise AssertionError("the pages do not end")
    assert found == set(tickets)
