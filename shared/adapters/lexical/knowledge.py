"""Searching the index that was swapped in last."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.adapters.lexical.index import FORMAT, POINTER, path_of
from shared.adapters.lexical.matcher import Matcher
from shared.domain.errors import StoredItemCorrupt
from shared.domain.resolution import Resolution
from shared.ports.delivery import Archive
from shared.ports.knowledge import Match

LOOK_AGAIN_AFTER = timedelta(seconds=60)


class _Index(BaseModel):
    model_config = ConfigDict(extra="ignore")

    format: int
    resolutions: tuple[Resolution, ...]


class LexicalKnowledge:
    """Finds approved answers by their words. Loads an index once and looks for a newer one once a minute."""

    def __init__(self, archive: Archive, *, clock: Callable[[], datetime]) -> None:
        self._archive = archive
        self._clock = clock
        self._looked_at: datetime | None = None
        self._sha = ""
        self._resolutions: tuple[Resolution, ...] = ()
        self._matchers: dict[str, Matcher] = {}

    def search(self, text: str, *, language: str, limit: int = 5) -> list[Match]:
        """Resolutions in a language, best fit first; none before the first index was built.

        Raises:
            StoreUnavailable: the index cannot be read.
            StoredItemCorrupt: the index is not what its name says.
        """
        self._refresh()
        if language not in self._matchers:
            self._matchers[language] = Matcher(self._resolutions, language)
        return self._matchers[language].rank(text, limit)

    def _refresh(self) -> None:
        now = self._clock()
        if self._looked_at is not None and now - self._looked_at < LOOK_AGAIN_AFTER:
            return
        sha = self._current()
        if sha != self._sha:
            self._resolutions = self._load(sha) if sha else ()
            self._matchers = {}
            self._sha = sha
        self._looked_at = now  # last, so that a failure is tried again by the next search

    def _current(self) -> str:
        pointer = self._archive.get(POINTER)
        if pointer is None:
            return ""
        try:
            return str(json.loads(pointer)["sha"])
        except (ValueError, KeyError, TypeError) as error:
            raise StoredItemCorrupt(f"{POINTER} names no index") from error

    def _load(self, sha: str) -> tuple[Resolution, ...]:
        content = self._archive.get(path_of(sha))
        if content is None or hashlib.sha256(content).hexdigest() != sha:
            raise StoredItemCorrupt(f"{path_of(sha)} is missing or was changed")
        try:
            index = _Index.model_validate_json(content)
        except ValidationError as error:
            raise StoredItemCorrupt(f"{path_of(sha)} holds no index: {error.error_count()} errors") from error
        if index.format != FORMAT:
            raise StoredItemCorrupt(f"{path_of(sha)} has format {index.format}, this version reads {FORMAT}")
        return index.resolutions
