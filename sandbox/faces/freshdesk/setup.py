"""What an administrator sets up by the API: ticket fields, and automation rules."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sandbox.faces.freshdesk.answers import invalid, missing, unknown
from sandbox.faces.freshdesk.call import Answer, Body, Call
from sandbox.faces.freshdesk.events import (
    EITHER,
    EVENTS,
    FIRST_ONLY,
    HOURLY,
    KIND,
    ON_CREATION,
    ON_UPDATE,
    SYSTEM,
    WEBHOOK,
)

FIRST_RULE_ID = 82_000_001
_ACTION = frozenset(
    {"field_name", "request_type", "url", "custom_headers", "content", "auth_header", "api_key", "resource_type"}
)


def fields(call: Call) -> list[Body]:
    """GET /admin/ticket_fields."""
    return [call.shapes.field(field) for field in call.inbox.fields.all()]


def create_field(call: Call) -> Answer:
    """POST /admin/ticket_fields: texts only, here."""
    wish = call.object(
        "label", "label_for_customers", "type", "customers_can_edit", "displayed_to_customers", "position",
        "required_for_closure", "required_for_agents", "required_for_customers",
    )  # fmt: skip
    label = str(wish.get("label") or "")
    if not label or not wish.get("label_for_customers"):
        raise invalid("label" if not label else "label_for_customers", "Mandatory attribute missing", "missing_field")
    if wish.get("type") != "custom_text":
        raise invalid("type", "It should be one of these values")
    if any(field.title.lower() == label.lower() for field in call.inbox.fields.all()):
        raise invalid("label", "It should be a unique value", "duplicate_value")
    return Answer(call.shapes.field(call.inbox.fields.add(label, "text")), 201)


def delete_field(call: Call) -> Answer:
    """DELETE /admin/ticket_fields/{id}."""
    call.inbox.fields.remove(call.number())
    return Answer(None, 204)


def rules(call: Call) -> Body:
    """GET /automations/{type}/rules."""
    kind = _kind(call)
    found = [_shape(rule) for rule in call.inbox.documents.all(KIND) if rule["automation_type_id"] == kind]
    cascading = not call.inbox.documents.all(FIRST_ONLY)
    return {"rules": found, "meta": {"count": len(found), "cascading_rules": cascading}}


def create_rule(call: Call) -> Answer:
    """POST /automations/{type}/rules."""
    rule = _checked(call, _kind(call))
    with call.inbox.store.transaction():
        known = [int(one["id"]) for one in call.inbox.documents.all(KIND)]
        made = str(max([FIRST_RULE_ID - 1, *known]) + 1)
        call.inbox.documents.put(KIND, made, {**rule, "id": made})
    return Answer(_shape({**rule, "id": made}), 201)


def delete_rule(call: Call) -> Answer:
    """DELETE /automations/{type}/rules/{id}."""
    rule = call.inbox.documents.get(KIND, str(call.number()))
    if rule["automation_type_id"] != _kind(call):
        raise missing()
    call.inbox.documents.remove(KIND, rule["id"])
    return Answer(None, 204)


def _kind(call: Call) -> int:
    kind = call.number("type")
    if kind not in (ON_CREATION, HOURLY, ON_UPDATE):
        raise missing()
    return kind


def _shape(rule: Body) -> Body:
    return {**rule, "id": int(rule["id"]), "outdated": False, "affected_tickets_count": 0}


def _checked(call: Call, kind: int) -> Body:
    wish = call.object(
        "name", "description", "position", "active", "performer", "events", "conditions", "operator", "actions"
    )
    for name in ("name", "conditions", "actions"):
        if not wish.get(name):
            raise invalid(name, "Mandatory attribute missing", "missing_field")
    rule: Body = {**wish, "active": bool(wish.get("active", True)), "automation_type_id": kind}
    if kind == ON_UPDATE:
        _check_trigger(wish)
    elif "performer" in wish or "events" in wish:
        raise unknown("events" if "events" in wish else "performer")
    for action in wish["actions"]:
        _check_action(action)
    return rule


def _check_trigger(wish: Body) -> None:
    performer, events = wish.get("performer"), wish.get("events")
    if not isinstance(performer, dict) or performer.get("type") not in (1, 2, EITHER, SYSTEM):
        raise invalid("performer", "It should be one of these values: '1,2,3,4'")
    if not isinstance(events, list) or not events or {event.get("field_name") for event in events} - EVENTS:
        raise invalid("events", "It should be one of these values")


def _check_action(action: Any) -> None:
    if not isinstance(action, dict) or action.get("field_name") != WEBHOOK:
        raise invalid("actions", "It should be one of these values")
    for name in action:
        if name not in _ACTION:
            raise unknown(name)
    url = urlsplit(str(action.get("url", "")))
    if url.scheme not in ("http", "https") or not url.netloc:
        raise invalid("url", "It should be in the valid URL format")
