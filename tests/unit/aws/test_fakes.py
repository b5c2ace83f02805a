"""Fakes fail when they are told to."""

from __future__ import annotations

import pytest

from shared.domain.errors import StoreUnavailable
from tests.fakes.delivery import InMemoryArchive
from tests.fakes.stores import InMemoryMarkStore


def test_a_fake_fails_until_it_is_mended() -> None:
    marks = InMemoryMarkStore()
    marks.fail_with = StoreUnavailable("throttled")
    with pytest.raises(StoreUnavailable):
        marks.put("zendesk", "1")
    marks.fail_with = None
    assert marks.get("zendesk") is None


def test_a_failing_fake_leaves_the_others_alone() -> None:
    InMemoryArchive().fail_with = StoreUnavailable("down")
    assert InMemoryArchive().get("reports/1") is None
