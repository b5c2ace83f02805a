"""The synthesised stack for both targets, once for all tests; cdk-nag has passed where there is an assembly."""

from __future__ import annotations

import pytest

from cli.stack.assembly import assembly
from tests.infra.template import Template


@pytest.fixture(scope="session")
def aws() -> Template:
    """What goes to AWS."""
    return Template(assembly("aws"))


@pytest.fixture(scope="session")
def local() -> Template:
    """What goes into the emulator."""
    return Template(assembly("local"))
