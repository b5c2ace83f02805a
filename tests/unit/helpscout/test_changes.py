from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from shared.domain.errors import DeskUnavailable
from tests.fakes.helpscout import account_with, conversation, desk_on, listed
from tests.fakes.zendesk import NOW, Reply

LIST = "GET /v2/conversations"


def asked(account) -> list[dict[str, list[str]]]:
    return [request.query for request in account.requests if request.line == LIST]


def test_it_begins_an_hour_ago_with_a_margin_and_asks_for_closed_ones_too():
    account = account_with()
    account.script[LIST] = listed("conversations", conversation())
    page = desk_on(account).changed_since(None)
    assert asked(account) == [
        {
            "status": ["all"],
            "modifiedSince": ["2026-11-23T10:58:00Z"],
            "sortField": ["modifiedAt"],
            "sortOrder": ["desc"],
            "page": ["1"],
        }
    ]
    assert [change.ticket_id for change in page.changes] == ["7"]
    assert page.changes[0].updated_at == datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
    assert not page.more
    assert json.loads(page.mark)["since"] == int(NOW.timestamp())


def test_pages_are_told_one_by_one_and_the_next_time_begins_where_the_first_page_was_asked_for():
    account = account_with()
    account.script[LIST] = [
        listed("conversations", conversation(id=1), pages=2),
        listed("conversations", conversation(id=2), number=2, pages=2),
        listed("conversations"),
    ]
    desk = desk_on(account)
    first = desk.changed_since(None)
    assert first.more
    second = desk.changed_since(first.mark)
    assert not second.more
    desk.changed_since(second.mark)
    assert [one["page"] for one in asked(account)] == [["1"], ["2"], ["1"]]
    assert [one["modifiedSince"] for one in asked(account)] == [
        ["2026-11-23T10:58:00Z"], ["2026-11-23T10:58:00Z"], ["2026-11-23T11:58:00Z"],
    ]  # fmt: skip


def test_the_mark_goes_by_the_desk_s_clock():
    account = account_with()
    late = {"Date": "Mon, 23 Nov 2026 11:50:00 GMT"}
    account.script[LIST] = Reply(body={"page": {"number": 1, "totalPages": 1}}, headers=late)
    assert json.loads(desk_on(account).changed_since(None).mark)["since"] == int(NOW.timestamp()) - 600


@pytest.mark.parametrize(
    "mark", ["", "x", "[]", "{}", '{"since": "x"}', '{"since": 1e99}', '{"since": 1, "page": 0}', '{"since": -1e18}']
)
def test_a_mark_that_cannot_be_read_starts_an_hour_ago(mark: str):
    account = account_with()
    account.script[LIST] = listed("conversations")
    desk_on(account).changed_since(mark)
    assert asked(account)[0]["modifiedSince"] == ["2026-11-23T10:58:00Z"]


def test_an_answer_of_another_shape_moves_no_mark():
    account = account_with()
    account.script[LIST] = Reply(body={"_embedded": {"conversations": [{"id": 1}]}})
    with pytest.raises(DeskUnavailable):
        desk_on(account).changed_since(None)
