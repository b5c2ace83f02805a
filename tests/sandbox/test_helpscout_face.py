"""Help Scout's face, as a client sees it that shares nothing with the connector."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from sandbox.running import RunningSandbox
from tests.sandbox.client import Answered
from tests.sandbox.receiver import Receiver

pytestmark = pytest.mark.integration

GROUP = 500_001  # Billing
EVENTS = ["convo.created", "convo.customer.reply.created", "convo.agent.reply.created", "convo.note.created",
          "convo.assigned", "convo.status", "convo.tags", "convo.moved", "convo.deleted", "convo.custom-fields",
          "satisfaction.ratings"]  # fmt: skip


class Client:
    """Speaks HTTP with a token of its own."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sandbox = sandbox
        self._http = urllib3.PoolManager(retries=False, timeout=15)
        self.headers = {"Authorization": ""}

    def sign_in(self, **wish: Any) -> Answered:
        form = {"grant_type": "client_credentials", "client_id": "firstline", "client_secret": "sandbox-client-secret"}
        url = f"{self.sandbox.url}/helpscout/v2/oauth2/token"
        answer = Answered(self._http.request("POST", url, fields={**form, **wish}, encode_multipart=False))
        if answer.status == 200:
            self.headers = {"Authorization": f"Bearer {answer.body['access_token']}"}
        return answer

    def call(self, method: str, path: str, body: Any = None) -> Answered:
        encoded = None if body is None else json.dumps(body).encode()
        url = f"{self.sandbox.url}/helpscout/v2{path}"
        return Answered(self._http.request(method, url, body=encoded, headers=self.headers, redirect=False))

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status == 200, answer.body
        return answer.body


@pytest.fixture
def client(desk: RunningSandbox) -> Iterator[Client]:
    client = Client(desk)
    assert client.sign_in().status == 200
    yield client
    desk.control("PUT", "/limits", {"desk": "helpscout", "units_per_minute": None, "writes_per_burst": None})


def messages(client: Client, id: int) -> list[dict[str, Any]]:
    return client.sandbox.control("GET", f"/tickets/{id}")["ticket"]["messages"]


def test_a_token_is_asked_for_by_form_and_lasts_two_days(client: Client):
    answer = client.sign_in()
    assert answer.body.keys() == {"token_type", "access_token", "expires_in"}
    assert answer.body["expires_in"] == 172_800
    assert client.sign_in(client_secret="guessed").body["error"] == "invalid_client"
    assert client.sign_in(grant_type="password").status == 400
    client.headers = {"Authorization": "Bearer guessed"}
    assert client.call("GET", "/users/me").status == 401


def test_by_default_only_active_conversations_are_listed_newest_first(client: Client, ticket_id: int):
    newer = client.sandbox.control("POST", "/tickets", {"customer": "mei@paperlantern.example", "body": "x"})
    ids = [one["id"] for one in client.get("/conversations")["_embedded"]["conversations"]]
    assert ids == [newer["ticket"]["id"], ticket_id]
    client.sandbox.control("POST", f"/tickets/{ticket_id}/solve", {"agent": "ada@lumenboard.example"})
    assert ticket_id not in [one["id"] for one in client.get("/conversations")["_embedded"]["conversations"]]
    assert client.get("/conversations?status=all")["page"]["totalElements"] == 2
    assert "_embedded" not in client.get("/conversations?status=spam")


def test_a_reply_without_draft_goes_to_the_customer_and_is_a_violation(client: Client, ticket_id: int):
    customer = {"id": client.get(f"/conversations/{ticket_id}")["primaryCustomer"]["id"]}
    assert client.call("POST", f"/conversations/{ticket_id}/reply", {"text": "Hi", "customer": customer}).status == 201
    assert client.sandbox.control("GET", "/report")["violations"][0]["kind"] == "public_message"


def test_a_draft_is_a_thread_and_no_violation_until_the_api_publishes_it(client: Client, ticket_id: int):
    customer = {"id": client.get(f"/conversations/{ticket_id}")["primaryCustomer"]["id"]}
    wish = {"text": "<p>Hi</p>", "customer": customer, "draft": True, "status": "active"}
    made = client.call("POST", f"/conversations/{ticket_id}/reply", wish)
    newest = client.get(f"/conversations/{ticket_id}/threads")["_embedded"]["threads"][0]
    assert made.headers["Resource-ID"] == str(newest["id"])
    assert (newest["type"], newest["state"], newest["body"]) == ("message", "draft", "<p>Hi</p>")
    assert len(messages(client, ticket_id)) == 1
    assert client.sandbox.control("GET", "/report")["ok"]
    publish = {"op": "replace", "path": "/draft", "value": False}
    assert client.call("PATCH", f"/conversations/{ticket_id}", publish).status == 204
    assert not client.sandbox.control("GET", "/report")["ok"]


def test_a_thread_without_a_status_makes_the_conversation_active_again(client: Client, ticket_id: int):
    client.sandbox.control("POST", f"/tickets/{ticket_id}/solve", {"agent": "ada@lumenboard.example"})
    kept = {"text": "x", "status": "closed"}
    assert client.call("POST", f"/conversations/{ticket_id}/notes", kept).status == 201
    assert client.get(f"/conversations/{ticket_id}")["status"] == "closed"
    client.call("POST", f"/conversations/{ticket_id}/notes", {"text": "x"})
    assert client.get(f"/conversations/{ticket_id}")["status"] == "active"


def test_tags_and_fields_replace_what_was_there(client: Client, ticket_id: int):
    path = f"/conversations/{ticket_id}"
    client.call("PUT", f"{path}/tags", {"tags": ["a", "b"]})
    assert client.call("PUT", f"{path}/tags", {"tags": ["c"]}).status == 204
    assert [tag["tag"] for tag in client.get(path)["tags"]] == ["c"]
    inbox = client.get(path)["mailboxId"]
    first, second, *_ = client.get(f"/mailboxes/{inbox}/fields")["_embedded"]["fields"]
    client.call("PUT", f"{path}/fields", {"fields": [{"id": first["id"], "value": "x"}]})
    assert client.call("PUT", f"{path}/fields", {"fields": [{"id": second["id"], "value": "y"}]}).status == 204
    assert [(one["id"], one["value"]) for one in client.get(path)["customFields"]] == [(second["id"], "y")]
    assert client.call("PUT", f"{path}/fields", {"fields": [{"id": 1, "value": "z"}]}).status == 400
    assert client.sandbox.control("GET", "/report")["ignored_fields"] == 1


def test_moving_leaves_the_values_and_an_owner_without_access_behind(client: Client, ticket_id: int):
    path = f"/conversations/{ticket_id}"
    seeds = client.sandbox.control("GET", "/seeds")
    fields = client.get(f"/mailboxes/{client.get(path)['mailboxId']}/fields")["_embedded"]["fields"]
    client.call("PUT", f"{path}/fields", {"fields": [{"id": fields[0]["id"], "value": "x"}]})
    assert client.call("PATCH", path, {"op": "move", "path": "/mailboxId", "value": GROUP}).status == 204
    moved = client.get(path)
    assert (moved["mailboxId"], moved["customFields"]) == (GROUP, [])
    dana = seeds["agents"]["dana@lumenboard.example"]
    assert client.call("PATCH", path, {"op": "replace", "path": "/assignTo", "value": dana}).status == 400
    ada = seeds["agents"]["ada@lumenboard.example"]
    assert client.call("PATCH", path, {"op": "replace", "path": "/assignTo", "value": ada}).status == 204
    assert client.get(path)["assignee"]["email"] == "ada@lumenboard.example"
    client.call("PATCH", path, {"op": "move", "path": "/mailboxId", "value": seeds["groups"]["Technical"]})
    assert "assignee" not in client.get(path)


@pytest.mark.parametrize(
    "wish",
    [{}, {"op": "replace"}, {"op": "replace", "path": "/priority", "value": "high"}, {"op": "add", "path": "/tags"},
     {"op": "move", "path": "/mailboxId", "value": 7}, {"op": "replace", "path": "/assignTo", "value": "x"}],
)  # fmt: skip
def test_an_operation_that_does_not_exist_is_refused_with_its_place(client: Client, ticket_id: int, wish: Any):
    answer = client.call("PATCH", f"/conversations/{ticket_id}", wish)
    assert answer.status == 400
    assert answer.body["_embedded"]["errors"][0]["path"]


def test_a_hundred_threads_are_all(client: Client, ticket_id: int):
    for n in range(99):
        client.sandbox.control("POST", f"/tickets/{ticket_id}/customer-reply", {"body": f"{n}"})
    assert client.call("POST", f"/conversations/{ticket_id}/notes", {"text": "x"}).status == 412
    assert client.get(f"/conversations/{ticket_id}/threads?page=4")["page"]["totalPages"] == 4


def test_a_draft_is_reworded_and_neither_hidden_nor_deleted(client: Client, ticket_id: int):
    customer = {"id": client.get(f"/conversations/{ticket_id}")["primaryCustomer"]["id"]}
    made = client.call("POST", f"/conversations/{ticket_id}/reply", {"text": "Hi", "customer": customer, "draft": True})
    thread = f"/conversations/{ticket_id}/threads/{made.headers['Resource-ID']}"
    assert client.call("PATCH", thread, {"op": "replace", "path": "/text", "value": "Ho"}).status == 204
    assert client.call("PATCH", thread, {"op": "replace", "path": "/hidden", "value": True}).status == 400
    assert client.call("DELETE", thread).status in (404, 405)
    assert client.get(f"/conversations/{ticket_id}/threads")["_embedded"]["threads"][0]["body"] == "Ho"


def test_spam_is_a_status_and_a_deleted_conversation_is_not_there(client: Client, ticket_id: int):
    client.sandbox.control("POST", f"/tickets/{ticket_id}/spam", {"agent": "ada@lumenboard.example"})
    assert client.get(f"/conversations/{ticket_id}")["status"] == "spam"
    other = client.sandbox.control("POST", "/tickets", {"customer": "mei@paperlantern.example", "body": "x"})
    client.sandbox.control("DELETE", f"/tickets/{other['ticket']['id']}")
    assert client.call("GET", f"/conversations/{other['ticket']['id']}").status == 404
    assert client.get("/conversations?status=all")["page"]["totalElements"] == 1


def test_a_write_counts_twice_and_the_wait_has_a_header_of_its_own(client: Client, ticket_id: int):
    client.sandbox.control("PUT", "/limits", {"desk": "helpscout", "units_per_minute": 4, "writes_per_burst": None})
    assert client.call("GET", "/users/me").headers["X-RateLimit-Remaining-Minute"] == "3"
    assert client.call("PUT", f"/conversations/{ticket_id}/tags", {"tags": []}).status == 204
    refused = client.call("PUT", f"/conversations/{ticket_id}/tags", {"tags": []})
    assert (refused.status, refused.body) == (429, {"message": "API rate limit exceeded"})
    assert 1 <= int(refused.headers["X-RateLimit-Retry-After"]) <= 60
    assert "Retry-After" not in refused.headers
    assert client.call("GET", "/users/me").status == 200


def test_twelve_writes_in_five_seconds_are_enough(client: Client, ticket_id: int):
    client.sandbox.control("PUT", "/limits", {"desk": "helpscout", "units_per_minute": None, "writes_per_burst": 12})
    statuses = [client.call("PUT", f"/conversations/{ticket_id}/tags", {"tags": [str(n)]}).status for n in range(13)]
    assert statuses == [204] * 12 + [429]
    assert client.call("GET", "/users/me").status == 200


# ---- webhooks


def hook(client: Client, receiver: Receiver, *events: str, **more: Any) -> str:
    wish = {"url": receiver.url, "events": list(events or EVENTS), "secret": "a-secret", "payloadVersion": "V2", **more}
    made = client.call("POST", "/webhooks", wish)
    assert made.status == 201, made.body
    return made.headers["Resource-ID"]


def settled(client: Client, receiver: Receiver) -> list[str]:
    assert client.sandbox.control("POST", "/deliveries/settle", {"timeout": 10})["settled"]
    return [post.headers["x-helpscout-event"] for post in receiver.posts]


def test_an_event_is_named_by_a_header_and_signed_by_the_webhook_s_own_secret(
    client: Client, receiver: Receiver, ticket_id: int
):
    hook(client, receiver)
    client.sandbox.control("POST", f"/tickets/{ticket_id}/customer-reply", {"body": "Hello? 1/2"})
    assert settled(client, receiver) == ["convo.customer.reply.created"]
    [post] = receiver.posts
    digest = hmac.new(b"a-secret", post.body, hashlib.sha1).digest()
    assert post.headers["x-helpscout-signature"] == base64.b64encode(digest).decode()
    assert b"\\/" in post.body
    assert post.event["id"] == ticket_id
    assert post.event["_embedded"]["threads"][0]["createdBy"]["type"] == "customer"


def test_each_kind_of_change_has_its_event(client: Client, receiver: Receiver, ticket_id: int):
    hook(client, receiver)
    agent = {"agent": "ada@lumenboard.example"}
    for method, path, wish in (
        ("POST", "/agent-reply", {"body": "Hi"}),
        ("POST", "/agent-reply", {"body": "psst", "public": False}),
        ("PATCH", "", {"tags": ["x"]}),
        ("PATCH", "", {"group": "Billing", "assignee": agent["agent"]}),
        ("POST", "/solve", {}),
        ("POST", "/rate", {"score": "good"}),
    ):
        client.sandbox.control(method, f"/tickets/{ticket_id}{path}", {**agent, **wish})
    client.sandbox.control("DELETE", f"/tickets/{ticket_id}", agent)
    assert sorted(settled(client, receiver)) == [
        "convo.agent.reply.created", "convo.assigned", "convo.deleted", "convo.moved", "convo.note.created",
        "convo.status", "convo.tags", "satisfaction.ratings",
    ]  # fmt: skip
    by_name = {post.headers["x-helpscout-event"]: post.event for post in receiver.posts}
    assert by_name["convo.deleted"] == {"id": ticket_id}
    rating = by_name["satisfaction.ratings"]
    assert (rating["ticketId"], rating["rating"]) == (ticket_id, "Great")


def test_ten_discarded_events_switch_a_webhook_off_until_it_is_written_anew(
    client: Client, receiver: Receiver, ticket_id: int
):
    made = hook(client, receiver, "convo.customer.reply.created")
    receiver.will_answer(*[503] * 40)
    for n in range(10):
        client.sandbox.control("POST", f"/tickets/{ticket_id}/customer-reply", {"body": str(n)})
        settled(client, receiver)
    assert client.get(f"/webhooks/{made}")["state"] == "disabled"
    receiver.script.clear()
    receiver.posts.clear()
    client.sandbox.control("POST", f"/tickets/{ticket_id}/customer-reply", {"body": "lost"})
    assert settled(client, receiver) == []
    again = {"url": receiver.url, "events": ["convo.customer.reply.created"], "secret": "another"}
    assert client.call("PUT", f"/webhooks/{made}", again).status == 204
    client.sandbox.control("POST", f"/tickets/{ticket_id}/customer-reply", {"body": "heard"})
    assert settled(client, receiver) == ["convo.customer.reply.created"]


@pytest.mark.parametrize(
    "wrong", [{"secret": "x" * 41}, {"secret": ""}, {"events": []}, {"events": ["convo.nothing"]}, {"url": "nowhere"}]
)
def test_a_webhook_that_does_not_hold_together_is_refused(client: Client, receiver: Receiver, wrong: Any):
    wish = {"url": receiver.url, "events": ["convo.created"], "secret": "a-secret", **wrong}
    assert client.call("POST", "/webhooks", wish).status == 400


def test_a_webhook_s_secret_is_not_told_again(client: Client, receiver: Receiver):
    made = hook(client, receiver, "convo.created")
    assert "secret" not in client.get(f"/webhooks/{made}")
    assert client.call("DELETE", f"/webhooks/{made}").status == 204
    assert "_embedded" not in client.get("/webhooks")
