"""The help centre: what everybody may read, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.errors import DeskAccessLost, DeskUnavailable
from tests.fakes.freshdesk import ScriptedFreshdesk, desk_on, listed
from tests.fakes.zendesk import Reply

CATEGORIES = "GET /solutions/categories"


def article(id: int, **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "title": f"Article {id}",
        "description": "<p>Within <b>14</b> days.</p>",
        "status": 2,
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-02-01T00:00:00Z",
        **more,
    }


def account(*folders: dict[str, Any], **articles: list[dict[str, Any]]) -> ScriptedFreshdesk:
    scripted = ScriptedFreshdesk()
    scripted.script = {CATEGORIES: listed({"id": 1}), "GET /solutions/categories/1/folders": listed(*folders)}
    for name, rows in articles.items():
        scripted.script[f"GET /solutions/folders/{name.removeprefix('f')}/articles"] = listed(*rows)
    return scripted


def test_published_articles_of_folders_that_all_can_see_are_plain_text():
    scripted = account({"id": 2, "visibility": 1}, {"id": 3, "visibility": 3}, f2=[article(21), article(22, status=1)])
    [told] = desk_on(scripted, language="de").articles()
    assert (told.id, told.title, told.body, told.language) == ("21", "Article 21", "Within 14 days.", "de")
    assert told.link == "https://acme.example/freshdesk/support/solutions/articles/21"
    assert "GET /solutions/folders/3/articles" not in scripted.lines


def test_folders_within_folders_are_read_too():
    scripted = account({"id": 2, "visibility": 1, "sub_folders_count": 1}, f2=[article(21)], f4=[article(41)])
    scripted.script["GET /solutions/folders/2/subfolders"] = listed({"id": 4, "visibility": 1})
    assert [one.id for one in desk_on(scripted).articles()] == ["21", "41"]


def test_folders_that_lie_within_themselves_come_to_an_end():
    folder = {"id": 2, "visibility": 2, "sub_folders_count": 1}
    scripted = account(folder)
    scripted.script["GET /solutions/folders/2/subfolders"] = listed(folder)
    with pytest.raises(DeskUnavailable, match="deep"):
        list(desk_on(scripted).articles())


def test_every_page_of_every_list_is_read():
    scripted = account({"id": 2, "visibility": 1})
    scripted.script["GET /solutions/folders/2/articles"] = [listed(article(21), more=True), listed(article(22))]
    assert [one.id for one in desk_on(scripted).articles()] == ["21", "22"]


def test_an_account_without_a_help_centre_has_none():
    scripted = account()
    scripted.script[CATEGORIES] = Reply(403, {"code": "require_feature", "message": "x"})
    assert list(desk_on(scripted).articles()) == []


def test_a_help_centre_that_may_not_be_read_names_the_permission():
    scripted = account()
    scripted.script[CATEGORIES] = Reply(403, {"code": "access_denied", "message": "x"})
    with pytest.raises(DeskAccessLost, match="view solutions"):
        list(desk_on(scripted).articles())


def test_headings_divide_an_article_and_what_is_hidden_is_none_of_it():
    html = "<h3>By card</h3><p>Within 14 days.</p><div style='display:none'>Ask for more.</div>"
    scripted = account({"id": 2, "visibility": 1}, f2=[article(21, description=html)])
    assert [one.body for one in desk_on(scripted).articles()] == ["## By card\n\nWithin 14 days."]
