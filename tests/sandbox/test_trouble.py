"""Faults on order, the control API's own errors, and a desk that is stopped and started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import urllib3

from sandbox.running import RunningSandbox, running_sandbox
from sandbox.settings import Settings
from tests.sandbox.client import ZendeskClient

pytestmark = pytest.mark.integration


def order(zendesk: ZendeskClient, path: str, **fault: object) -> None:
    zendesk.sandbox.control("POST", "/faults", {"path": path, **fault})


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
def test_the_next_requests_get_the_ordered_status_and_the_one_after_is_served(
    zendesk: ZendeskClient, ticket_id: int, status: int
) -> None:
    order(zendesk, r"/tickets/\d+$", method="GET", count=2, status=status, retry_after=3)

    answers = [zendesk.call("GET", f"/tickets/{ticket_id}") for _ in range(3)]

    assert [answer.status for answer in answers] == [status, status, 200]
    assert answers[0].headers["Retry-After"] == "3"
    assert "error" in answers[0].body


def test_a_fault_meets_only_what_it_names(zendesk: ZendeskClient, ticket_id: int) -> None:
    order(zendesk, r"/tickets/\d+$", method="PUT")

    assert zendesk.call("GET", f"/tickets/{ticket_id}").status == 200
    assert zendesk.put(ticket_id, priority="high").status == 500
    assert zendesk.sandbox.control("GET", "/faults")["faults"][0]["met"] == 1


def test_hanging_up_gives_no_answer_at_all(zendesk: ZendeskClient) -> None:
    order(zendesk, "/groups", action="hangup")

    with pytest.raises(urllib3.exceptions.ProtocolError):
        zendesk.call("GET", "/groups")
    assert zendesk.call("GET", "/groups").status == 200


def test_a_write_whose_answer_is_lost_was_made(zendesk: ZendeskClient, ticket_id: int) -> None:
    order(zendesk, "/tickets/", method="PUT", action="timeout", seconds=0.1, when="after")

    with pytest.raises(urllib3.exceptions.ProtocolError):
        zendesk.put(ticket_id, comment={"body": "written all the same", "public": False})

    assert zendesk.get(f"/tickets/{ticket_id}/comments")["comments"][1]["body"] == "written all the same"


def test_a_delayed_request_is_served_late(zendesk: ZendeskClient) -> None:
    order(zendesk, "/groups", action="delay", seconds=0.3)
    started = time.monotonic()

    assert zendesk.call("GET", "/groups").status == 200
    assert time.monotonic() - started >= 0.3


def test_faults_can_be_taken_back(zendesk: ZendeskClient) -> None:
    order(zendesk, ".", count=100)
    zendesk.sandbox.control("DELETE", "/faults")

    assert zendesk.call("GET", "/groups").status == 200


@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        ("/tickets", {"customer": "nobody@nowhere.example", "body": "x"}, "404 .*nobody@nowhere"),
        ("/tickets", {"body": "x"}, "400 .*customer is missing"),
        ("/tickets", {"customer": 900012, "body": "x", "channel": "pigeon"}, "400 .*email, chat or form"),
        ("/tickets", {"customer": 900012, "body": "x", "created_at": "yesterday"}, "400"),
        ("/tickets/1001/agent-reply", {"agent": 900012, "body": "x"}, "400 .*does not work here|404"),
        ("/customers", {"email": "no address"}, "400 .*not an e-mail"),
        ("/faults", {"path": "(", "action": "status"}, "400"),
        ("/faults", {"path": "/", "action": "explode"}, "400 .*action is one of"),
        ("/deliveries/raw", {"body": "x"}, "400 .*no webhook"),
    ],
)
def test_the_control_api_says_what_is_wrong(desk: RunningSandbox, path: str, body: dict, reason: str) -> None:
    with pytest.raises(RuntimeError, match=reason):
        desk.control("POST", path, body)


def test_a_customer_is_made_and_brought_up_to_date(desk: RunningSandbox) -> None:
    made = desk.control("POST", "/customers", {"name": "Noa", "email": "Noa@x.example", "plan": "team", "mrr": 79})
    later = desk.control("POST", "/customers", {"email": "noa@x.example", "plan": "business"})

    assert later["customer"] == {**made["customer"], "plan": "business"}


def test_a_ticket_may_come_in_several_back_dated_messages(desk: RunningSandbox) -> None:
    messages = [{"body": "me again", "seconds_later": 5}, {"body": "hello?", "created_at": "2026-11-02T09:10:00Z"}]
    ticket = {"customer": 900012, "body": "hi", "channel": "chat", "created_at": "2026-11-02T09:00:00Z"}
    made = desk.control("POST", "/tickets", {**ticket, "messages": messages})["ticket"]

    told = desk.control("GET", f"/tickets/{made['id']}")["ticket"]
    assert [(message["body"], message["created_at"]) for message in told["messages"]] == [
        ("hi", "2026-11-02T09:00:00Z"), ("me again", "2026-11-02T09:00:05Z"), ("hello?", "2026-11-02T09:10:00Z"),
    ]  # fmt: skip
    assert told["created_at"] == "2026-11-02T09:00:00Z"


def test_an_empty_message_with_a_picture_is_a_ticket(zendesk: ZendeskClient) -> None:
    picture = {"file_name": "screen.png", "content_type": "image/png", "size": 12_345}
    ticket = {"customer": 900012, "subject": "", "body": "", "attachments": [picture]}
    made = zendesk.sandbox.control("POST", "/tickets", ticket)["ticket"]

    comment = zendesk.get(f"/tickets/{made['id']}/comments")["comments"][0]
    assert (comment["body"], comment["attachments"][0]["file_name"]) == ("", "screen.png")


def test_a_reset_desk_is_a_new_desk(zendesk: ZendeskClient, ticket_id: int) -> None:
    zendesk.put(ticket_id, comment={"body": "public"})
    zendesk.sandbox.control("POST", "/reset")

    report = zendesk.sandbox.control("GET", "/report")
    assert (report["ok"], report["tickets"], report["requests"]) == (True, 0, {})
    assert zendesk.call("GET", "/groups").status == 401


def test_what_was_written_outlives_the_server(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "desk")
    with running_sandbox(settings) as first:
        made = first.control("POST", "/tickets", {"customer": 900012, "subject": "kept", "body": "x"})
    with running_sandbox(settings) as second:
        assert second.control("GET", "/tickets")["tickets"] == [made["ticket"]]


def test_the_command_says_where_it_is_and_ends_when_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--data", str(tmp_path)]
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        command, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        about = json.loads(process.stdout.readline())
        with urllib3.PoolManager(retries=urllib3.Retry(5, backoff_factor=0.1)) as http:
            assert http.request("GET", f"{about['control_url']}/health").json() == {"ok": True}
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 0
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
