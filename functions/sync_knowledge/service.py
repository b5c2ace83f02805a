"""Bringing the approved answers and the help centre's articles into the index that draft searches."""

from __future__ import annotations

import json
from collections.abc import Iterable

from pydantic import TypeAdapter, ValidationError

from shared.domain.errors import FirstlineError, StoredItemCorrupt
from shared.domain.record import Record
from shared.domain.resolution import Resolution
from shared.domain.suspicion import suspicions
from shared.ports.delivery import Archive
from shared.ports.desk import Article, HelpDesk
from shared.ports.knowledge import ArticleIndex, KnowledgeIndex

RESOLUTIONS = "knowledge/resolutions.json"
_RESOLUTIONS = TypeAdapter(tuple[Resolution, ...])
_ARTICLES = TypeAdapter(tuple[Article, ...])


class Synced(Record):
    """What is searchable now.

    Attributes:
        articles_left_out: articles that try to steer software; a person should look at them.
    """

    resolutions: int
    articles: int
    index: str
    article_index: str
    articles_changed: int
    articles_removed: int
    articles_left_out: tuple[str, ...] = ()


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

    A desk that does not answer keeps nobody waiting: of its articles counts what was known of them, everything else
    is brought in, and then its error is raised, so that the schedule tries again and an alarm sees it.

    Raises:
        StoredItemCorrupt: no playbook was published, or it cannot be read.
        FirstlineError: what a desk answered in place of its articles.
    """
    resolutions = published_resolutions(archive)
    sha = index.rebuild(resolutions)
    found: list[Article] = []
    left_out: list[str] = []
    failed: FirstlineError | None = None
    for desk in desks:
        try:
            told = list(desk.articles())
        except FirstlineError as error:
            failed = failed or error
            told = _kept(desk.name, archive)
        steering = {one.id for one in told if suspicions(f"{one.title}\n{one.body}")}
        left_out += [f"{desk.name}/{id}" for id in sorted(steering)]
        honest = [one for one in told if one.id not in steering]
        content = json.dumps([one.model_dump(mode="json") for one in honest], ensure_ascii=False, sort_keys=True)
        archive.put(_path(desk.name), content.encode(), "application/json")
        found += [one.model_copy(update={"id": f"{desk.name}/{one.id}"}) for one in honest]
    indexed = articles.rebuild_articles(found)
    if failed is not None:
        raise failed
    return Synced(
        resolutions=len(resolutions),
        articles=len(found),
        index=sha,
        article_index=indexed.sha,
        articles_changed=indexed.changed,
        articles_removed=indexed.removed,
        articles_left_out=tuple(left_out),
    )


def _path(desk: str) -> str:
    return f"knowledge/articles-{desk}.json"


def _kept(desk: str, archive: Archive) -> list[Article]:
    """The articles of a desk as they were told last; none before the first time."""
    try:
        return list(_ARTICLES.validate_json(archive.get(_path(desk)) or b"[]"))
    except ValidationError as error:
        raise StoredItemCorrupt(f"{_path(desk)} holds no articles; remove it and sync again") from error
