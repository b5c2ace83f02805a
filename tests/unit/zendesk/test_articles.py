from __future__ import annotations

from datetime import UTC, datetime

from shared.ports.desk import Article
from tests.fakes.zendesk import Reply, account_with, desk_on

ARTICLES = "GET /api/v2/help_center/articles"


def article(id: int, **more):
    return {
        "id": id,
        "title": "Refunds",
        "body": "<p>Within <b>14</b> days.</p>",
        "locale": "en-us",
        "html_url": f"https://acme.example/hc/{id}",
        "draft": False,
        "user_segment_id": None,
        "updated_at": "2026-10-01T08:00:00Z",
        **more,
    }


def test_articles_of_all_pages_are_told_as_plain_text():
    account = account_with()
    account.script[ARTICLES] = [
        Reply(body={"articles": [article(1)], "meta": {"has_more": True, "after_cursor": "x"}}),
        Reply(body={"articles": [article(2, body=None, locale="DE")], "meta": {"has_more": False}}),
    ]
    first, second = desk_on(account).articles()
    assert first == Article(
        id="1",
        title="Refunds",
        body="Within 14 days.",
        language="en",
        link="https://acme.example/hc/1",
        updated_at=datetime(2026, 10, 1, 8, tzinfo=UTC),
    )
    assert (second.id, second.body, second.language) == ("2", "", "de")


def test_drafts_and_articles_for_some_users_only_are_left_out():
    account = account_with()
    account.script[ARTICLES] = Reply(
        body={"articles": [article(1, draft=True), article(2, user_segment_id=5), article(3)]}
    )
    assert [one.id for one in desk_on(account).articles()] == ["3"]


def test_a_desk_without_a_help_centre_has_no_articles():
    account = account_with()
    account.script[ARTICLES] = Reply(404, {"error": "RecordNotFound"})
    assert list(desk_on(account).articles()) == []
