"""Searching the index that was swapped in last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.adapters.lexical.index import FORMAT, VERSIONS
from shared.adapters.lexical.matcher import Matcher
from shared.adapters.versions import Latest
from shared.domain.errors import StoredItemCorrupt
from shared.domain.resolution import Resolution
from shared.ports.delivery import Archive
from shared.ports.knowledge import Match


class _Index(BaseModel):
    model_config = ConfigDict(extra="ignore")

    format: int
    resolutions: tuple[Resolution, ...]


class _Loaded(NamedTuple):
    """A version's answers, and those of each language that were searched."""

    resolutions: tuple[Resolution, ...]
    matchers: dict[str, Matcher]


class LexicalKnowledge:
    """Finds approved answers by their words. Loads an index once and looks for a newer one once a minute."""

    def __init__(self, archive: Archive, *, clock: Callable[[], datetime]) -> None:
        self._archive = archive
        self._latest = Latest(VERSIONS, archive, self._loaded, clock=clock)

    def search(self, text: str, *, language: str, limit: int = 5) -> list[Match]:
        """Resolutions in a language, best fit first; none before the first index was built.

        Raises:
            StoreUnavailable: the index cannot be read.
            StoredItemCorrupt: the index is not what its name says.
        """
        latest = self._latest.get()
        if latest is None:
            return []
        if language not in latest.matchers:
            latest.matchers[language] = Matcher(latest.resolutions, language)
        return latest.matchers[language].rank(text, limit)

    def _loaded(self, sha: str) -> _Loaded:
        path, content = VERSIONS.path_of(sha), VERSIONS.content(self._archive, sha)
        try:
            index = _Index.model_validate_json(content)
        except ValidationError as error:
            raise StoredItemCorrupt(f"{path} holds no index: {error.error_count()} errors") from error
        if index.format != FORMAT:
            raise StoredItemCorrupt(f"{path} has format {index.format}, this version reads {FORMAT}")
        return _Loaded(index.resolutions, {})
