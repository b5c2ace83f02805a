"""A file of which the archive keeps every version under its sha256, and a pointer that is moved last.

So a reader sees one version or the next and never a half, and a file that was changed is not taken for what it was.
"""

from __future__ import annotations

import hashlib
import json
from typing import NamedTuple

from shared.domain.errors import StoredItemCorrupt
from shared.ports.delivery import Archive


class Versions(NamedTuple):
    """The versions of one file; `folder` is where they lie in an archive."""

    folder: str

    @property
    def pointer(self) -> str:
        """Where it is said which version counts."""
        return f"{self.folder}/current.json"

    def path_of(self, sha: str) -> str:
        """Where a version lies."""
        return f"{self.folder}/{sha}.npz"

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
        archive.put(self.path_of(sha), content, "application/octet-stream")
        archive.put(self.pointer, json.dumps({"sha": sha, **about}).encode(), "application/json")
        return sha
