"""Changes of the inbox as Help Scout's events, and webhooks that subscribe to them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from typing import Any

from sandbox.delivery.journal import Parcel
from sandbox.delivery.rules import Sending
from sandbox.faces.helpscout.patience import ENABLED, KIND
from sandbox.faces.helpscout.shapes import DEFAULT_INBOX, RATINGS, STATUSES, Shapes, inbox_of
from sandbox.inbox.inbox import Inbox
from sandbox.inbox.records import Change, Move
from sandbox.inbox.times import iso

FACE = "helpscout"
_FIELDS = {"status": "convo.status", "assignee_id": "convo.assigned", "group_id": "convo.moved"}
EVENTS = frozenset(
    {
        *_FIELDS.values(), "convo.created", "convo.customer.reply.created", "convo.agent.reply.created",
        "convo.note.created", "convo.tags", "convo.merged", "convo.deleted", "convo.custom-fields",
        "satisfaction.ratings", "customer.created", "customer.updated", "customer.deleted", "tag.created",
        "tag.updated", "tag.deleted", "beacon.chat.created", "beacon.chat.customer.replied",
        "message.survey.response.received",
    }
)  # fmt: skip


def events_of(change: Change, inbox: Inbox) -> list[str]:
    """The names of a change's events, each once."""
    spam = change.ticket.gone == "spam"
    names = (_event(move, change, inbox) for move in change.moves if not (spam and move.kind == "deleted"))
    return list(dict.fromkeys(name for name in names if name))


def _event(move: Move, change: Change, inbox: Inbox) -> str | None:
    match move.kind:
        case "created":
            return "convo.created"
        case "message" if change.message is not None:
            if not inbox.people.get(change.message.author_id).is_staff:
                return "convo.customer.reply.created"
            return "convo.agent.reply.created" if change.message.public else "convo.note.created"
        case "draft":
            # Nobody could confirm that an unsent draft is announced; a look-alike of this desk does it.
            return "convo.agent.reply.created"
        case "field":
            # Several of the inbox's states are one status here.
            same = move.name == "status" and STATUSES.get(move.previous) == STATUSES.get(move.current)
            return None if same else _FIELDS.get(move.name)
        case "value":
            return "convo.custom-fields"
    return {
        "tags": "convo.tags", "rating": "satisfaction.ratings", "deleted": "convo.deleted", "spam": "convo.status",
    }.get(move.kind)  # fmt: skip


def signature(secret: str, body: bytes) -> str:
    """Base64 of HMAC-SHA1 over the raw body; the secret is taken as it is written."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha1).digest()).decode()


class Announcer:
    """Tells every subscribed webhook what changed."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    def parcels(self, change: Change) -> Iterator[Parcel]:
        """The change's events, one parcel for each webhook that wants it."""
        hooks = [hook for hook in self._inbox.documents.all(KIND) if hook["state"] == ENABLED]
        if not hooks:
            return
        for name in events_of(change, self._inbox):
            for hook in hooks:
                if name in hook["events"]:
                    body = _encoded(self._body(name, change, hook["root"]))
                    yield Parcel(hook["id"], new_delivery_id(), "", name, body, change.ticket.id, face=FACE)

    def _body(self, name: str, change: Change, root: str) -> dict[str, Any]:
        ticket = change.ticket
        if name == "convo.deleted":
            return {"id": ticket.id}
        shapes = Shapes(self._inbox, root)
        if name != "satisfaction.ratings":
            return shapes.conversation(ticket, threads=True)
        rating = self._inbox.tickets.rating(ticket.id)
        assert rating is not None
        inbox_id = inbox_of(ticket)
        return {
            "id": rating.id, "customer": shapes.person(self._inbox.people.get(ticket.requester_id)),
            "ticketId": ticket.id, "threadId": self._inbox.tickets.messages(ticket.id)[-1].id,
            "mailbox": {"id": inbox_id, "name": DEFAULT_INBOX[1] if inbox_id == DEFAULT_INBOX[0] else ""},
            "rating": RATINGS[rating.score].title(), "comments": rating.comment or "",
            "createdAt": iso(rating.created_at),
        }  # fmt: skip

    def seal(self, parcel: Parcel) -> Sending:
        """A parcel as a signed request. Raises NotThere when the webhook was deleted."""
        hook = self._inbox.documents.get(KIND, parcel.webhook_id)
        secret = hook["secret"] if parcel.signing == "good" else "not-" + hook["secret"]
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Help Scout/Webhooks",
            "X-HelpScout-Event": parcel.type,
        }
        if parcel.signing != "missing":
            headers["X-HelpScout-Signature"] = signature(secret, parcel.body)
        return Sending(hook["url"], headers, parcel.body)


def _encoded(body: dict[str, Any]) -> bytes:
    """Slashes escaped, as this vendor writes its JSON: read and written anew it has another signature."""
    return json.dumps(body, ensure_ascii=False).replace("/", "\\/").encode()


def new_delivery_id() -> str:
    """For the sandbox's own journal; this vendor's deliveries carry no id."""
    return secrets.token_hex(12)
