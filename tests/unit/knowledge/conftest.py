"""What every search needs: an archive, and a clock that moves when it is told to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.playbook import load_playbook
from tests.fakes.delivery import InMemoryArchive

START = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Minutes:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture(scope="session")
def book():
    """Lumen Board's own playbook."""
    return load_playbook(Path(__file__).parents[3] / "playbook", today=START.date())


@pytest.fixture
def archive():
    return InMemoryArchive()


@pytest.fixture
def clock():
    return Minutes()
