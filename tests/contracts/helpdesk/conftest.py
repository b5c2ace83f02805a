"""Each scenario runs on the fake and on every connector."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.running import RunningSandbox, running_sandbox
from sandbox.settings import Settings
from tests.contracts.staging.memory import InMemory
from tests.contracts.staging.registry import ON_SANDBOX
from tests.contracts.staging.requesttracker import RequestTracker
from tests.contracts.staging.sandboxed import Sandboxed
from tests.contracts.staging.staged import Staged
from tests.tracker.asked import FOLDER

REAL = ("requesttracker",) if FOLDER else ()
"""Software of other people, where somebody asks for it."""
# One process holds one desk, so that it is set up once.
DESKS = [
    "memory",
    *(pytest.param(name, marks=[pytest.mark.integration, pytest.mark.xdist_group(name)]) for name in ON_SANDBOX),
    *(pytest.param(name, marks=[pytest.mark.integration, pytest.mark.xdist_group(name)]) for name in REAL),
]


@pytest.fixture(scope="package")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox(Settings(export_lag=0, retry_delays=(0.1,))) as running:
        yield running


@pytest.fixture(scope="package", params=DESKS)
def account(request: pytest.FixtureRequest) -> Iterator[Sandboxed | RequestTracker | None]:
    """An account on the sandbox, or none for the fake."""
    if request.param == "memory":
        yield None
        return
    if request.param in REAL and FOLDER:
        with RequestTracker.on(FOLDER / "contract") as desk:
            yield desk
        return
    with ON_SANDBOX[request.param].on(request.getfixturevalue("sandbox")) as desk:
        yield desk


@pytest.fixture
def staged(account: Sandboxed | RequestTracker | None) -> Iterator[Staged]:
    if account is None:
        yield InMemory(drafts=True)
        return
    with account.scene() as scene:
        yield scene
