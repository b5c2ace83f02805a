"""A small artifact to try things on: trained in a moment, and sealed again after it was changed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from shared.adapters.embedded.artifact import MANIFEST, Manifest


def reseal(folder: Path, **changes: Any) -> None:
    """Change fields of the manifest and make all of its sums true again."""
    content = {**json.loads((folder / MANIFEST).read_text()), **changes}
    content["files"] = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in content["files"]}
    manifest = Manifest.model_validate(content)
    sealed = manifest.model_copy(update={"sha256": manifest.identity})
    (folder / MANIFEST).write_text(sealed.model_dump_json())
