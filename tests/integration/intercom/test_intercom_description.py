"""Connector, set-up and sandbox against Intercom's own OpenAPI description, which lies beside the checkout."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3

from cli.desks.intercom import IntercomSetup
from sandbox.faces.intercom.face import ROUTES
from sandbox.running import RunningSandbox, running_sandbox
from sandbox.settings import Settings
from shared.adapters.desk_http import DeskHttp
from shared.adapters.intercom.desk import IntercomDesk
from shared.domain.errors import DeskAccessLost, DeskRateLimited, TicketGone
from shared.domain.note import marker
from shared.domain.ticket import DeskFields
from tests.contracts.staging.staged import AGENT, QUEUES, change, note
from tests.openapi import Description, Exchange

pytestmark = pytest.mark.integration

FILE = Path(__file__).parents[4] / "shared/specs/intercom/api.intercom.io-2.16.yaml.gz"
# What Intercom takes and tells without describing it: `sort` (issue 114 of its description), and the lists' paging.
BEYOND = {"POST /conversations/search": {"sort"}, "GET /articles": {"per_page", "starting_after"}}


@pytest.fixture(scope="module")
def description() -> Description:
    if not FILE.exists():
        pytest.skip("Intercom's OpenAPI description is not there: ../shared/specs/intercom")
    return Description(FILE)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox(Settings(export_lag=0, retry_delays=())) as running:
        yield running


class Recorder:
    """A transport that keeps what went through it."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self._http = urllib3.PoolManager(retries=False, timeout=15)

    def request(self, method: str, url: str, *, body: bytes | None, headers: Any, redirect: bool, retries: bool) -> Any:
        got = self._http.request(method, url, body=body, headers=headers, redirect=redirect, retries=retries)
        sent = None if body is None else json.loads(body)
        self.exchanges.append(Exchange(method, url, sent, got.status, json.loads(got.data), dict(headers)))
        return got

    def clear(self) -> None:
        self._http.clear()


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Every desk that is connected in this test speaks through it."""
    recorder = Recorder()

    def connect(base_url: str, **how: Any) -> DeskHttp:
        return DeskHttp(base_url, transport=recorder, **how)

    monkeypatch.setattr(DeskHttp, "connect", connect)
    return recorder


@pytest.fixture
def desk(sandbox: RunningSandbox, recorder: Recorder) -> IntercomDesk:
    """A workspace that is set up, its people's tickets in it."""
    sandbox.control("POST", "/reset")
    login = sandbox.control("GET", "/seeds")["desks"]["intercom"]
    connected = IntercomSetup().connect(login, "https://firstline.example/webhooks/intercom")
    return IntercomDesk.connect(secret=connected.api, groups=QUEUES)


def opened(sandbox: RunningSandbox, **more: Any) -> str:
    wish = {"customer": "ines@brightkiln.example", "subject": "Charged <twice>", "body": "We paid twice.", **more}
    return str(sandbox.control("POST", "/tickets", wish)["ticket"]["id"])


def lives_through_everything(sandbox: RunningSandbox, desk: IntercomDesk) -> None:
    id, other = opened(sandbox), opened(sandbox, channel="chat")
    staff = {"agent": AGENT}
    fields = DeskFields(priority="high", queue="billing", assignee=AGENT)
    custom = {"category": "billing", "rank": "101795435200"}
    desk.write(id, change(desk.fetch(id), fields=fields, custom=custom, add_tags={"firstline", "x"}, note=note("1")))
    desk.write(id, change(desk.fetch(id), remove_tags={"x"}, fields=DeskFields(priority="urgent")))
    assert desk.has_note(id, marker("1"))
    files = [{"file_name": "a.png", "content_type": "image/png", "size": 3}]
    sandbox.control("POST", f"/tickets/{id}/agent-reply", {**staff, "body": "Refunded."})
    sandbox.control("PATCH", f"/tickets/{other}", {**staff, "status": "pending", "priority": "normal"})
    sandbox.control("POST", f"/tickets/{id}/solve", staff)
    sandbox.control("POST", f"/tickets/{id}/rate", {"score": "good", "comment": "quick"})
    sandbox.control("POST", f"/tickets/{id}/customer-reply", {"body": "And again!", "attachments": files})
    for one in (id, other):
        ticket = desk.fetch(one)
        assert desk.customer(ticket.customer.id).tickets
    gone = opened(sandbox)
    sandbox.control("DELETE", f"/tickets/{gone}")
    assert gone in {one.ticket_id for one in desk.changed_since(None).changes}
    assert list(desk.articles())
    with pytest.raises(TicketGone):
        desk.fetch(gone)
    desk.customer("999999999")


def test_everything_that_is_sent_and_told_is_in_the_vendor_s_description(
    description: Description, sandbox: RunningSandbox, desk: IntercomDesk, recorder: Recorder
):
    lives_through_everything(sandbox, desk)
    login = sandbox.control("GET", "/seeds")["desks"]["intercom"]
    IntercomSetup().examine({**login, "integration_user_id": "1", "app_id": "x"}, "https://firstline.example")
    IntercomSetup().remove({**login}, "https://firstline.example")
    complaints = [
        one for exchange in recorder.exchanges for one in description.complaints(exchange, "/intercom", beyond=BEYOND)
    ]
    assert sorted(set(complaints)) == []
    assert sandbox.control("GET", "/report")["ok"]


def test_every_operation_of_the_sandbox_s_face_was_held_against_it(
    description: Description, sandbox: RunningSandbox, desk: IntercomDesk, recorder: Recorder
):
    lives_through_everything(sandbox, desk)
    IntercomSetup().remove(sandbox.control("GET", "/seeds")["desks"]["intercom"], "https://firstline.example")
    served = sandbox.control("GET", "/report")["faces"]["intercom"]["requests"]
    assert {f"{method} {path}" for method, path, _ in ROUTES} == {line.rpartition(" ")[0] for line in served}


def test_refusals_are_worded_as_the_vendor_words_them(
    description: Description, sandbox: RunningSandbox, desk: IntercomDesk, recorder: Recorder
):
    id = opened(sandbox)
    with pytest.raises(DeskAccessLost, match="unauthorized"):
        IntercomSetup().connect({"base_url": f"{sandbox.url}/intercom", "access_token": "x", "client_secret": "x"}, "")
    sandbox.control("PUT", "/limits", {"desk": "intercom", "calls_per_window": 0})
    with pytest.raises(DeskRateLimited, match="rate_limit_exceeded"):
        desk.fetch(id)
    sandbox.control("PUT", "/limits", {"desk": "intercom", "calls_per_window": None})
    for exchange in recorder.exchanges[-2:]:
        assert description.complaints(exchange, "/intercom", beyond=BEYOND) == []


def test_the_version_that_was_read_is_the_version_that_is_asked_for(desk: IntercomDesk, recorder: Recorder):
    assert {exchange.headers["Intercom-Version"] for exchange in recorder.exchanges} == {"2.16"}
    assert "2.16" in FILE.name


def test_what_the_vendor_does_not_describe_is_complained_about(description: Description):
    """So that silence means something."""
    at = "http://x.example/intercom/conversations/7"
    unknown = Exchange("PUT", at, {"priority": "high"}, 200, {"type": "conversation", "id": "7"})
    [complaint] = description.complaints(unknown, "/intercom", beyond={})
    assert "priority" in complaint
    public = Exchange("POST", f"{at}/parts", {"message_type": "shout", "admin_id": "1"}, 404, {"type": "error.list"})
    assert len(description.complaints(public, "/intercom", beyond={})) == 2
    wrong = Exchange("GET", at, None, 200, {"id": 7, "state": "solved", "colour": "red"})
    assert len(description.complaints(wrong, "/intercom", beyond={})) == 3
    assert description.complaints(Exchange("GET", at + "/parts", None, 200, {}), "/intercom", beyond={})
