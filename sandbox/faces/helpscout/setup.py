"""What an administrator sets up by the API: webhooks, and nothing else that a connector needs."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sandbox.faces.helpscout.answers import invalid
from sandbox.faces.helpscout.call import NOTHING, Answer, Body, Call
from sandbox.faces.helpscout.events import EVENTS
from sandbox.faces.helpscout.patience import ENABLED, KIND

FIRST_WEBHOOK_ID = 7_001
LONGEST_SECRET = 40


def webhooks(call: Call) -> Body:
    """GET /webhooks. Secrets are not told again."""
    return call.page("webhooks", [_shape(hook) for hook in call.inbox.documents.all(KIND)])


def webhook(call: Call) -> Body:
    """GET /webhooks/{id}."""
    return _shape(call.inbox.documents.get(KIND, str(call.number())))


def create_webhook(call: Call) -> Answer:
    """POST /webhooks."""
    with call.inbox.store.transaction():
        known = [int(hook["id"]) for hook in call.inbox.documents.all(KIND)]
        made = str(max([FIRST_WEBHOOK_ID - 1, *known]) + 1)
        call.inbox.documents.put(KIND, made, {**_checked(call), "id": made})
    return Answer(None, 201, (("Resource-ID", made), ("Location", f"{call.root}/v2/webhooks/{made}")))


def update_webhook(call: Call) -> Answer:
    """PUT /webhooks/{id}: all of it anew, its secret too. Switches it on again."""
    known = call.inbox.documents.get(KIND, str(call.number()))
    call.inbox.documents.put(KIND, known["id"], {**_checked(call), "id": known["id"]})
    return NOTHING


def delete_webhook(call: Call) -> Answer:
    """DELETE /webhooks/{id}."""
    call.inbox.documents.remove(KIND, str(call.number()))
    return NOTHING


def _shape(hook: Body) -> Body:
    return {**{name: value for name, value in hook.items() if name not in ("secret", "root")}, "id": int(hook["id"])}


def _checked(call: Call) -> Body:
    wish = call.object()
    url, events, secret = str(wish.get("url", "")), wish.get("events"), wish.get("secret")
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise invalid("url", "is not a valid URL")
    if not isinstance(events, list) or not events or not set(map(str, events)) <= EVENTS:
        raise invalid("events", "holds an unknown event")
    if not isinstance(secret, str) or not 0 < len(secret) <= LONGEST_SECRET:
        raise invalid("secret", f"must have 1 to {LONGEST_SECRET} characters")
    optional: dict[str, Any] = {"label": "", "notification": False, "payloadVersion": "V2", "mailboxIds": []}
    kept = {name: wish.get(name, default) for name, default in optional.items()}
    told = {"url": url, "events": sorted(map(str, events)), "state": ENABLED, **kept}
    return {**told, "secret": secret, "root": call.root}
