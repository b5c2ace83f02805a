"""Intercom's face, as a client sees it that shares nothing with the connector."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from sandbox.faces.intercom.patience import Patience
from sandbox.running import RunningSandbox
from sandbox.settings import Settings
from tests.sandbox.client import Answered
from tests.sandbox.receiver import Receiver

pytestmark = pytest.mark.integration

AGENT = {"agent": "ada@lumenboard.example"}
ALL = [
    "conversation.user.created", "conversation.user.replied", "conversation.admin.replied", "conversation.admin.noted",
    "conversation.admin.assigned", "conversation.admin.opened", "conversation.admin.closed",
    "conversation.admin.snoozed", "conversation.admin.unsnoozed", "conversation.priority.updated",
    "conversation.rating.added", "conversation.deleted", "conversation_part.tag.created",
]  # fmt: skip


class Client:
    """Speaks HTTP with the token of a private app."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sandbox = sandbox
        self._http = urllib3.PoolManager(retries=False, timeout=15)
        self.headers = {"Authorization": "Bearer sandbox-access-token", "Intercom-Version": "2.16"}
        self.me = str(sandbox.control("GET", "/seeds")["integration_user_id"])

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answered:
        encoded = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        url = f"{self.sandbox.url}/intercom{path}"
        return Answered(self._http.request(method, url, body=encoded, headers=self.headers | headers, redirect=False))

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status == 200, answer.body
        return answer.body

    def search(self, *filters: tuple[str, str, Any], **more: Any) -> Answered:
        told = [{"field": field, "operator": operator, "value": value} for field, operator, value in filters]
        return self.call("POST", "/conversations/search", {"query": {"operator": "AND", "value": told}, **more})

    def part(self, id: int, **wish: Any) -> Answered:
        return self.call("POST", f"/conversations/{id}/parts", {"admin_id": self.me, **wish})

    def parts(self, id: int) -> list[tuple[str, str | None]]:
        told = self.get(f"/conversations/{id}")["conversation_parts"]["conversation_parts"]
        return [(one["part_type"], one["body"]) for one in told]


@pytest.fixture
def client(desk: RunningSandbox) -> Iterator[Client]:
    yield Client(desk)
    desk.control("PUT", "/limits", {"desk": "intercom", "calls_per_window": None})


def test_only_the_app_s_token_is_let_in_and_only_the_version_that_is_spoken_here(client: Client):
    assert client.get("/me")["app"]["id_code"]
    for wrong in ("Bearer guessed", "Basic sandbox-access-token", ""):
        refused = client.call("GET", "/me", Authorization=wrong)
        assert (refused.status, refused.body["errors"][0]["code"]) == (401, "unauthorized")
        assert "X-RateLimit-Limit" not in refused.headers
    refused = client.call("GET", "/me", **{"Intercom-Version": "1.0"})
    assert (refused.status, refused.body["errors"][0]["code"]) == (400, "intercom_version_invalid")


def test_what_opened_it_is_the_source_and_everything_since_a_part(client: Client, ticket_id: int):
    client.sandbox.control("POST", f"/tickets/{ticket_id}/agent-reply", {**AGENT, "body": "Hi", "status": "pending"})
    client.sandbox.control("POST", f"/tickets/{ticket_id}/customer-reply", {"body": "Yes"})
    client.sandbox.control("POST", f"/tickets/{ticket_id}/solve", AGENT)
    told = client.get(f"/conversations/{ticket_id}")
    assert (told["source"]["subject"], told["source"]["author"]["type"]) == ("Charged twice", "user")
    assert (told["state"], told["open"], told["title"]) == ("closed", False, None)
    kinds = [kind for kind, _ in client.parts(ticket_id)]
    assert kinds.count("comment") == 1
    assert ("open", "<p>Yes</p>") in client.parts(ticket_id)
    assert {"snoozed", "close", "assignment"} <= set(kinds)
    assert told["conversation_parts"]["total_count"] == len(kinds)


def test_of_more_than_five_hundred_parts_the_newest_are_told(client: Client):
    more = [{"body": f"{n}"} for n in range(510)]
    wish = {"customer": "ines@brightkiln.example", "body": "first", "messages": more}
    id = client.sandbox.control("POST", "/tickets", wish)["ticket"]["id"]
    told = client.get(f"/conversations/{id}")["conversation_parts"]
    assert (len(told["conversation_parts"]), told["total_count"]) == (500, 510)
    assert told["conversation_parts"][0]["body"] == "<p>10</p>"


def test_a_note_is_private_and_a_comment_goes_to_the_customer_and_is_a_violation(client: Client, ticket_id: int):
    path, wish = f"/conversations/{ticket_id}/reply", {"type": "admin", "admin_id": client.me, "body": "<p>x</p>"}
    assert client.call("POST", path, {**wish, "message_type": "note"}).status == 200
    assert client.sandbox.control("GET", "/report")["ok"]
    assert client.call("POST", path, {**wish, "message_type": "comment"}).status == 200
    assert client.sandbox.control("GET", "/report")["violations"][0]["kind"] == "public_message"
    assert client.parts(ticket_id) == [("note", "<p>x</p>"), ("comment", "<p>x</p>")]


@pytest.mark.parametrize(
    "wish", [{"type": "admin", "assignee_id": "0", "message_type": "assignment"}, {"message_type": "close"}]
)
def test_words_beside_an_assignment_or_a_closing_go_to_the_customer_too(client: Client, ticket_id: int, wish: Any):
    assert client.part(ticket_id, **wish, body="Goodbye").status == 200
    assert not client.sandbox.control("GET", "/report")["ok"]


def test_team_and_teammate_are_given_one_by_one_and_taken_away_with_nought(client: Client, ticket_id: int):
    seeds = client.sandbox.control("GET", "/seeds")
    team, ada = str(seeds["groups"]["Billing"]), str(seeds["agents"][AGENT["agent"]])
    give = {"message_type": "assignment"}
    assert client.part(ticket_id, **give, type="team", assignee_id=team).body["team_assignee_id"] == int(team)
    told = client.part(ticket_id, **give, type="admin", assignee_id=ada).body
    assert (told["team_assignee_id"], told["admin_assignee_id"]) == (int(team), int(ada))
    told = client.part(ticket_id, **give, type="admin", assignee_id="0").body
    assert (told["team_assignee_id"], told["admin_assignee_id"]) == (int(team), 0)
    assert client.part(ticket_id, **give, type="team", assignee_id="7").status == 404
    assert client.part(ticket_id, **give, type="admin", assignee_id="x").status == 400
    assert client.part(ticket_id, **give, type="admin", assignee_id=ada, admin_id="7").status == 400


def test_a_tag_is_made_first_and_added_by_its_id(client: Client, ticket_id: int):
    path = f"/conversations/{ticket_id}/tags"
    made = [client.call("POST", "/tags", {"name": "VIP"}).body["id"] for _ in range(2)]
    assert made[0] == made[1]
    assert client.call("POST", path, {"id": "7", "admin_id": client.me}).status == 404
    for _ in range(2):
        assert client.call("POST", path, {"id": made[0], "admin_id": client.me}).status == 200
    assert [tag["name"] for tag in client.get(f"/conversations/{ticket_id}")["tags"]["tags"]] == ["vip"]
    assert client.call("DELETE", f"{path}/{made[0]}", {"admin_id": client.me}).status == 200
    assert client.call("DELETE", f"{path}/{made[0]}", {"admin_id": client.me}).status == 404


def test_attributes_are_set_by_name_and_others_stay(client: Client, ticket_id: int):
    path = f"/conversations/{ticket_id}"
    assert client.call("PUT", path, {"custom_attributes": {"Colour": "red"}}).status == 400
    assert client.sandbox.control("GET", "/report")["ignored_fields"] == 1
    ids = [
        client.call("POST", "/conversations/attributes", {"name": name, "data_type": "string"}).body["id"]
        for name in ("Colour", "Size")
    ]
    client.call("PUT", path, {"custom_attributes": {"Colour": "red"}})
    told = client.call("PUT", path, {"custom_attributes": {"Size": "9"}}).body
    assert told["custom_attributes"] == {"Colour": "red", "Size": "9"}
    assert client.call("DELETE", f"/conversations/attributes/{ids[0]}").body["archived"] is True
    assert [one["name"] for one in client.get("/conversations/attributes")["data"]] == ["Size"]


def test_the_priority_is_told_and_cannot_be_set(client: Client, ticket_id: int):
    client.sandbox.control("PATCH", f"/tickets/{ticket_id}", {**AGENT, "priority": "normal"})
    assert client.call("PUT", f"/conversations/{ticket_id}", {"priority": "urgent"}).body["priority"] == "medium"


def test_the_search_lets_its_bounds_in_and_goes_on_behind_a_row(client: Client):
    wish = {"customer": "ines@brightkiln.example", "subject": "x", "body": "x"}
    ids = [str(client.sandbox.control("POST", "/tickets", wish)["ticket"]["id"]) for _ in range(5)]
    at = str(client.get(f"/conversations/{ids[2]}")["updated_at"])
    for operator in (">", "<", "="):
        assert ids[2] in [one["id"] for one in client.search(("updated_at", operator, at)).body["conversations"]]
    seen, after = [], None
    while True:
        paging = {"per_page": 2, **({"starting_after": after} if after else {})}
        told = client.search(("state", "=", "open"), pagination=paging).body
        assert told["total_count"] == 5
        seen += [one["id"] for one in told["conversations"]]
        after = told["pages"].get("next", {}).get("starting_after")
        if after is None:
            break
    assert sorted(seen) == sorted(ids)
    assert len(seen) == 5


@pytest.mark.parametrize(
    ("filters", "more"),
    [
        ([("colour", "=", "red")], {}),
        ([("updated_at", ">", "soon")], {}),
        ([("state", ">", "open")], {}),
        ([("state", "=", "open")] * 16, {}),
        ([("state", "=", "open")], {"pagination": {"per_page": 151}}),
        ([("state", "=", "open")], {"pagination": {"starting_after": "zanzibar"}}),
    ],
)
def test_a_search_that_does_not_hold_together_is_refused(client: Client, filters: Any, more: Any):
    refused = client.search(*filters, **more)
    assert (refused.status, refused.body["errors"][0]["code"]) == (400, "parameter_invalid")


def test_what_was_deleted_is_in_a_list_of_its_own_and_nowhere_else(client: Client, ticket_id: int):
    client.sandbox.control("DELETE", f"/tickets/{ticket_id}")
    refused = client.call("GET", f"/conversations/{ticket_id}")
    assert (refused.status, refused.body["type"]) == (404, "error.list")
    assert client.search(("id", "=", str(ticket_id))).body["total_count"] == 0
    [gone] = client.get("/conversations/deleted")["conversations"]
    assert gone["id"] == str(ticket_id)
    assert client.get("/conversations/deleted?page=2&per_page=1")["conversations"] == []


def test_a_window_of_ten_seconds_allows_so_many_calls_and_says_when_it_ends(client: Client):
    client.sandbox.control("PUT", "/limits", {"desk": "intercom", "calls_per_window": 2})
    answers = [client.call("GET", "/me") for _ in range(6)]
    refused = [one for one in answers if one.status == 429]
    # A window may end in between, and two more are let through.
    assert len(refused) in (2, 4)
    assert answers[0].headers["X-RateLimit-Remaining"] in ("1", "0")
    [error] = refused[0].body["errors"]
    assert (error["code"], error["message"]) == ("rate_limit_exceeded", "Exceeded rate limit of 2 in 10_seconds")
    assert int(refused[0].headers["X-RateLimit-Reset"]) % 10 == 0
    assert "Retry-After" not in refused[0].headers


# ---- notifications


def subscribed(client: Client, receiver: Receiver, *topics: str) -> None:
    wish = {"desk": "intercom", "webhook_url": receiver.url, "topics": list(topics)}
    assert client.sandbox.control("POST", "/by-hand", wish)["webhooks"] == ["1"]


def settled(client: Client, receiver: Receiver) -> list[str]:
    assert client.sandbox.control("POST", "/deliveries/settle", {"timeout": 10})["settled"]
    return [post.event["topic"] for post in receiver.posts]


def test_an_address_that_does_not_answer_a_head_request_is_not_taken(client: Client):
    wish = {"desk": "intercom", "webhook_url": "http://127.0.0.1:9/hook"}
    with pytest.raises(RuntimeError, match="HEAD"):
        client.sandbox.control("POST", "/by-hand", wish)
    with pytest.raises(RuntimeError, match="no such topic"):
        client.sandbox.control("POST", "/by-hand", {**wish, "topics": ["conversation.nothing"]})


def test_a_desk_whose_api_makes_webhooks_needs_no_hands(client: Client, receiver: Receiver):
    wish = {"desk": "zendesk", "webhook_url": receiver.url}
    assert client.sandbox.control("POST", "/by-hand", wish)["webhooks"] == []


def test_a_notification_is_signed_with_the_client_secret_and_holds_what_is_new(
    client: Client, receiver: Receiver, ticket_id: int
):
    subscribed(client, receiver)
    client.sandbox.control("POST", f"/tickets/{ticket_id}/customer-reply", {"body": "Grüße 🔥"})
    assert settled(client, receiver) == ["conversation.user.replied"]
    [post] = receiver.posts
    secret = client.sandbox.control("GET", "/seeds")["desks"]["intercom"]["client_secret"]
    digest = hmac.new(secret.encode(), post.body, hashlib.sha1).hexdigest()
    assert post.headers["x-hub-signature"] == f"sha1={digest}"
    assert post.event["id"].startswith("notif_")
    item = post.event["data"]["item"]
    [part] = item["conversation_parts"]["conversation_parts"]
    assert (item["id"], part["author"]["type"], part["body"]) == (str(ticket_id), "user", "<p>Grüße 🔥</p>")


def test_each_kind_of_change_has_its_topic(client: Client, receiver: Receiver, ticket_id: int):
    subscribed(client, receiver, *ALL)
    for method, path, wish in (
        ("POST", "/agent-reply", {"body": "Hi"}),
        ("POST", "/agent-reply", {"body": "psst", "public": False}),
        ("PATCH", "", {"tags": ["x"]}),
        ("PATCH", "", {"priority": "high"}),
        ("PATCH", "", {"group": "Billing", "assignee": AGENT["agent"]}),
        ("PATCH", "", {"status": "pending"}),
        ("PATCH", "", {"status": "open"}),
        ("POST", "/solve", {}),
        ("POST", "/reopen", {}),
        ("POST", "/rate", {"score": "good"}),
    ):
        client.sandbox.control(method, f"/tickets/{ticket_id}{path}", {**AGENT, **wish})
    client.sandbox.control("DELETE", f"/tickets/{ticket_id}", AGENT)
    assert sorted(settled(client, receiver)) == sorted(
        set(ALL) - {"conversation.user.created", "conversation.user.replied"}
    )
    [deleted] = [post.event for post in receiver.posts if post.event["topic"] == "conversation.deleted"]
    assert deleted["data"]["item"] == {"type": "conversation", "id": str(ticket_id)}


def test_a_notification_that_is_sent_again_is_the_same_and_says_so(client: Client, receiver: Receiver, ticket_id: int):
    subscribed(client, receiver)
    client.sandbox.control("PUT", "/delivery", {"duplicate_share": 1.0})
    client.sandbox.control("POST", f"/tickets/{ticket_id}/customer-reply", {"body": "x"})
    settled(client, receiver)
    first, second = (post.event for post in receiver.posts)
    assert first["id"] == second["id"]
    assert {first["delivery_attempts"], second["delivery_attempts"]} == {1, 2}


def test_a_receiver_that_fails_is_tried_once_more_and_one_that_asks_for_time_more_often(
    client: Client, receiver: Receiver, ticket_id: int
):
    subscribed(client, receiver)
    for statuses, tries in (((500, 500, 500), 2), ((429, 429, 200), 3)):
        receiver.posts.clear()
        receiver.script.clear()
        receiver.will_answer(*statuses)
        client.sandbox.control("POST", f"/tickets/{ticket_id}/customer-reply", {"body": "x"})
        assert len(settled(client, receiver)) == tries


def test_over_a_thousand_errors_in_a_row_within_a_quarter_of_an_hour_make_a_pause():
    fuse = Patience(Settings(breaker_pause=30.0)).fuse("1")
    for n in range(1_000):
        fuse.note(n * 0.1, ok=False)
    assert fuse.allows(100.0)
    fuse.note(100.0, ok=False)
    assert not fuse.allows(129.9)
    assert fuse.allows(130.0)


@pytest.mark.parametrize("breaks", ["a success", "time"])
def test_errors_that_are_not_in_a_row_make_none(breaks: str):
    fuse = Patience(Settings(breaker_pause=30.0)).fuse("1")
    for n in range(1_001):
        fuse.note(n * (1.0 if breaks == "time" else 0.1), ok=breaks == "a success" and n == 500)
    assert fuse.allows(1_002.0)
