"""Changes of the inbox as Zendesk's events, and webhooks that subscribe to them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Iterator
from typing import Any

from sandbox.delivery.journal import Parcel
from sandbox.delivery.rules import Sending
from sandbox.faces.zendesk.shapes import ACCOUNT_ID, VIA
from sandbox.inbox.inbox import Inbox
from sandbox.inbox.records import Change, Message, Move, Ticket
from sandbox.inbox.times import iso

PREFIX = "zen:event-type:"
FIELD_EVENTS = {
    "status": "status_changed",
    "priority": "priority_changed",
    "assignee_id": "agent_assignment_changed",
    "group_id": "group_assignment_changed",
    "subject": "subject_changed",
    "kind": "type_changed",
    "requester_id": "requester_changed",
}
EVENT_TYPES = frozenset(
    PREFIX + "ticket." + name
    for name in (
        *FIELD_EVENTS.values(), "created", "comment_added", "tags_changed", "custom_field_changed", "soft_deleted",
        "marked_as_spam", "permanently_deleted", "merged", "brand_changed", "comment_made_private", "comment_redacted",
        "attachment_linked_to_comment",
    )
)  # fmt: skip
KIND = "zendesk_webhook"


def events_of(change: Change, inbox: Inbox) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each event of a change: its type, and the whole payload."""
    found = [pair for move in change.moves if (pair := _event(move, change, inbox)) is not None]
    sequence = uuid.uuid4().hex
    for position, (name, event) in enumerate(found, start=1):
        kind = f"{PREFIX}ticket.{name}"
        meta = {"sequence": {"id": sequence, "position": position}}
        yield (
            kind,
            {
                "type": kind,
                "account_id": ACCOUNT_ID,
                "id": str(uuid.uuid4()),
                "time": iso(change.at),
                "zendesk_event_version": "2022-11-06",
                "subject": f"zen:ticket:{change.ticket.id}",
                "detail": _detail(change),
                "event": {"meta": meta, **event},
            },
        )


def _event(move: Move, change: Change, inbox: Inbox) -> tuple[str, dict[str, Any]] | None:
    match move.kind:
        case "created":
            return "created", {}
        case "message" if change.message is not None:
            return "comment_added", {"comment": _comment(change.message, inbox)}
        case "field":
            return FIELD_EVENTS[move.name], _turn(_word(move.name, move.current), _word(move.name, move.previous))
        case "value":
            field = inbox.fields.get(int(move.name))
            about = {"id": str(field.id), "title": field.title, "type": field.kind}
            return "custom_field_changed", {"field": about, **_turn(move.current, move.previous)}
        case "tags":
            before, after = set(move.previous), set(move.current)
            return "tags_changed", {"tags_added": sorted(after - before), "tags_removed": sorted(before - after)}
        case "deleted":
            return "soft_deleted", {}
        case "spam":
            return "marked_as_spam", {}
    return None


def _turn(current: Any, previous: Any) -> dict[str, Any]:
    return {"current": current, "previous": previous}


def _word(name: str, value: Any) -> Any:
    """Ids are strings in events, status and priority upper case."""
    if value is None:
        return None
    if name.endswith("_id"):
        return str(value)
    return str(value).upper() if name in ("status", "priority", "kind") else value


def _comment(message: Message, inbox: Inbox) -> dict[str, Any]:
    author = inbox.people.get(message.author_id)
    return {
        "id": str(message.id),
        "body": message.body,
        "is_public": message.public,
        "author": {"id": str(author.id), "is_staff": author.is_staff, "name": author.name},
    }


def _detail(change: Change) -> dict[str, Any]:
    ticket: Ticket = change.ticket

    def text(value: int | None) -> str | None:
        return None if value is None else str(value)

    return {
        "id": str(ticket.id),
        "subject": ticket.subject,
        "description": ticket.description,
        "status": "DELETED" if ticket.gone else ticket.status.upper(),
        "custom_status": None,
        "priority": ticket.priority.upper() if ticket.priority else None,
        "type": ticket.kind.upper() if ticket.kind else None,
        "requester_id": str(ticket.requester_id),
        "submitter_id": str(ticket.submitter_id),
        "actor_id": str(change.actor_id),
        "assignee_id": text(ticket.assignee_id),
        "group_id": text(ticket.group_id),
        "organization_id": text(ticket.organization_id),
        "tags": list(ticket.tags),
        "via": {"channel": VIA[ticket.channel]},
        "is_public": True,
        "created_at": iso(ticket.created_at),
        "updated_at": iso(ticket.updated_at),
    }


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Base64 of HMAC-SHA256 over the timestamp and the raw body; the secret is taken as it is written."""
    digest = hmac.new(secret.encode(), timestamp.encode() + body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


class Announcer:
    """Tells every subscribed webhook what changed."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    def parcels(self, change: Change) -> Iterator[Parcel]:
        """The change's events, one parcel for each webhook that wants it."""
        hooks = [hook for hook in self._inbox.documents.all(KIND) if hook["status"] == "active"]
        if not hooks:
            return
        for kind, payload in events_of(change, self._inbox):
            body = json.dumps(payload, ensure_ascii=False).encode()
            for hook in hooks:
                if kind in hook["subscriptions"]:
                    yield Parcel(hook["id"], new_invocation_id(), payload["id"], kind, body, change.ticket.id)

    def seal(self, parcel: Parcel) -> Sending:
        """A parcel as a signed request. Raises NotThere when the webhook was deleted."""
        hook = self._inbox.documents.get(KIND, parcel.webhook_id)
        timestamp = iso(self._inbox.clock().timestamp() + parcel.timestamp_offset)
        assert timestamp is not None
        secret = hook["secret"] if parcel.signing == "good" else "not-" + hook["secret"]
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Zendesk Webhook",
            "X-Zendesk-Account-Id": str(ACCOUNT_ID),
            "X-Zendesk-Webhook-Id": parcel.webhook_id,
            "X-Zendesk-Webhook-Invocation-Id": parcel.invocation_id,
            **hook.get("custom_headers", {}),
        }
        if parcel.signing != "missing":
            headers["X-Zendesk-Webhook-Signature"] = signature(secret, timestamp, parcel.body)
            headers["X-Zendesk-Webhook-Signature-Timestamp"] = timestamp
        return Sending(hook["endpoint"], headers, parcel.body)


def new_invocation_id() -> str:
    """An id such as webhooks and their invocations have: 26 letters and digits."""
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    return "01" + "".join(secrets.choice(alphabet) for _ in range(24))
