"""One desk for the whole run, emptied before each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.running import RunningSandbox, running_sandbox
from sandbox.settings import Settings
from tests.sandbox.client import ZendeskClient
from tests.sandbox.receiver import Receiver, receiving

QUICK = Settings(export_lag=0.0, retry_delays=(0.02, 0.04, 0.06), delivery_timeout=1.0)


@pytest.fixture(scope="session")
def running_desk() -> Iterator[RunningSandbox]:
    with running_sandbox(QUICK) as sandbox:
        yield sandbox


@pytest.fixture
def desk(running_desk: RunningSandbox) -> RunningSandbox:
    running_desk.control("POST", "/reset")
    return running_desk


@pytest.fixture
def zendesk(desk: RunningSandbox) -> Iterator[ZendeskClient]:
    client = ZendeskClient(desk)
    assert client.sign_in().status == 200
    yield client
    client.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def ticket_id(desk: RunningSandbox) -> int:
    """A ticket that Ines wrote by email."""
    ticket = {"customer": "ines@brightkiln.example", "subject": "Charged twice", "body": "We paid twice.\n\nInes"}
    return desk.control("POST", "/tickets", ticket)["ticket"]["id"]
