"""What draft searches: the published playbook, with the desks' articles beside it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from functions.sync_knowledge.service import RESOLUTIONS, sync_knowledge
from shared.domain.errors import DeskUnavailable, StoredItemCorrupt
from shared.ports.desk import Article
from shared.ports.knowledge import IndexedArticles
from tests.fakes.delivery import InMemoryArchive
from tests.fakes.desk import InMemoryDesk
from tests.unit.functions.world import EXPORT

ARTICLE = Article(
    id="1", title="Exporting", body="Open the board.", language="en", link="https://help.example/1",
    updated_at=datetime(2026, 11, 1, tzinfo=UTC),
)  # fmt: skip


class ListedIndex:
    """An index that remembers what it was built from."""

    def __init__(self) -> None:
        self.built: list[tuple[str, ...]] = []

    def rebuild(self, resolutions) -> str:
        self.built.append(tuple(one.id for one in resolutions))
        return f"sha-{len(self.built)}"


class ListedArticles:
    """An index of articles that remembers what it was built from."""

    def __init__(self) -> None:
        self.built: list[tuple[str, ...]] = []

    def rebuild_articles(self, articles) -> IndexedArticles:
        self.built.append(tuple(one.id for one in articles))
        return IndexedArticles(sha=f"articles-{len(self.built)}", articles=len(self.built[-1]), changed=1, removed=0)


def published(*resolutions) -> InMemoryArchive:
    archive = InMemoryArchive()
    content = json.dumps([one.model_dump(mode="json") for one in resolutions]).encode()
    archive.put(RESOLUTIONS, content, "application/json")
    return archive


def test_the_playbook_becomes_the_index_and_the_articles_lie_beside_it():
    archive, index = published(EXPORT), ListedIndex()
    synced = sync_knowledge(
        desks=[InMemoryDesk(articles=[ARTICLE])], archive=archive, index=index, articles=ListedArticles()
    )

    assert (synced.resolutions, synced.articles, synced.index) == (1, 1, "sha-1")
    assert index.built == [("export-csv",)]
    (kept,) = json.loads(archive.files["knowledge/articles-zendesk.json"][0])
    assert kept["title"] == "Exporting"


def test_syncing_again_gives_the_same_files():
    archive = published(EXPORT)
    for _ in range(2):
        sync_knowledge(
            desks=[InMemoryDesk(articles=[ARTICLE])], archive=archive, index=ListedIndex(), articles=ListedArticles()
        )

    assert sorted(archive.files) == ["knowledge/articles-zendesk.json", RESOLUTIONS]


def test_without_a_published_playbook_it_says_what_to_do():
    index = ListedIndex()
    with pytest.raises(StoredItemCorrupt, match="publish the playbook first"):
        sync_knowledge(desks=[], archive=InMemoryArchive(), index=index, articles=ListedArticles())
    assert index.built == []


@pytest.mark.parametrize("content", [b"", b"not json", b'[{"id": "x"}]', b"{}"])
def test_a_playbook_that_cannot_be_read_replaces_nothing(content):
    archive, index = InMemoryArchive(), ListedIndex()
    archive.put(RESOLUTIONS, content, "application/json")

    with pytest.raises(StoredItemCorrupt, match="does not hold resolutions"):
        sync_knowledge(desks=[], archive=archive, index=index, articles=ListedArticles())
    assert index.built == []


def test_a_desk_that_is_down_keeps_no_answer_from_the_index():
    index, desk = ListedIndex(), InMemoryDesk()
    desk.fail_next(DeskUnavailable("away"))

    with pytest.raises(DeskUnavailable):
        sync_knowledge(desks=[desk], archive=published(EXPORT), index=index, articles=ListedArticles())
    assert index.built == [("export-csv",)]
