from __future__ import annotations

import pytest

from shared.adapters.intercom.api import error_code, wait_told
from shared.adapters.intercom.desk import IntercomDesk
from shared.domain.errors import DeskAccessLost, DeskRateLimited, DeskUnavailable
from shared.domain.note import marker
from tests.fakes.intercom import GROUPS, OWN, READ, SECRET, admin, desk_on, part, refused, user, workspace_with
from tests.fakes.scripted import Reply

DATE = "Mon, 23 Nov 2026 12:00:00 GMT"
EPOCH = 1_795_435_200


def limited(**headers: str) -> Reply:
    body = refused(429, "rate_limit_exceeded").body
    return Reply(429, body, {name.replace("_", "-"): value for name, value in headers.items()})


def test_a_busy_desk_is_waited_for_until_its_window_ends_by_its_own_clock():
    workspace = workspace_with()
    workspace.script[READ] = limited(Date=DATE, X_RateLimit_Reset=str(EPOCH + 7))
    with pytest.raises(DeskRateLimited, match="rate_limit_exceeded") as told:
        desk_on(workspace).fetch("7")
    assert told.value.retry_after == 7.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-reset": str(EPOCH + 3), "date": DATE}, 3.0),
        ({"x-ratelimit-reset": str(EPOCH - 3), "date": DATE}, 1.0),
        ({"x-ratelimit-reset": str(EPOCH + 3)}, None),
        ({"x-ratelimit-reset": "soon", "date": DATE}, None),
        ({"x-ratelimit-reset": "9" * 400, "date": DATE}, None),
        ({"date": DATE}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: float | None):
    assert wait_told(headers) == seconds


def test_where_the_desk_names_no_window_a_retry_after_counts():
    workspace = workspace_with()
    workspace.script[READ] = limited(Date=DATE, Retry_After="9")
    with pytest.raises(DeskRateLimited) as told:
        desk_on(workspace).fetch("7")
    assert told.value.retry_after == 9.0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"errors": [{"code": "unauthorized", "message": "zanzibar"}]}, "unauthorized"),
        ({"errors": [{"code": "b"}, {"code": "a"}]}, "a, b"),
        ({"errors": [{"code": "zanzibar is furious"}, {"code": 7}, "x"]}, ""),
        ({"errors": "x"}, ""),
        ([], ""),
        (None, ""),
    ],
)
def test_of_an_error_only_its_code_is_read(body: object, code: str):
    assert error_code(body) == code


def test_a_token_that_was_taken_back_says_what_it_takes():
    workspace = workspace_with()
    workspace.script[READ] = refused(401, "unauthorized")
    with pytest.raises(DeskAccessLost, match=r"unauthorized.*Read conversations") as lost:
        desk_on(workspace).fetch("7")
    assert "s3cret" not in str(lost.value)
    assert lost.value.status == 401


@pytest.mark.parametrize("missing", ["base_url", "access_token", "app_id", "integration_user_id"])
def test_a_secret_that_lacks_something_says_what_and_how_to_mend_it(missing: str):
    secret = {name: value for name, value in SECRET.items() if name != missing}
    with pytest.raises(DeskAccessLost, match=f"lacks or misspells {missing}.*firstline connect intercom") as lost:
        IntercomDesk.connect(secret=secret, groups=GROUPS)
    assert "s3cret" not in str(lost.value)


def test_connecting_calls_nobody():
    IntercomDesk.connect(secret={**SECRET, "base_url": "http://127.0.0.1:9"}, groups=GROUPS).close()


def test_every_request_takes_its_unit_before_it_is_sent():
    class Spent:
        def take(self, units: int, lane: str = "") -> None:
            taken.append((units, lane))
            raise DeskRateLimited("used up", retry_after=5)

    taken: list[tuple[int, str]] = []
    workspace = workspace_with()
    with pytest.raises(DeskRateLimited, match="used up"):
        desk_on(workspace, budget=Spent()).fetch("7")
    assert taken == [(1, "")]
    assert workspace.requests == []


def test_a_note_is_ours_only_if_our_own_seat_left_it():
    note = "Firstline · firstline:note:source-1"
    mark = marker("source-1")
    assert desk_on(workspace_with(part(1, admin(OWN), note, "note"))).has_note("7", mark)
    others = (
        part(1, admin("52"), note, "note"),
        part(2, user(), note),
        part(3, admin(OWN), note),
        part(4, admin(OWN, from_ai_agent=True), note, "note"),
        part(5, admin(OWN), note + "2", "note"),
    )
    assert not desk_on(workspace_with(*others)).has_note("7", mark)


def article(id: int, **more: object) -> dict[str, object]:
    return {
        "type": "article",
        "id": str(id),
        "title": "Refunds",
        "body": "<p>Within <b>14</b> days.</p>",
        "state": "published",
        "url": f"https://help.example/{id}",
        "default_locale": "en",
        "created_at": EPOCH,
        "updated_at": EPOCH,
        **more,
    }


ARTICLES = "GET /articles"


def test_only_articles_that_everybody_may_read_are_told_page_by_page():
    workspace = workspace_with()
    first = [article(1), article(2, state="draft"), article(3, help_center_audience="restricted"), article(4, url=None)]
    workspace.script[ARTICLES] = [
        Reply(body={"data": first, "pages": {"next": {"starting_after": "p2"}}}),
        Reply(body={"data": [article(5)], "pages": {"next": "https://api.intercom.io/articles?per_page=50&page=3"}}),
        Reply(body={"data": [article(6)], "pages": {"next": None}}),
    ]
    told = list(desk_on(workspace).articles())
    assert [(one.id, one.title, one.body, one.language) for one in told] == [
        (id, "Refunds", "Within 14 days.", "en") for id in ("1", "5", "6")
    ]
    assert [one.query for one in workspace.requests] == [
        {"per_page": ["50"]},
        {"per_page": ["50"], "starting_after": ["p2"]},
        {"per_page": ["50"], "page": ["3"]},
    ]


def test_headings_divide_an_article_and_what_is_hidden_is_none_of_it():
    workspace = workspace_with()
    html = '<h2 id="a">By card</h2><p>Within 14 days.</p><p style="visibility:hidden">Ask for more.</p>'
    workspace.script[ARTICLES] = Reply(body={"data": [article(1, body=html)], "pages": {"next": None}})
    assert [one.body for one in desk_on(workspace).articles()] == ["## By card\n\nWithin 14 days."]


def test_every_published_translation_is_an_article_of_its_own():
    german = {"type": "article_content", "title": "Geld", "body": "<p>14 Tage.</p>", "state": "published"}
    translated = {
        "type": "article_translated_content",
        "en": {"title": "the same as above"},
        "de": {**german, "url": "https://help.example/de/1", "updated_at": EPOCH + 1},
        "pt-BR": {**german, "state": "draft", "url": "https://help.example/pt/1"},
        "fr": {"title": ["x"]},
        "it": None,
    }
    workspace = workspace_with()
    workspace.script[ARTICLES] = Reply(body={"data": [article(1, translated_content=translated)]})
    assert [(one.id, one.language, one.body) for one in desk_on(workspace).articles()] == [
        ("1", "en", "Within 14 days."),
        ("1-de", "de", "14 Tage."),
    ]


def test_a_list_that_does_not_end_is_given_up():
    workspace = workspace_with()
    numbers = iter(range(10_000))
    workspace.script[ARTICLES] = lambda sent: Reply(
        body={"data": [], "pages": {"next": {"starting_after": str(next(numbers))}}}
    )
    with pytest.raises(DeskUnavailable, match="400 pages"):
        list(desk_on(workspace).articles())
