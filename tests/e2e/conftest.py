"""One stack for all end-to-end tests, in a folder of its own, so that a developer's running one is left alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from unittest.mock import patch

import boto3
import pytest

from cli.local.deployment import Deployment, bring_down, bring_up


@pytest.fixture(scope="package")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The whole product, deployed into the emulator with IAM enforced.

    It takes the emulator's credentials into the environment; what stood there before is put back for other tests.
    """
    home = tmp_path_factory.mktemp("firstline")
    with patch.dict(os.environ), pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("FIRSTLINE_HOME", str(home))
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it keeps the credentials that it was made with
        try:
            yield bring_up(lambda text: None)
        finally:
            bring_down()
