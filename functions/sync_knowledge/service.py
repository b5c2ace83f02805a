"""Bringing the approved answers and the help centre's articles into the index that draft searches."""

from __future__ import annotations

import json
from collections.abc import Iterable

from pydantic import TypeAdapter, ValidationError

from shared.domain.errors import StoredItemCorrupt
from shared.domain.record import Record
from shared.domain.resolution import Resolution
from shared.ports.delivery import Archive
from shared.ports.desk import HelpDesk
from shared.ports.knowledge import KnowledgeIndex

RESOLUTIONS = "knowledge/resolutions.json"
_RESOLUTIONS = TypeAdapter(tuple[Resolution, ...])


class Synced(Record):
    """What is searchable now."""

    resolutions: int
    articles: int
    index: str


def sync_knowledge(*, desks: Iterable[HelpDesk], archive: Archive, index: KnowledgeIndex) -> Synced:
    """Rebuild the index from the published playbook, and keep each desk's articles beside it.

    Raises:
        StoredItemCorrupt: no playbook was published, or it cannot be read.
    """
    stored = archive.get(RESOLUTIONS)
    if stored is None:
        raise StoredItemCorrupt(f"{RESOLUTIONS} is not there; publish the playbook first")
    try:
        resolutions = _RESOLUTIONS.validate_json(stored)
    except ValidationError as error:
        raise StoredItemCorrupt(f"{RESOLUTIONS} does not hold resolutions: {error.error_count()} errors") from error
    sha = index.rebuild(resolutions)
    articles = 0
    for desk in desks:
        found = [article.model_dump(mode="json") for article in desk.articles()]
        content = json.dumps(found, ensure_ascii=False, sort_keys=True).encode()
        archive.put(f"knowledge/articles-{desk.name}.json", content, "application/json")
        articles += len(found)
    return Synced(resolutions=len(resolutions), articles=articles, index=sha)
