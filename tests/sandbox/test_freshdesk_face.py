"""Freshdesk's face, as a client sees it that shares nothing with the connector."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from sandbox.faces.freshdesk.access import API_KEY
from sandbox.running import RunningSandbox
from tests.sandbox.client import Answered
from tests.sandbox.receiver import Receiver

pytestmark = pytest.mark.integration

ADA = "ada@lumenboard.example"
WHATEVER = [
    {"name": "c", "match_type": "all", "properties": [{"field_name": "priority", "operator": "in", "value": [1]}]}
]


class Client:
    """Speaks HTTP with the key."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sandbox = sandbox
        self._http = urllib3.PoolManager(retries=False, timeout=15)
        self.headers: dict[str, str] = {}
        self.sign_in(f"{API_KEY}:X")

    def sign_in(self, credentials: str) -> None:
        self.headers = {"Authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}"}

    def call(self, method: str, path: str, body: Any = None) -> Answered:
        encoded = None if body is None else json.dumps(body).encode()
        url = f"{self.sandbox.url}/freshdesk/api/v2{path}"
        return Answered(self._http.request(method, url, body=encoded, headers=self.headers, redirect=False))

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status == 200, answer.body
        return answer.body

    def act(self, ticket_id: int, what: str, **wish: Any) -> None:
        self.sandbox.control("POST", f"/tickets/{ticket_id}/{what}", {"agent": ADA, **wish})


@pytest.fixture
def client(desk: RunningSandbox) -> Iterator[Client]:
    yield Client(desk)
    nothing = {"credits_per_minute": None, "updates_per_minute": None, "lists_per_minute": None}
    desk.control("PUT", "/limits", {"desk": "freshdesk", **nothing})


def opened(client: Client, n: int = 1) -> list[int]:
    wish = {"customer": "mei@paperlantern.example", "body": "x"}
    return [client.sandbox.control("POST", "/tickets", wish)["ticket"]["id"] for _ in range(n)]


# ---- sign-in and errors


def test_the_key_is_the_user_s_name_and_any_password_will_do(client: Client):
    assert client.get("/agents/me")["contact"]["name"] == "Firstline"
    client.sign_in(f"{API_KEY}:anything")
    assert client.call("GET", "/agents/me").status == 200
    for wrong in ("guessed:X", ":X", "X"):
        client.sign_in(wrong)
        answer = client.call("GET", "/agents/me")
        assert (answer.status, answer.body["code"]) == (401, "invalid_credentials")


def test_what_nobody_expects_is_an_error_with_its_field(client: Client, ticket_id: int):
    answer = client.call("PUT", f"/tickets/{ticket_id}", {"priority": 1, "note": "x"})
    assert answer.status == 400
    assert answer.body["errors"][0] | {"message": ""} == {"field": "note", "message": "", "code": "invalid_field"}
    assert client.call("GET", "/tickets?color=red").body["errors"][0]["field"] == "color"
    assert client.call("GET", "/tickets?per_page=101").status == 400
    assert client.call("GET", "/tickets?page=301").status == 400
    assert client.call("GET", "/tickets/999999").status == 404


# ---- tickets


def test_the_description_belongs_to_the_ticket_and_conversations_begin_behind_it(client: Client, ticket_id: int):
    client.act(ticket_id, "customer-reply", body="Hello?")
    client.act(ticket_id, "agent-reply", body="One moment.", public=False)
    client.act(ticket_id, "agent-reply", body="Done.")
    told = client.get(f"/tickets/{ticket_id}?include=requester,stats")
    assert told["description_text"] == "We paid twice. Ines"
    assert told["requester"]["email"] == "ines@brightkiln.example"
    assert told["stats"]["first_responded_at"]
    conversations = client.get(f"/tickets/{ticket_id}/conversations")
    assert [(one["incoming"], one["private"], one["source"], one["body_text"]) for one in conversations] == [
        (True, False, 0, "Hello?"),
        (False, True, 2, "One moment."),
        (False, False, 0, "Done."),
    ]


def test_only_ten_conversations_are_included_and_they_are_the_oldest(client: Client, ticket_id: int):
    for n in range(12):
        client.act(ticket_id, "customer-reply", body=f"m{n}")
    included = client.get(f"/tickets/{ticket_id}?include=conversations")["conversations"]
    assert [one["body_text"] for one in included] == [f"m{n}" for n in range(10)]


def test_a_list_is_paged_by_a_link_newest_first(client: Client):
    ids = opened(client, 5)
    first = client.call("GET", "/tickets?per_page=2")
    assert [one["id"] for one in first.body] == ids[:2:-1]
    assert 'rel="next"' in first.headers["link"]
    last = client.call("GET", "/tickets?per_page=2&page=3")
    assert [one["id"] for one in last.body] == ids[:1]
    assert "link" not in last.headers
    assert "description" not in first.body[0]


def test_a_list_since_is_told_oldest_first_without_deleted_spam_and_archived_ones(client: Client):
    kept, deleted, spam, archived = opened(client, 4)
    client.sandbox.control("DELETE", f"/tickets/{deleted}")
    client.act(spam, "spam")
    client.act(archived, "close")
    query = "/tickets?updated_since=2026-01-01T00:00:00Z&order_by=updated_at&order_type=asc"
    assert [one["id"] for one in client.get(query)] == [kept]
    assert [one["id"] for one in client.get("/tickets?filter=deleted")] == [deleted]
    assert [one["id"] for one in client.get("/tickets?filter=spam")] == [spam]
    assert client.get(f"/tickets/{deleted}")["deleted"] is True
    assert client.get(f"/tickets/{spam}")["spam"] is True


def test_an_archived_ticket_lies_elsewhere_and_takes_nothing(client: Client, ticket_id: int):
    client.act(ticket_id, "customer-reply", body="Hello?")
    client.act(ticket_id, "close")
    for method, path, body in (
        ("GET", "", None),
        ("GET", "/conversations", None),
        ("PUT", "", {"priority": 2}),
        ("POST", "/notes", {"body": "x"}),
    ):
        assert client.call(method, f"/tickets/{ticket_id}{path}", body).status == 404
    assert client.get(f"/tickets/archived/{ticket_id}")["archived"] is True
    assert len(client.get(f"/tickets/archived/{ticket_id}/conversations")) == 1


def test_every_ticket_has_a_priority(client: Client, ticket_id: int):
    assert client.get(f"/tickets/{ticket_id}")["priority"] == 1


def test_tags_replace_and_only_the_named_fields_change(client: Client, ticket_id: int):
    names = []
    for label in ("One", "Two"):
        wish = {"label": label, "label_for_customers": label, "type": "custom_text"}
        made = client.call("POST", "/admin/ticket_fields", wish)
        assert made.status == 201
        names.append(made.body["name"])
    assert names[0].startswith("cf_one_")
    one, two = names
    client.call("PUT", f"/tickets/{ticket_id}", {"tags": ["a", "b"], "custom_fields": {one: "x"}})
    told = client.call("PUT", f"/tickets/{ticket_id}", {"tags": ["c"], "custom_fields": {two: "y"}}).body
    assert told["tags"] == ["c"]
    assert told["custom_fields"] == {one: "x", two: "y"}
    for wrong in ({one: 7}, {"cf_three": "x"}):
        assert client.call("PUT", f"/tickets/{ticket_id}", {"custom_fields": wrong}).status == 400
    assert client.sandbox.control("GET", "/report")["ignored_fields"] == 1


def test_an_agent_has_to_be_in_the_group(client: Client, ticket_id: int):
    seeds = client.sandbox.control("GET", "/seeds")
    wish = {"group_id": seeds["groups"]["Technical"], "responder_id": seeds["agents"][ADA]}
    refused = client.call("PUT", f"/tickets/{ticket_id}", wish)
    assert (refused.status, refused.body["errors"][0]["field"]) == (400, "responder_id")
    assert client.get(f"/tickets/{ticket_id}")["group_id"] is None
    wish["group_id"] = seeds["groups"]["Billing"]
    assert client.call("PUT", f"/tickets/{ticket_id}", wish).body["responder_id"] == seeds["agents"][ADA]


def test_a_note_is_private_unless_somebody_says_otherwise_and_then_it_is_a_violation(client: Client, ticket_id: int):
    made = client.call("POST", f"/tickets/{ticket_id}/notes", {"body": "<p>x</p>"})
    assert (made.status, made.body["private"]) == (201, True)
    assert client.sandbox.control("GET", "/report")["ok"]
    assert client.call("POST", f"/tickets/{ticket_id}/notes", {"body": "x", "private": False}).status == 201
    assert client.sandbox.control("GET", "/report")["violations"][0]["kind"] == "public_message"


def test_a_reply_is_sent_at_once_and_is_a_violation(client: Client, ticket_id: int):
    assert client.call("POST", f"/tickets/{ticket_id}/reply", {"body": "Hi"}).status == 201
    assert not client.sandbox.control("GET", "/report")["ok"]


def test_ratings_have_numbers(client: Client, ticket_id: int):
    assert client.get(f"/tickets/{ticket_id}/satisfaction_ratings") == []
    client.act(ticket_id, "solve")
    client.act(ticket_id, "rate", score="bad")
    [rating] = client.get(f"/tickets/{ticket_id}/satisfaction_ratings")
    assert rating["ratings"]["default_question"] == -103


# ---- limits


def limited(client: Client, **limits: int) -> None:
    client.sandbox.control("PUT", "/limits", {"desk": "freshdesk", **limits})


def test_what_is_included_costs_more_and_each_answer_tells_what_is_left(client: Client, ticket_id: int):
    limited(client, credits_per_minute=10)
    answer = client.call("GET", f"/tickets/{ticket_id}?include=requester,stats")
    told = {name: answer.headers[f"X-RateLimit-{name}"] for name in ("Total", "Remaining", "Used-CurrentRequest")}
    assert told == {"Total": "10", "Remaining": "7", "Used-CurrentRequest": "3"}
    assert client.call("GET", "/tickets?include=requester,stats").headers["X-RateLimit-Used-CurrentRequest"] == "5"
    refused = client.call("GET", f"/tickets/{ticket_id}?include=requester,stats")
    assert refused.status == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


def test_updates_and_lists_have_limits_of_their_own(client: Client, ticket_id: int):
    limited(client, credits_per_minute=100, updates_per_minute=1, lists_per_minute=1)
    update, listing = ("PUT", f"/tickets/{ticket_id}", {"priority": 2}), ("GET", "/tickets")
    for call in (update, listing):
        assert client.call(*call).status == 200
        assert client.call(*call).status == 429
    assert client.call("GET", f"/tickets/{ticket_id}").status == 200


# ---- rules and their webhooks


def rule(client: Client, receiver: Receiver, kind: int, *events: dict[str, str], **more: Any) -> Answered:
    action = {
        "field_name": "trigger_webhook",
        "request_type": "POST",
        "url": receiver.url,
        "custom_headers": {"X-Secret": "s"},
        "content": {
            "content_type": "JSON",
            "content_layout": "advanced",
            "body": '{"id": {{ticket.id}}, "x": "{{x}}"}',
        },
    }
    trigger = {"performer": {"type": 3}, "events": list(events)} if kind == 4 else {}
    wish = {"name": "Ours", "active": True, "conditions": WHATEVER, "actions": [action], **trigger, **more}
    return client.call("POST", f"/automations/{kind}/rules", wish)


def settled(client: Client, receiver: Receiver) -> list[Any]:
    assert client.sandbox.control("POST", "/deliveries/settle", {"timeout": 10})["settled"]
    return [json.loads(post.body) for post in receiver.posts]


def test_a_rule_on_creation_sends_its_own_template_with_its_own_header(client: Client, receiver: Receiver):
    assert rule(client, receiver, 1).status == 201
    [id] = opened(client)
    assert settled(client, receiver) == [{"id": id, "x": ""}]
    [post] = receiver.posts
    assert post.headers["x-secret"] == "s"
    assert not [name for name in post.headers if "signature" in name]


def test_a_rule_on_updates_hears_only_its_events(client: Client, receiver: Receiver, ticket_id: int):
    rule(client, receiver, 4, {"field_name": "reply_sent"}, {"field_name": "status", "from": "--", "to": "--"})
    client.act(ticket_id, "agent-reply", body="psst", public=False)
    client.sandbox.control("PATCH", f"/tickets/{ticket_id}", {"agent": ADA, "priority": "high", "tags": ["x"]})
    assert settled(client, receiver) == []
    client.act(ticket_id, "customer-reply", body="Hello?")
    client.act(ticket_id, "solve")
    assert len(settled(client, receiver)) == 2


def test_a_rule_may_be_about_one_kind_of_performer(client: Client, receiver: Receiver, ticket_id: int):
    rule(client, receiver, 4, {"field_name": "reply_sent"}, performer={"type": 2})
    client.act(ticket_id, "agent-reply", body="Hi")
    assert settled(client, receiver) == []
    client.act(ticket_id, "customer-reply", body="Hello?")
    assert len(settled(client, receiver)) == 1


def test_a_webhook_counts_against_the_account_s_limit(client: Client, receiver: Receiver):
    rule(client, receiver, 1)
    limited(client, credits_per_minute=10)
    opened(client, 3)
    settled(client, receiver)
    assert client.call("GET", "/agents/me").headers["X-RateLimit-Remaining"] == "6"


def test_a_webhook_is_tried_three_times_more(client: Client, receiver: Receiver):
    rule(client, receiver, 1)
    receiver.will_answer(*[500] * 9)
    opened(client)
    settled(client, receiver)
    assert len(receiver.posts) == 4


def test_rules_are_listed_and_deleted_by_their_kind(client: Client, receiver: Receiver):
    made = rule(client, receiver, 1).body
    assert [one["id"] for one in client.get("/automations/1/rules")["rules"]] == [made["id"]]
    assert client.get("/automations/4/rules")["rules"] == []
    assert client.call("DELETE", f"/automations/4/rules/{made['id']}").status == 404
    assert client.call("DELETE", f"/automations/1/rules/{made['id']}").status == 204
    assert client.call("GET", "/automations/2/rules").status == 404


@pytest.mark.parametrize(
    "more",
    [{"events": [{"field_name": "moon"}]}, {"events": []}, {"performer": {}}, {"conditions": []}, {"color": "red"}],
)
def test_a_rule_that_does_not_hold_together_is_refused(client: Client, receiver: Receiver, more: dict[str, Any]):
    assert rule(client, receiver, 4, {"field_name": "status"}, **more).status == 400


def test_a_rule_on_creation_has_no_events(client: Client, receiver: Receiver):
    assert rule(client, receiver, 1, events=[{"field_name": "status"}]).status == 400
