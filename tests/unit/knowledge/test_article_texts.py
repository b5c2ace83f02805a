"""The texts of articles: as the last sync left them, read once in a while."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from shared.adapters.search.article_texts import StoredArticleTexts, path_of
from shared.domain.errors import StoredItemCorrupt
from tests.fakes.delivery import InMemoryArchive
from tests.unit.knowledge.conftest import START, Minutes
from tests.unit.knowledge.test_search import REFUND


def synced(archive: InMemoryArchive, *articles) -> None:
    content = json.dumps([one.model_dump(mode="json") for one in articles])
    archive.put(path_of("zendesk"), content.encode(), "application/json")


@pytest.fixture
def archive():
    return InMemoryArchive()


def test_the_articles_asked_for_come_with_text_and_link(archive):
    synced(archive, REFUND)
    texts = StoredArticleTexts(archive, clock=lambda: START)
    (one,) = texts.texts_of(["zendesk/refund", "zendesk/404", "nodesk/refund"])
    assert (one.id, one.text, one.link, one.approved) == ("zendesk/refund", REFUND.body, REFUND.link, False)


def test_a_new_sync_counts_after_ten_minutes(archive):
    clock = Minutes()
    texts = StoredArticleTexts(archive, clock=clock)
    assert texts.texts_of(["zendesk/refund"]) == []
    synced(archive, REFUND)
    clock.now += timedelta(minutes=9)
    assert texts.texts_of(["zendesk/refund"]) == []
    clock.now += timedelta(minutes=1)
    assert [one.id for one in texts.texts_of(["zendesk/refund"])] == ["zendesk/refund"]


@pytest.mark.parametrize("content", [b"", b"no", b"{}", b'[{"id": 1}]'])
def test_what_are_no_articles_is_said_to_be_corrupt(archive, content):
    archive.put(path_of("zendesk"), content, "application/json")
    texts = StoredArticleTexts(archive, clock=lambda: START)
    if content:
        with pytest.raises(StoredItemCorrupt):
            texts.texts_of(["zendesk/refund"])
    else:
        assert texts.texts_of(["zendesk/refund"]) == []
