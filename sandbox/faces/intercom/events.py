"""Changes of the inbox as Intercom's notifications, and the app's one subscription to them."""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator
from typing import Any

import urllib3

from sandbox.delivery.journal import Parcel
from sandbox.delivery.rules import Sending
from sandbox.faces.intercom.shapes import APP, STATES, Shapes
from sandbox.inbox.errors import NotThere
from sandbox.inbox.inbox import Inbox
from sandbox.inbox.records import Change, Move

FACE = "intercom"
KIND, SUBSCRIPTION = "intercom_subscription", "1"
# What the set-up asks an administrator to tick.
TICKED = (
    "conversation.user.created", "conversation.user.replied", "conversation.admin.single.created",
    "conversation.admin.replied", "conversation.admin.opened", "conversation.admin.closed",
    "conversation.admin.snoozed", "conversation.admin.unsnoozed", "conversation.rating.added",
    "conversation.deleted", "conversation_part.redacted",
)  # fmt: skip
TOPICS = frozenset(
    {
        *TICKED, "conversation.admin.noted", "conversation.admin.assigned", "conversation.priority.updated",
        "conversation_part.tag.created", "ping",
    }
)  # fmt: skip


def subscribe(inbox: Inbox, url: str, topics: tuple[str, ...], root: str) -> None:
    """Save the form in the Developer Hub: the address has to answer a HEAD.

    Raises:
        ValueError: it does not, or there is no such topic.
    """
    if not set(topics) <= TOPICS:
        raise ValueError(f"no such topic: {', '.join(sorted(set(topics) - TOPICS))}")
    try:
        with urllib3.PoolManager(retries=False, timeout=5) as http:
            status = http.request("HEAD", url).status
    except urllib3.exceptions.HTTPError:
        status = 0
    if not 200 <= status < 300:
        raise ValueError(f"{url} did not answer a HEAD request ({status or 'no answer'})")
    inbox.documents.put(KIND, SUBSCRIPTION, {"url": url, "topics": list(topics), "root": root})


def topics_of(change: Change, inbox: Inbox) -> list[str]:
    """The topics of a change, each once."""
    found = (_topic(move, change, inbox) for move in change.moves if change.ticket.gone != "spam")
    return list(dict.fromkeys(topic for topic in found if topic))


def _topic(move: Move, change: Change, inbox: Inbox) -> str | None:
    match move.kind:
        case "created":
            by_staff = inbox.people.get(change.ticket.submitter_id).is_staff
            return "conversation.admin.single.created" if by_staff else "conversation.user.created"
        case "message" if change.message is not None:
            if not inbox.people.get(change.message.author_id).is_staff:
                return "conversation.user.replied"
            return "conversation.admin.replied" if change.message.public else "conversation.admin.noted"
        case "field":
            return _of_field(move, by_customer=not inbox.people.get(change.actor_id).is_staff)
        case "tags" if set(move.current) - set(move.previous):
            return "conversation_part.tag.created"
    return {"rating": "conversation.rating.added", "deleted": "conversation.deleted"}.get(move.kind)


def _of_field(move: Move, *, by_customer: bool) -> str | None:
    if move.name in ("assignee_id", "group_id"):
        return "conversation.admin.assigned"
    if move.name == "priority":
        return "conversation.priority.updated"
    if move.name != "status" or by_customer:
        return None
    before, after = STATES.get(move.previous), STATES.get(move.current)
    if before == after:
        return None
    if after == "open":
        return "conversation.admin.unsnoozed" if before == "snoozed" else "conversation.admin.opened"
    return f"conversation.admin.{after}"


def signature(secret: str, body: bytes) -> str:
    """`sha1=` and the HMAC-SHA1 over the raw body in lower-case hex."""
    return f"sha1={hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()}"


class Announcer:
    """Tells the app's subscription what changed."""

    def __init__(self, inbox: Inbox, client_secret: str) -> None:
        self._inbox = inbox
        self._secret = client_secret

    def parcels(self, change: Change) -> Iterator[Parcel]:
        """One parcel for each topic that was ticked."""
        try:
            subscription = self._inbox.documents.get(KIND, SUBSCRIPTION)
        except NotThere:
            return
        for topic in topics_of(change, self._inbox):
            if topic in subscription["topics"]:
                id = new_delivery_id()
                body = _encoded(self._body(id, topic, change, subscription["root"]))
                yield Parcel(SUBSCRIPTION, id, id, topic, body, change.ticket.id, face=FACE)

    def _body(self, id: str, topic: str, change: Change, root: str) -> dict[str, Any]:
        at = int(change.at)
        return {
            "type": "notification_event", "app_id": APP, "id": id, "topic": topic, "created_at": at,
            "delivery_status": "pending", "delivery_attempts": 1, "delivered_at": 0, "first_sent_at": at,
            "links": {}, "self": None,
            "data": {"type": "notification_event_data", "item": self._item(topic, change, root)},
        }  # fmt: skip

    def _item(self, topic: str, change: Change, root: str) -> dict[str, Any]:
        """The conversation with what is new of it, and no more of its history."""
        if topic == "conversation.deleted":
            return {"type": "conversation", "id": str(change.ticket.id)}
        shapes = Shapes(self._inbox, root)
        is_new = topic in ("conversation.user.created", "conversation.admin.single.created")
        said = [shapes.part(change.message)] if change.message is not None and not is_new else []
        return shapes.conversation(change.ticket, parts=said or shapes.happened(change))

    def seal(self, parcel: Parcel) -> Sending:
        """A parcel as a signed request. Sent a second time, it is the same notification and says so in its body."""
        subscription = self._inbox.documents.get(KIND, SUBSCRIPTION)
        body = parcel.body
        if parcel.kind == "duplicate":
            body = _encoded({**json.loads(body), "delivery_attempts": 2})
        secret = self._secret if parcel.signing == "good" else "not-" + self._secret
        headers = {"Content-Type": "application/json", "User-Agent": "intercom-parrot-service-client/1.0"}
        if parcel.signing != "missing":
            headers["X-Hub-Signature"] = signature(secret, body)
        return Sending(subscription["url"], headers, body)


def _encoded(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def new_delivery_id() -> str:
    """An id such as notifications have."""
    return f"notif_{uuid.uuid4()}"
