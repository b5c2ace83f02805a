"""What an administrator sets up: webhooks, ticket fields, views."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

from sandbox.faces.refusal import Refusal
from sandbox.faces.zendesk.answers import invalid
from sandbox.faces.zendesk.call import Answer, Body, Call
from sandbox.faces.zendesk.events import EVENT_TYPES, KIND, new_invocation_id
from sandbox.inbox.times import iso

VIEW = "zendesk_view"
FIRST_VIEW_ID = 460_001
BY_TRIGGER = "conditional_ticket_events"


def webhooks(call: Call) -> Body:
    """GET /webhooks."""
    return call.page("webhooks", [_webhook(hook) for hook in call.inbox.documents.all(KIND)])


def webhook(call: Call) -> Body:
    """GET /webhooks/{id}."""
    return {"webhook": _webhook(call.inbox.documents.get(KIND, call.path["id"]))}


def create_webhook(call: Call) -> Answer:
    """POST /webhooks."""
    wish = call.object("webhook")
    hook = _checked(wish) | {
        "id": new_invocation_id(),
        "secret": secrets.token_urlsafe(40),
        "created_at": iso(call.inbox.clock().timestamp()),
    }
    call.inbox.documents.put(KIND, hook["id"], hook)
    return Answer({"webhook": _webhook(hook)}, 201)


def update_webhook(call: Call) -> Answer:
    """PUT and PATCH /webhooks/{id}."""
    known = call.inbox.documents.get(KIND, call.path["id"])
    call.inbox.documents.put(KIND, known["id"], known | _checked(known | call.object("webhook")))
    return Answer(None, 204)


def delete_webhook(call: Call) -> Answer:
    """DELETE /webhooks/{id}."""
    call.inbox.documents.remove(KIND, call.path["id"])
    return Answer(None, 204)


def signing_secret(call: Call) -> Body:
    """GET /webhooks/{id}/signing_secret."""
    hook = call.inbox.documents.get(KIND, call.path["id"])
    return {"signing_secret": {"algorithm": "SHA256", "secret": hook["secret"]}}


def reset_signing_secret(call: Call) -> Answer:
    """POST /webhooks/{id}/signing_secret: a new one, in force at once."""
    hook = call.inbox.documents.get(KIND, call.path["id"]) | {"secret": secrets.token_urlsafe(40)}
    call.inbox.documents.put(KIND, hook["id"], hook)
    return Answer({"signing_secret": {"algorithm": "SHA256", "secret": hook["secret"]}}, 201)


def _webhook(hook: Body) -> Body:
    return {name: value for name, value in hook.items() if name != "secret"}


def _checked(wish: Body) -> Body:
    """The part of a webhook that its owner decides. Raises Refusal (400)."""
    endpoint, subscriptions = str(wish.get("endpoint", "")), wish.get("subscriptions") or []
    if not wish.get("name"):
        raise _bad_webhook("name", "Webhook name can't be blank")
    if urlsplit(endpoint).scheme not in ("http", "https") or not urlsplit(endpoint).netloc:
        raise _bad_webhook("endpoint", "Webhook endpoint is not a valid URL")
    kinds = set(map(str, subscriptions)) if isinstance(subscriptions, list) else set()
    if BY_TRIGGER in kinds and len(kinds) > 1:
        raise _bad_webhook("subscriptions", "conditional_ticket_events cannot be mixed with events")
    if unknown := kinds - EVENT_TYPES - {BY_TRIGGER}:
        raise _bad_webhook("subscriptions", f"{sorted(unknown)[0]} is not an event type")
    if wish.get("http_method", "POST") != "POST" or wish.get("request_format", "json") != "json":
        raise _bad_webhook("http_method", "Event subscriptions are sent by POST, as JSON")
    return {
        "name": str(wish["name"]),
        "status": str(wish.get("status", "active")),
        "endpoint": endpoint,
        "http_method": "POST",
        "request_format": "json",
        "subscriptions": sorted(kinds),
        "custom_headers": dict(wish.get("custom_headers") or {}),
    }


def _bad_webhook(name: str, title: str) -> Refusal:
    return Refusal(400, {"errors": [{"code": "InvalidParameter", "title": title, "source": {"pointer": name}}]})


def ticket_fields(call: Call) -> Body:
    """GET /ticket_fields: those that every account has, and the custom ones."""
    custom = [call.shapes.field(field) for field in call.inbox.fields.all()]
    return call.page("ticket_fields", [*call.shapes.system_fields(), *custom])


def ticket_field(call: Call) -> Body:
    """GET /ticket_fields/{id}."""
    return {"ticket_field": call.shapes.field(call.inbox.fields.get(call.number()))}


def create_ticket_field(call: Call) -> Answer:
    """POST /ticket_fields."""
    wish = call.object("ticket_field")
    options: list[Any] = wish.get("custom_field_options") or []
    field = call.inbox.fields.add(
        str(wish.get("title", "")), str(wish.get("type", "")), str(wish.get("description", "")),
        [{"name": str(option.get("name")), "value": str(option.get("value"))} for option in options],
    )  # fmt: skip
    return Answer({"ticket_field": call.shapes.field(field)}, 201)


def delete_ticket_field(call: Call) -> Answer:
    """DELETE /ticket_fields/{id}."""
    call.inbox.fields.remove(call.number())
    return Answer(None, 204)


def views(call: Call) -> Body:
    """GET /views."""
    return call.page("views", call.inbox.documents.all(VIEW))


def view(call: Call) -> Body:
    """GET /views/{id}."""
    return {"view": call.inbox.documents.get(VIEW, call.path["id"])}


def create_view(call: Call) -> Answer:
    """POST /views."""
    wish = call.object("view")
    if not wish.get("title"):
        raise invalid("title", "Title: cannot be blank", "BlankValue")
    if not (wish.get("all") or wish.get("any") or wish.get("conditions")):
        raise invalid("base", "Conditions: at least one is needed", "BlankValue")
    at = iso(call.inbox.clock().timestamp())
    with call.inbox.store.transaction():
        number = max([FIRST_VIEW_ID - 1, *(known["id"] for known in call.inbox.documents.all(VIEW))]) + 1
        kept = {"active": True, **wish, "id": number, "created_at": at, "updated_at": at}
        call.inbox.documents.put(VIEW, str(number), kept)
    return Answer({"view": kept}, 201)


def delete_view(call: Call) -> Answer:
    """DELETE /views/{id}."""
    call.inbox.documents.remove(VIEW, call.path["id"])
    return Answer(None, 204)


def user_fields(call: Call) -> Body:
    """GET /user_fields: what the company knows of its customers."""
    kinds = {"plan": "text", "mrr": "decimal", "signed_up": "date"}
    return call.page(
        "user_fields",
        [
            {"id": 370_001 + n, "key": key, "title": key.replace("_", " ").title(), "type": kind, "active": True}
            for n, (key, kind) in enumerate(kinds.items())
        ],
    )
