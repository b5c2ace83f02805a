"""A file of which the archive keeps every version under its sha256, and a pointer that is moved last.

So a reader sees one version or the next and never a half, and a file that was changed is not taken for what it was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, NamedTuple, TypeVar

from shared.domain.errors import StoredItemCorrupt
from shared.ports.delivery import Archive

Held = TypeVar("Held")

LOOK_AGAIN_AFTER = timedelta(seconds=60)
"""How long a version is used before a newer one is looked for."""


class Versions(NamedTuple):
    """The versions of one file; `folder` is where they lie in an archive."""

    folder: str
    suffix: str = "npz"
    content_type: str = "application/octet-stream"

    @property
    def pointer(self) -> str:
        """Where it is said which version counts."""
        return f"{self.folder}/current.json"

    def path_of(self, sha: str) -> str:
        """Where a version lies."""
        return f"{self.folder}/{sha}.{self.suffix}"

    def current(self, archive: Archive) -> str:
        """The sha of the version that counts, or "" before the first.

        Raises:
            StoredItemCorrupt: the pointer names none.
        """
        pointer = archive.get(self.pointer)
        if pointer is None:
            return ""
        try:
            return str(json.loads(pointer)["sha"])
        except (ValueError, KeyError, TypeError) as error:
            raise StoredItemCorrupt(f"{self.pointer} names no version") from error

    def content(self, archive: Archive, sha: str) -> bytes:
        """One version.

        Raises:
            StoredItemCorrupt: it is missing or was changed.
        """
        content = archive.get(self.path_of(sha))
        if content is None or hashlib.sha256(content).hexdigest() != sha:
            raise StoredItemCorrupt(f"{self.path_of(sha)} is missing or was changed")
        return content

    def swap_in(self, archive: Archive, content: bytes, **about: str) -> str:
        """Store a version, then let it count; answers its sha. `about` is told by the pointer."""
        sha = hashlib.sha256(content).hexdigest()
        archive.put(self.path_of(sha), content, self.content_type)
        archive.put(self.pointer, json.dumps({"sha": sha, **about}).encode(), "application/json")
        return sha


class Latest(Generic[Held]):
    """What the version that counts holds: loaded once, and a newer one looked for once a minute.

    Args:
        load: what the version of a sha holds; None where it is of no use.
    """

    def __init__(
        self,
        versions: Versions,
        archive: Archive,
        load: Callable[[str], Held | None],
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._versions = versions
        self._archive = archive
        self._load = load
        self._clock = clock
        self._looked_at: datetime | None = None
        self._sha = ""
        self._held: Held | None = None

    def get(self) -> Held | None:
        """What counts now; None before the first version, and where it is of no use.

        Raises:
            StoreUnavailable: it cannot be read.
            StoredItemCorrupt: it is not what its name says.
        """
        now = self._clock()
        if self._looked_at is not None and now - self._looked_at < LOOK_AGAIN_AFTER:
            return self._held
        sha = self._versions.current(self._archive)
        if sha != self._sha:
            self._held = self._load(sha) if sha else None
            self._sha = sha
        self._looked_at = now  # last, so that a failure is tried again by the next look
        return self._held
