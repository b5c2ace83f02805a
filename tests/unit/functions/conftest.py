"""The use cases are tried without a network: a test that opens a socket fails."""

import pytest
from pytest_socket import disable_socket, enable_socket

from tests.unit.functions.world import World


@pytest.fixture(autouse=True)
def _no_sockets():
    disable_socket(allow_unix_socket=True)
    yield
    enable_socket()


@pytest.fixture
def world() -> World:
    return World()
