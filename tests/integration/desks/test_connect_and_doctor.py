"""`firstline connect` and `doctor` against the sandbox's accounts, with secrets and table in the emulator."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.desks import checking
from cli.desks.registry import SANDBOXED, SETUPS
from cli.main import app
from cli.world import World
from functions.ingest.service import Stores, ingest
from functions.receive.service import receive
from sandbox.running import RunningSandbox, running_sandbox
from sandbox.settings import Settings
from shared.adapters import boto
from shared.domain.delivery import signing_secrets
from shared.domain.errors import FirstlineError, SignatureRefused
from shared.domain.events import RawEvent
from shared.runtime.desks import CONNECT
from shared.runtime.signatures import signature_of
from tests.emulator import Emulator
from tests.fakes.redactor import ListedRedactor
from tests.fakes.stores import (
    InMemoryCustomerBook,
    InMemoryCustomerStore,
    InMemoryDraftStore,
    InMemoryFactLog,
    InMemoryLoadBook,
    InMemoryPolicyStore,
)
from tests.unit.domain.samples import policy

pytestmark = pytest.mark.integration
DESKS = sorted(SANDBOXED)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox(Settings(export_lag=0)) as running:
        yield running


class Door:
    """The two functions that an event meets, behind a real address: receive in front, ingest right behind it."""

    def __init__(self, world: World) -> None:
        self.world = world
        door = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, told = door.takes(self.path.rpartition("/")[2], headers, body)
                content = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def takes(self, desk: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        now = datetime.now(UTC)

        def secrets(name: str) -> tuple[str, ...]:
            return signing_secrets(self.world.read_secret(f"firstline/{name}/webhook"))

        signatures = {name: signature_of(name) for name in DESKS}
        try:
            raw = receive(desk, headers, body, signatures=signatures, secrets=secrets, queue=self, now=now)
        except SignatureRefused:
            return 401, {}
        return 202, {"accepted": raw.delivery_id}

    def put(self, event: RawEvent) -> None:
        policies = InMemoryPolicyStore()
        policies.publish(policy())
        stores = Stores(
            tickets=self.world.tickets,
            policies=policies,
            facts=InMemoryFactLog(),
            loads=InMemoryLoadBook(),
            customers=InMemoryCustomerStore(),
            customer_book=InMemoryCustomerBook(),
            workflow=None,
            clean=lambda text, channel: text,
            drafts=InMemoryDraftStore(),
            redactor=ListedRedactor(),
        )
        desk = CONNECT[event.desk](self.world.read_secret(f"firstline/{event.desk}/api"), {})
        try:
            ingest(event, desk=desk, stores=stores, clock=lambda: datetime.now(UTC))
        except FirstlineError:
            return  # it would wait on the queue
        finally:
            desk.close()

    def park(self, event: RawEvent, reason: str) -> None:
        raise AssertionError(reason)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def world(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A deployed world as the commands find it, without the functions."""
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    built = []
    build = boto.build
    monkeypatch.setattr(boto, "build", lambda service, **options: built.append(build(service, **options)) or built[-1])
    boto.client.cache_clear()
    secrets = emulator.client("secretsmanager")
    for desk in DESKS:
        for kind in ("api", "webhook"):
            name = f"firstline/{desk}/{kind}"
            if name not in {one["Name"] for one in secrets.list_secrets(MaxResults=100)["SecretList"]}:
                secrets.create_secret(Name=name, SecretString="{}")
            secrets.put_secret_value(SecretId=name, SecretString="{}")
    outputs = {"TableName": emulator.table_name(), "ParkedQueueUrl": emulator.queue_url(), "ApiUrl": ""}
    world = World(outputs)
    door = Door(world)
    outputs["ApiUrl"] = door.url
    for module in ("cli.connect", "cli.doctor"):
        monkeypatch.setattr(f"{module}.deployed_world", lambda stack: world)
    monkeypatch.setattr(checking, "_PATIENCE", 5.0)
    yield world
    door.close()
    boto.client.cache_clear()
    for client in built:
        client.close()


@pytest.fixture(params=DESKS)
def desk(request: pytest.FixtureRequest, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty account, whose credentials lie in the environment."""
    sandbox.control("POST", "/reset")
    sandbox.control("DELETE", "/faults")
    login = sandbox.control("GET", "/seeds")["desks"][request.param]
    for credential in SETUPS[request.param].credentials:
        if credential.name in login:
            monkeypatch.setenv(f"FIRSTLINE_{request.param}_{credential.name}".upper(), str(login[credential.name]))
    return str(request.param)


def firstline(*words: str) -> tuple[int, Any, str]:
    """Run a command; its status, its JSON document if it has one, and all that it said."""
    result = CliRunner().invoke(app, [*words, "--json"])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    try:
        return result.exit_code, json.loads(result.stdout), result.output
    except ValueError:
        return result.exit_code, None, result.output


def test_connecting_creates_what_is_missing_and_a_second_time_nothing(world: World, desk: str):
    status, first, _ = firstline("connect", desk)
    assert status == 0
    assert first["created"]
    assert first["permissions"]
    secrets = [world.read_secret(f"firstline/{desk}/{kind}") for kind in ("api", "webhook")]
    status, second, _ = firstline("connect", desk)
    assert (status, second["created"]) == (0, [])
    assert [world.read_secret(f"firstline/{desk}/{kind}") for kind in ("api", "webhook")] == secrets


def test_no_secret_is_ever_said(world: World, desk: str, sandbox: RunningSandbox):
    login = sandbox.control("GET", "/seeds")["desks"][desk]
    hidden = [str(login[one.name]) for one in SETUPS[desk].credentials if one.secret and one.name in login]
    said = "".join(
        firstline(*words)[2] for words in (("connect", desk), ("doctor", desk), ("connect", desk, "--remove"))
    )
    signing = world.read_secret(f"firstline/{desk}/webhook")["secrets"]
    assert not [one for one in [*hidden, *signing] if one in said]


def test_a_connected_desk_is_in_order_to_the_end(world: World, desk: str):
    firstline("connect", desk)
    status, told, said = firstline("doctor", desk)
    assert [finding for finding in told[desk] if not finding["ok"]] == []
    assert status == 0, said
    assert {"secrets", "webhook", "test event accepted", "test event taken in"} <= {one["what"] for one in told[desk]}


def test_a_desk_that_was_never_connected_says_how_to(world: World, desk: str):
    status, told, _ = firstline("doctor", desk)
    assert status == 1
    assert [(one["what"], one["ok"]) for one in told[desk]] == [("secrets", False)]
    assert f"firstline connect {desk}" in told[desk][0]["remedy"]


def _loses_its_user(world: World, desk: str) -> None:
    api = world.read_secret(f"firstline/{desk}/api")
    world.store_secret(f"firstline/{desk}/api", {**api, "integration_user_id": "1"})


@pytest.mark.parametrize("breaks", [_loses_its_user])
def test_what_is_broken_is_named_with_its_remedy(world: World, desk: str, breaks: Callable[[World, str], None]):
    firstline("connect", desk)
    breaks(world, desk)
    status, told, _ = firstline("doctor", desk)
    broken = [finding for finding in told[desk] if not finding["ok"]]
    assert status == 1
    assert broken
    assert all(finding["remedy"] for finding in broken)


def test_a_lost_permission_is_named(world: World, desk: str, sandbox: RunningSandbox):
    firstline("connect", desk)
    fault = {"path": rf"^/{desk}/(?!oauth).*", "method": "GET", "action": "status", "status": 403, "count": 100}
    sandbox.control("POST", "/faults", fault)
    status, told, _ = firstline("doctor", desk)
    assert status == 1
    assert any("403" in finding["says"] and finding["remedy"] for finding in told[desk])


def test_removing_takes_everything_away_and_can_be_done_twice(world: World, desk: str):
    _, made, _ = firstline("connect", desk)
    status, gone, _ = firstline("connect", desk, "--remove")
    assert status == 0
    assert set(gone["removed"]) == set(made["created"])
    assert world.read_secret(f"firstline/{desk}/webhook") == {"secrets": []}
    status, gone, _ = firstline("connect", desk, "--remove")
    assert (status, gone["removed"]) == (0, [])


def test_wrong_credentials_say_what_they_must_be_allowed(world: World, desk: str, monkeypatch: pytest.MonkeyPatch):
    for credential in SETUPS[desk].credentials:
        if credential.secret:
            monkeypatch.setenv(f"FIRSTLINE_{desk}_{credential.name}".upper(), "wrong-and-long-enough")
    status, _, said = firstline("connect", desk)
    assert status == 1
    assert SETUPS[desk].permissions[0] in said
    assert "wrong-and-long-enough" not in said
