from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.domain.errors import DeskAccessLost
from tests.fakes.helpscout import account_with, desk_on
from tests.fakes.zendesk import Reply

COLLECTIONS, LISTED = "GET /v1/collections", "GET /v1/collections/c1/articles"


def page(name: str, *items: dict[str, Any], pages: int = 1) -> Reply:
    return Reply(body={name: {"page": 1, "pages": pages, "count": len(items), "items": list(items)}})


def article(id: str, **more: Any) -> Reply:
    told = {
        "id": id,
        "name": "Refunds",
        "text": "<p>Within <b>14</b> days.</p><script>x()</script>",
        "status": "published",
        "publicUrl": f"https://acme.helpscoutdocs.com/article/{id}",
        "createdAt": "2026-09-01T08:00:00Z",
        "updatedAt": "2026-10-01T08:00:00Z",
        **more,
    }
    return Reply(body={"article": told})


def test_published_articles_of_public_collections_are_plain_text():
    account = account_with()
    account.script |= {
        COLLECTIONS: page("collections", {"id": "c1", "visibility": "public"}, {"id": "c2", "visibility": "private"}),
        LISTED: [page("articles", {"id": "a1"}, pages=2), page("articles", {"id": "a2"}, pages=2)],
        "GET /v1/articles/a1": article("a1"),
        "GET /v1/articles/a2": article("a2", status="notpublished"),
    }
    [told] = desk_on(account).articles()
    assert (told.id, told.title, told.body, told.language) == ("a1", "Refunds", "Within 14 days.", "en")
    assert told.updated_at == datetime(2026, 10, 1, 8, tzinfo=UTC)
    key = base64.b64encode(b"docs-key:X").decode()
    assert {request.headers["Authorization"] for request in account.requests} == {f"Basic {key}"}


def test_headings_divide_an_article_and_what_is_hidden_is_none_of_it():
    account = account_with()
    account.script |= {
        COLLECTIONS: page("collections", {"id": "c1"}),
        LISTED: page("articles", {"id": "a1"}),
        "GET /v1/articles/a1": article("a1", text="<h2>By card</h2><p>Within 14 days.</p><p hidden>Ask for more.</p>"),
    }
    assert [one.body for one in desk_on(account).articles()] == ["## By card\n\nWithin 14 days."]


def test_an_article_that_never_changed_is_as_old_as_it_is():
    account = account_with()
    account.script |= {
        COLLECTIONS: page("collections", {"id": "c1"}),
        LISTED: page("articles", {"id": "a1"}),
        "GET /v1/articles/a1": article("a1", updatedAt=None),
    }
    [told] = desk_on(account).articles()
    assert told.updated_at == datetime(2026, 9, 1, 8, tzinfo=UTC)


def test_a_key_that_no_longer_holds_is_access_lost():
    account = account_with()
    account.script[COLLECTIONS] = Reply(401, {"error": "Invalid API key"})
    with pytest.raises(DeskAccessLost, match="Docs API key"):
        list(desk_on(account).articles())
