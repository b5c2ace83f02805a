"""The index as files: one for each version, and a pointer that is moved last."""

from __future__ import annotations

import json
from collections.abc import Iterable

from shared.adapters.versions import Versions
from shared.domain.resolution import Resolution
from shared.ports.delivery import Archive

VERSIONS = Versions("knowledge", suffix="json", content_type="application/json")
FORMAT = 1


class LexicalIndex:
    """Writes indexes. A version holds the answers themselves: weighing their words takes a moment at loading."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def rebuild(self, resolutions: Iterable[Resolution]) -> str:
        """Index resolutions, swap the new index in at once, and answer its sha256."""
        ordered = sorted(resolutions, key=lambda one: one.id)
        held = {"format": FORMAT, "resolutions": [one.model_dump(mode="json") for one in ordered]}
        content = json.dumps(held, sort_keys=True, ensure_ascii=False).encode()
        return VERSIONS.swap_in(self._archive, content)
