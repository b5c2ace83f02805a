"""The help centre: a page for each article, where each desk's links to it lead."""

from __future__ import annotations

import pytest
import urllib3

from sandbox.inbox.text import readable
from sandbox.running import RunningSandbox
from tests.contracts.staging.registry import ON_SANDBOX
from tests.contracts.staging.sandboxed import Sandboxed

pytestmark = pytest.mark.integration


def page(url: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request("GET", url, timeout=10)


@pytest.mark.parametrize("staging", ON_SANDBOX.values(), ids=ON_SANDBOX)
def test_the_link_of_an_article_leads_to_a_page_that_people_read(
    running_desk: RunningSandbox, staging: type[Sandboxed]
) -> None:
    with staging.on(running_desk) as staged:
        articles = list(staged.desk.articles())
        pages = {article.title: page(article.link) for article in articles}
    assert len(pages) == 14
    for title, answer in pages.items():
        assert answer.status == 200, title
        assert answer.headers["content-type"].startswith("text/html")
        assert f"<h1>{title}</h1>" in answer.data.decode()


def test_the_help_centre_lists_every_article_under_its_section(desk: RunningSandbox) -> None:
    html = page(f"{desk.url}/help").data.decode()
    assert html.count('<li><a href="/help/') == 14
    assert "<h2>Billing</h2>" in html


def test_an_article_that_is_not_there_is_said_to_be_missing(desk: RunningSandbox) -> None:
    answer = page(f"{desk.url}/help/999")
    assert answer.status == 404
    assert "There is no article #999" in answer.data.decode()


def test_what_an_author_hid_stays_hidden_and_what_could_do_harm_is_left_out() -> None:
    markup = (
        '<p style="color:red" onclick="x()">Read <a href="javascript:x()">this</a></p>'
        '<p style="display: none">For ourselves</p><script>x()</script>'
    )
    assert readable(markup) == (
        '<p style="">Read <a rel="noopener noreferrer nofollow">this</a></p><p hidden>For ourselves</p>'
    )
