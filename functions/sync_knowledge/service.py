"""Bringing the approved answers and the help centre's articles into the index that draft searches."""

from __future__ import annotations

import json
from collections.abc import Iterable

from pydantic import TypeAdapter, ValidationError

from shared.domain.errors import StoredItemCorrupt
from shared.domain.record import Record
from shared.domain.resolution import Resolution
from shared.ports.delivery import Archive
from shared.ports.desk import Article, HelpDesk
from shared.ports.knowledge import ArticleIndex, KnowledgeIndex

RESOLUTIONS = "knowledge/resolutions.json"
_RESOLUTIONS = TypeAdapter(tuple[Resolution, ...])


class Synced(Record):
    """What is searchable now."""

    resolutions: int
    articles: int
    index: str
    article_index: str
    articles_changed: int
    articles_removed: int


def published_resolutions(archive: Archive) -> tuple[Resolution, ...]:
    """The approved answers as they were published last.

    Raises:
        StoredItemCorrupt: no playbook was published, or it cannot be read.
    """
    stored = archive.get(RESOLUTIONS)
    if stored is None:
        raise StoredItemCorrupt(f"{RESOLUTIONS} is not there; publish the playbook first")
    try:
        return _RESOLUTIONS.validate_json(stored)
    except ValidationError as error:
        raise StoredItemCorrupt(f"{RESOLUTIONS} does not hold resolutions: {error.error_count()} errors") from error


def sync_knowledge(
    *, desks: Iterable[HelpDesk], archive: Archive, index: KnowledgeIndex, articles: ArticleIndex
) -> Synced:
    """Rebuild both indexes: of the published playbook, and of every desk's articles.

    All desks are read before an index is replaced: one that is down leaves what was known of its articles standing.

    Raises:
        StoredItemCorrupt: no playbook was published, or it cannot be read.
    """
    resolutions = published_resolutions(archive)
    sha = index.rebuild(resolutions)
    found: list[Article] = []
    for desk in desks:
        told = list(desk.articles())
        content = json.dumps([one.model_dump(mode="json") for one in told], ensure_ascii=False, sort_keys=True).encode()
        archive.put(f"knowledge/articles-{desk.name}.json", content, "application/json")
        found += [one.model_copy(update={"id": f"{desk.name}/{one.id}"}) for one in told]
    indexed = articles.rebuild_articles(found)
    return Synced(
        resolutions=len(resolutions),
        articles=len(found),
        index=sha,
        article_index=indexed.sha,
        articles_changed=indexed.changed,
        articles_removed=indexed.removed,
    )
