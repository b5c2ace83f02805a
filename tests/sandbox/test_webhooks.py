"""Webhooks: what is sent, how it is signed, and what happens when nobody takes it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Any

import pytest

from sandbox.delivery.breaker import Breaker
from sandbox.faces.zendesk.events import signature
from tests.sandbox.client import ZendeskClient
from tests.sandbox.receiver import Post, Receiver

pytestmark = pytest.mark.integration

EVENTS = ("created", "comment_added", "status_changed", "priority_changed", "agent_assignment_changed",
          "group_assignment_changed", "tags_changed", "custom_field_changed", "soft_deleted",
          "marked_as_spam")  # fmt: skip


def hook(zendesk: ZendeskClient, receiver: Receiver, *names: str, url: str = "", **more: Any) -> dict[str, str]:
    """Create a webhook; its id and secret."""
    subscriptions = [f"zen:event-type:ticket.{name}" for name in names or EVENTS]
    wish = {"name": "Firstline", "endpoint": url or receiver.url, "subscriptions": subscriptions, **more}
    made = zendesk.call("POST", "/webhooks", {"webhook": wish})
    assert made.status == 201, made.body
    webhook_id = made.body["webhook"]["id"]
    secret = zendesk.get(f"/webhooks/{webhook_id}/signing_secret")["signing_secret"]
    assert secret["algorithm"] == "SHA256"
    return {"id": webhook_id, "secret": secret["secret"]}


def open_ticket(zendesk: ZendeskClient, body: str = "We paid twice.") -> int:
    ticket = {"customer": "ines@brightkiln.example", "subject": "Zwölf €", "body": body}
    return zendesk.sandbox.control("POST", "/tickets", ticket)["ticket"]["id"]


def settle(zendesk: ZendeskClient) -> None:
    assert zendesk.sandbox.control("POST", "/deliveries/settle", {"timeout": 10})["settled"]


def deliveries(zendesk: ZendeskClient) -> list[dict[str, Any]]:
    return zendesk.sandbox.control("GET", "/deliveries")["deliveries"]


def is_signed(post: Post, secret: str) -> bool:
    """Verify as Zendesk's page tells receivers to, without the sandbox's own code."""
    message = post.headers["x-zendesk-webhook-signature-timestamp"].encode() + post.body
    expected = base64.b64encode(hmac.new(secret.encode(), message, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(expected, post.headers["x-zendesk-webhook-signature"])


def test_the_signature_is_what_openssl_computes() -> None:
    # printf '2026-01-01T10:00:00Z{"id":"1"}' | openssl dgst -sha256 -hmac 'a-secret_as/written==' -binary | base64
    expected = "lX8G0Nose48CSqcJaDL+OnETQciMLlR9B8m3DWm71/E="

    assert signature("a-secret_as/written==", "2026-01-01T10:00:00Z", b'{"id":"1"}') == expected


def test_a_new_ticket_is_announced_with_headers_and_a_valid_signature(
    zendesk: ZendeskClient, receiver: Receiver
) -> None:
    made = hook(zendesk, receiver, custom_headers={"X-Ours": "1"})
    ticket_id = open_ticket(zendesk)
    settle(zendesk)

    (post,) = receiver.posts
    assert is_signed(post, made["secret"])
    assert post.headers["user-agent"] == "Zendesk Webhook"
    assert post.headers["content-type"] == "application/json"
    assert post.headers["x-zendesk-webhook-id"] == made["id"]
    assert post.headers["x-ours"] == "1"
    event = post.event
    assert (event["type"], event["subject"]) == ("zen:event-type:ticket.created", f"zen:ticket:{ticket_id}")
    assert event["zendesk_event_version"] == "2022-11-06"
    detail = event["detail"]
    assert (detail["id"], detail["requester_id"], detail["actor_id"]) == (str(ticket_id), "900012", "900012")
    assert (detail["status"], detail["subject"], detail["via"]) == ("NEW", "Zwölf €", {"channel": "email"})


def test_our_own_writes_come_back_as_events_of_one_sequence(zendesk: ZendeskClient, receiver: Receiver) -> None:
    field = zendesk.call("POST", "/ticket_fields", {"ticket_field": {"title": "Firstline rank", "type": "integer"}})
    ticket_id = open_ticket(zendesk)
    hook(zendesk, receiver)
    zendesk.put(
        ticket_id, comment={"body": "note", "public": False}, priority="high", group_id=500001, assignee_id=900002,
        tags=["firstline"], custom_fields=[{"id": field.body["ticket_field"]["id"], "value": 7}],
    )  # fmt: skip
    settle(zendesk)

    by_type = {post.event["type"].rpartition(".")[2]: post.event for post in receiver.posts}
    assert by_type.keys() == {
        "comment_added", "status_changed", "priority_changed", "agent_assignment_changed", "group_assignment_changed",
        "tags_changed", "custom_field_changed",
    }  # fmt: skip
    assert {event["detail"]["actor_id"] for event in by_type.values()} == {"900001"}
    assert len({event["event"]["meta"]["sequence"]["id"] for event in by_type.values()}) == 1
    assert by_type["priority_changed"]["event"]["current"] == "HIGH"
    assert by_type["status_changed"]["event"]["previous"] == "NEW"
    assert by_type["tags_changed"]["event"]["tags_added"] == ["firstline"]
    comment = by_type["comment_added"]["event"]["comment"]
    assert (comment["is_public"], comment["author"]["is_staff"], comment["author"]["id"]) == (False, True, "900001")


def test_only_subscribed_events_are_sent(zendesk: ZendeskClient, receiver: Receiver) -> None:
    hook(zendesk, receiver, "comment_added")
    ticket_id = open_ticket(zendesk)
    zendesk.put(ticket_id, priority="high")
    zendesk.sandbox.control("POST", f"/tickets/{ticket_id}/customer-reply", {"body": "hello?"})
    settle(zendesk)

    assert receiver.types() == ["comment_added"]
    assert receiver.posts[0].event["event"]["comment"]["author"] == {
        "id": "900012", "is_staff": False, "name": "Ines Carvalho"
    }  # fmt: skip


def test_spam_and_deletion_are_announced(zendesk: ZendeskClient, receiver: Receiver) -> None:
    spam, plain = open_ticket(zendesk), open_ticket(zendesk)
    hook(zendesk, receiver)
    zendesk.sandbox.control("POST", f"/tickets/{spam}/spam")
    zendesk.sandbox.control("DELETE", f"/tickets/{plain}")
    settle(zendesk)

    assert sorted(receiver.types()) == ["marked_as_spam", "soft_deleted", "soft_deleted"]


@pytest.mark.parametrize("status", [409, 429, 503])
def test_a_receiver_that_asks_for_patience_gets_it_again(
    zendesk: ZendeskClient, receiver: Receiver, status: int
) -> None:
    receiver.will_answer(status, status)
    hook(zendesk, receiver)
    open_ticket(zendesk)
    settle(zendesk)

    (delivery,) = deliveries(zendesk)
    assert [attempt["status"] for attempt in delivery["attempts"]] == [status, status, 202]
    assert (delivery["status"], delivery["accepted_at"] is not None) == ("delivered", True)
    assert len({post.headers["x-zendesk-webhook-invocation-id"] for post in receiver.posts}) == 1


def test_after_three_retries_it_is_over(zendesk: ZendeskClient, receiver: Receiver) -> None:
    receiver.will_answer(503, 503, 503, 503, 503)
    hook(zendesk, receiver)
    open_ticket(zendesk)
    settle(zendesk)

    (delivery,) = deliveries(zendesk)
    assert (delivery["status"], len(delivery["attempts"]), delivery["accepted_at"]) == ("failed", 4, None)


@pytest.mark.parametrize("status", [400, 401, 404, 413, 500])
def test_other_errors_are_not_retried(zendesk: ZendeskClient, receiver: Receiver, status: int) -> None:
    receiver.will_answer(status)
    hook(zendesk, receiver)
    open_ticket(zendesk)
    settle(zendesk)

    assert len(receiver.posts) == 1
    assert deliveries(zendesk)[0]["status"] == "failed"


def test_a_long_retry_after_is_not_waited_for(zendesk: ZendeskClient, receiver: Receiver) -> None:
    receiver.will_answer(429, retry_after="600")
    hook(zendesk, receiver)
    open_ticket(zendesk)
    settle(zendesk)

    assert deliveries(zendesk)[0]["status"] == "failed"


def test_a_receiver_that_is_too_slow_or_gone_is_tried_again(zendesk: ZendeskClient, receiver: Receiver) -> None:
    receiver.will_answer(202, wait=1.5)  # the desk waits 1 s here
    hook(zendesk, receiver)
    hook(zendesk, receiver, url="http://127.0.0.1:9/nobody")
    open_ticket(zendesk)
    settle(zendesk)

    outcomes = {delivery["status"]: delivery["attempts"] for delivery in deliveries(zendesk)}
    assert [attempt["error"] for attempt in outcomes["delivered"]] == ["ReadTimeoutError", None]
    assert len(outcomes["failed"]) == 4


def test_events_during_an_open_breaker_are_never_sent(zendesk: ZendeskClient, receiver: Receiver) -> None:
    receiver.will_answer(*[500] * 20)
    hook(zendesk, receiver)
    for _ in range(20):
        open_ticket(zendesk)
    settle(zendesk)
    open_ticket(zendesk)
    settle(zendesk)

    assert len(receiver.posts) == 20
    assert deliveries(zendesk)[0]["status"] == "skipped"


def test_the_breaker_opens_at_seventy_percent_and_closes_after_its_pause() -> None:
    breaker = Breaker(pause=30)
    for number in range(20):
        breaker.note(float(number), ok=number % 10 < 4)  # 60 % errors
    assert breaker.allows(20.0)
    for number in range(20, 40):
        breaker.note(float(number), ok=False)
    assert not breaker.allows(41.0)
    assert breaker.allows(80.0)


def test_the_same_event_can_be_delivered_again(zendesk: ZendeskClient, receiver: Receiver) -> None:
    hook(zendesk, receiver)
    open_ticket(zendesk)
    settle(zendesk)
    first = deliveries(zendesk)[0]["id"]

    zendesk.sandbox.control("POST", f"/deliveries/{first}/again", {"wait": True})
    zendesk.sandbox.control("POST", f"/deliveries/{first}/again", {"wait": True, "new_invocation": True})

    ids = [post.headers["x-zendesk-webhook-invocation-id"] for post in receiver.posts]
    assert ids[0] == ids[1] != ids[2]
    assert receiver.posts[0].body == receiver.posts[1].body == receiver.posts[2].body


def test_a_forged_delivery_has_a_signature_that_does_not_fit(zendesk: ZendeskClient, receiver: Receiver) -> None:
    made = hook(zendesk, receiver)
    open_ticket(zendesk)
    settle(zendesk)

    zendesk.sandbox.control("POST", f"/deliveries/{deliveries(zendesk)[0]['id']}/forge", {"wait": True})

    assert [is_signed(post, made["secret"]) for post in receiver.posts] == [True, False]


def test_any_body_can_be_sent_with_any_signature_and_time(zendesk: ZendeskClient, receiver: Receiver) -> None:
    made = hook(zendesk, receiver)
    encoded = base64.b64encode(b"\xff\xfe{").decode()

    control = zendesk.sandbox.control
    control("POST", "/deliveries/raw", {"body_base64": encoded, "timestamp_offset": -3600, "wait": True})
    control("POST", "/deliveries/raw", {"body": "[" * 50_000, "signature": "missing", "wait": True})

    odd, unsigned = receiver.posts
    assert odd.body == b"\xff\xfe{"
    assert is_signed(odd, made["secret"])
    signed_at = time.strptime(odd.headers["x-zendesk-webhook-signature-timestamp"], "%Y-%m-%dT%H:%M:%SZ")
    assert 3590 < time.mktime(time.gmtime()) - time.mktime(signed_at) < 3660
    assert "x-zendesk-webhook-signature" not in unsigned.headers
    assert len(unsigned.body) == 50_000


def test_held_events_are_released_in_another_order(zendesk: ZendeskClient, receiver: Receiver) -> None:
    hook(zendesk, receiver, "created")
    zendesk.sandbox.control("PUT", "/delivery", {"hold": True})
    ids = [str(open_ticket(zendesk)) for _ in range(3)]
    settle(zendesk)
    assert receiver.posts == []

    assert zendesk.sandbox.control("POST", "/deliveries/release", {"order": "reverse"})["released"] == 3
    settle(zendesk)
    order = [delivery["ticket_id"] for delivery in deliveries(zendesk)]
    assert sorted(post.event["detail"]["id"] for post in receiver.posts) == sorted(ids) == sorted(map(str, order))


def test_events_can_be_lost_and_doubled(zendesk: ZendeskClient, receiver: Receiver) -> None:
    hook(zendesk, receiver, "created")
    zendesk.sandbox.control("PUT", "/delivery", {"drop_next": 1, "duplicate_share": 1.0})

    open_ticket(zendesk, "lost")
    open_ticket(zendesk, "twice")
    settle(zendesk)

    assert [post.event["detail"]["description"] for post in receiver.posts] == ["twice", "twice"]
    assert zendesk.sandbox.control("GET", "/report")["deliveries"]["dropped"] == 1


def test_a_new_secret_is_in_force_at_once(zendesk: ZendeskClient, receiver: Receiver) -> None:
    old = hook(zendesk, receiver)
    renewed = zendesk.call("POST", f"/webhooks/{old['id']}/signing_secret").body["signing_secret"]["secret"]
    open_ticket(zendesk)
    settle(zendesk)

    assert (is_signed(receiver.posts[0], old["secret"]), is_signed(receiver.posts[0], renewed)) == (False, True)


def test_a_deleted_webhook_gets_nothing(zendesk: ZendeskClient, receiver: Receiver) -> None:
    made = hook(zendesk, receiver)
    assert [one["id"] for one in zendesk.get("/webhooks")["webhooks"]] == [made["id"]]

    assert zendesk.call("DELETE", f"/webhooks/{made['id']}").status == 204
    open_ticket(zendesk)
    settle(zendesk)

    assert receiver.posts == []
    assert zendesk.call("GET", f"/webhooks/{made['id']}/signing_secret").status == 404


@pytest.mark.parametrize(
    "wish",
    [{"endpoint": "not a url"}, {"name": ""}, {"subscriptions": ["zen:event-type:ticket.exploded"]},
     {"subscriptions": ["conditional_ticket_events", "zen:event-type:ticket.created"]}, {"http_method": "GET"}],
)  # fmt: skip
def test_a_webhook_that_makes_no_sense_is_refused(zendesk: ZendeskClient, wish: dict[str, Any]) -> None:
    good = {"name": "x", "endpoint": "http://127.0.0.1:9/", "subscriptions": ["zen:event-type:ticket.created"]}

    assert zendesk.call("POST", "/webhooks", {"webhook": {**good, **wish}}).status == 400
