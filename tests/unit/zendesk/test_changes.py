from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.errors import DeskRateLimited
from shared.ports.desk import Change
from tests.fakes.zendesk import NOW, Reply, account_with, desk_on

EXPORT = "GET /api/v2/incremental/tickets/cursor"


def row(id: int, minute: int = 0, **more):
    return {"id": id, "status": "open", "updated_at": f"2026-11-23T11:{minute:02}:00Z", **more}


def page(*rows, cursor: str | None = "c1", end: bool = True) -> Reply:
    return Reply(body={"tickets": list(rows), "after_cursor": cursor, "end_of_stream": end})


def asked(account) -> list[dict[str, list[str]]]:
    return [request.query for request in account.requests if request.line == EXPORT]


def test_without_a_mark_the_last_hour_is_read():
    account = account_with()
    account.script[EXPORT] = page(row(7, 5), row(8, 6, status="deleted"))
    read = desk_on(account).changed_since(None)
    assert asked(account) == [{"start_time": [str(int((NOW - timedelta(hours=1)).timestamp()))]}]
    assert read.changes == (
        Change(ticket_id="7", updated_at=datetime(2026, 11, 23, 11, 5, tzinfo=UTC)),
        Change(ticket_id="8", updated_at=datetime(2026, 11, 23, 11, 6, tzinfo=UTC)),
    )
    assert not read.more


def test_pages_follow_each_other_by_their_marks_until_the_end():
    account = account_with()
    account.script[EXPORT] = [page(row(7), cursor="c1", end=False), page(row(8), cursor="c2", end=True)]
    desk = desk_on(account)
    first = desk.changed_since(None)
    second = desk.changed_since(first.mark)
    assert (first.more, second.more) == (True, False)
    assert asked(account)[1] == {"cursor": ["c1"]}
    desk.changed_since(second.mark)
    assert asked(account)[2] == {"cursor": ["c2"]}


def test_an_empty_first_page_without_a_cursor_keeps_the_beginning():
    account = account_with()
    account.script[EXPORT] = page(cursor=None)
    desk = desk_on(account)
    mark = desk.changed_since(None).mark
    desk.changed_since(mark)
    first, second = asked(account)
    assert first == second


def test_a_cursor_that_does_not_move_ends_the_reading():
    account = account_with()
    account.script[EXPORT] = page(row(7), cursor="c1", end=False)
    desk = desk_on(account)
    assert not desk.changed_since(desk.changed_since(None).mark).more


@pytest.mark.parametrize("status", [400, 422])
def test_a_cursor_that_the_desk_no_longer_takes_is_replaced_by_the_time_it_stood_at(status):
    account = account_with()
    seen = int((NOW - timedelta(minutes=20)).timestamp())
    account.script[EXPORT] = [
        page(row(7, generated_timestamp=seen)),
        Reply(status, {"error": "InvalidCursor"}),
        page(row(8)),
    ]
    desk = desk_on(account)
    again = desk.changed_since(desk.changed_since(None).mark)
    assert asked(account)[1:] == [{"cursor": ["c1"]}, {"start_time": [str(seen)]}]
    assert [change.ticket_id for change in again.changes] == ["8"]


def test_a_start_within_the_last_minute_is_never_asked_for():
    account = account_with()
    just_now = int(NOW.timestamp()) - 1
    account.script[EXPORT] = [page(row(7, generated_timestamp=just_now)), Reply(400, {}), page()]
    desk = desk_on(account)
    desk.changed_since(desk.changed_since(None).mark)
    assert int(asked(account)[2]["start_time"][0]) <= NOW.timestamp() - 60


@pytest.mark.parametrize("mark", ["", "nonsense", "{}", '{"since": "x"}', "[]"])
def test_a_mark_that_cannot_be_read_starts_an_hour_ago(mark):
    account = account_with()
    account.script[EXPORT] = page()
    desk_on(account).changed_since(mark)
    assert asked(account) == [{"start_time": [str(int((NOW - timedelta(hours=1)).timestamp()))]}]


def test_the_export_s_own_limit_is_told_with_its_wait():
    account = account_with()
    account.script[EXPORT] = Reply(429, {}, {"Retry-After": "43"})
    with pytest.raises(DeskRateLimited) as limited:
        desk_on(account).changed_since(None)
    assert limited.value.retry_after == 43.0
