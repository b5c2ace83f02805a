"""Unit tests talk to nothing: a test that opens a socket fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_socket import disable_socket, enable_socket


@pytest.fixture(autouse=True)
def no_sockets() -> Iterator[None]:
    """Sockets off, except those inside this machine's own processes."""
    disable_socket(allow_unix_socket=True)
    yield
    enable_socket()
