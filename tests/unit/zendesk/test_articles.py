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


def translation(locale: str, **more):
    told = article(1, locale=locale, title=f"In {locale}", html_url=f"https://acme.example/hc/{locale}/1")
    return {name: told[name] for name in ("title", "body", "locale", "html_url", "draft", "updated_at")} | more


def test_an_article_is_told_in_each_language_that_is_published_and_not_outdated():
    account = account_with()
    told = [
        translation("en-us", title="Refunds"),
        translation("de"),
        translation("fr", draft=True),
        translation("pt-br"),
        translation("es", outdated=True),
    ]
    account.script[ARTICLES] = Reply(body={"articles": [article(1, translations=told)]})
    found = list(desk_on(account).articles())
    assert [(one.id, one.language, one.title) for one in found] == [
        ("1", "en", "Refunds"),
        ("1-de", "de", "In de"),
        ("1-pt-br", "pt", "In pt-br"),
    ]
    assert found[1].link == "https://acme.example/hc/de/1"
    assert account.requests[-1].query["include"] == ["translations"]


def test_an_article_for_several_groups_of_users_is_left_out():
    account = account_with()
    account.script[ARTICLES] = Reply(body={"articles": [article(1, user_segment_ids=[7, 8])]})
    assert list(desk_on(account).articles()) == []


def test_headings_divide_an_article_and_what_is_hidden_is_none_of_it():
    account = account_with()
    body = "<h2>By card</h2><p>Within 14 days.</p><p hidden>Ask for more.</p>"
    account.script[ARTICLES] = Reply(body={"articles": [article(1, body=body)]})
    assert [one.body for one in desk_on(account).articles()] == ["## By card\n\nWithin 14 days."]
