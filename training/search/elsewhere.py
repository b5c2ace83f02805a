"""What customers ask elsewhere: sentences of our own requests, to companies of all kinds and in many languages."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from shared.adapters.search.encoder import BRIDGE, SHIPPED, SearchEncoder
from shared.domain.text import canonical, sentences

REQUESTS = Path(__file__).parents[1] / "data"
_LONGEST_REQUEST, _LONGEST_SENTENCE = 600, 300  # characters
_QUESTIONS, _FEWEST_WORDS = 2, 4  # of one request, of a sentence


def asked_elsewhere(folder: Path = REQUESTS) -> list[str]:
    """What our own calm requests ask: their questions, or their first sentence where they have none."""
    found = []
    for file in sorted(folder.glob("written_*.jsonl")):
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            if (row["sentiment"], row["service_failure"]) == ("neutral", "none"):
                told = canonical(f"{row.get('subject') or ''}\n{row['body']}".strip()[:_LONGEST_REQUEST])
                said = [one for one in sentences(told) if len(one.split()) >= _FEWEST_WORDS]
                found += [one for one in said if "?" in one][:_QUESTIONS] or said[:1]
    return [one[:_LONGEST_SENTENCE] for one in found]


def write_elsewhere(folder: Path = SHIPPED) -> None:
    """Embed what is asked elsewhere, and put it beside the rest of the bridge."""
    encoder = SearchEncoder(folder)
    with np.load(folder / BRIDGE, allow_pickle=False) as file:
        held = dict(file)
    held["elsewhere"] = np.stack([encoder.question(one) for one in asked_elsewhere()]).astype(np.float16)
    with (folder / BRIDGE).open("wb") as file:
        np.savez(file, allow_pickle=False, **held)
