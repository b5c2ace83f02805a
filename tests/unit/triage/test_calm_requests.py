"""Calm requests of a software company's customers, and beside them their likes where a person is needed.

Our own, in seven languages, in groups where one thing is changed; no engine learned from them, none was tuned on them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.evaluation.observing import observe_all
from cli.reading import policy_of
from shared.adapters.embedded.engine import EmbeddedEngine
from shared.domain.boundary import observed_rules
from training.dataset import Labelled, read

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def judged() -> list[tuple[Labelled, bool]]:
    """Each request, and whether a rule keeps drafts away from it."""
    rows, bad = read(ROOT / "tests/data/calm_requests.jsonl")
    assert not bad
    boundary = policy_of(ROOT / "playbook").boundary
    seen = observe_all(rows, EmbeddedEngine.load()).seen
    return [(row, bool(observed_rules(one, boundary))) for row, one in zip(rows, seen, strict=True)]


def test_no_request_that_needs_a_person_is_drafted_however_politely_it_is_told(judged):
    assert [row.id for row, held in judged if row.bounded and not held] == []


def test_most_calm_requests_keep_their_draft(judged):
    calm = [held for row, held in judged if not row.bounded]
    assert sum(calm) <= len(calm) * 0.3
