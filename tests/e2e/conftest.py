"""One stack for all end-to-end tests, in a folder of its own, so that a developer's running one is left alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cli.local.deployment import Deployment, bring_down, bring_up


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The whole product, deployed into the emulator with IAM enforced."""
    home = tmp_path_factory.mktemp("firstline")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIRSTLINE_HOME", str(home))
        try:
            yield bring_up(lambda text: None)
        finally:
            bring_down()
