"""The control API's routes."""

from __future__ import annotations

from typing import Any

from starlette.routing import Route

from sandbox.control import tickets, trouble
from sandbox.control.asking import Asked, Handler, endpoint
from sandbox.desk import Desk, logins
from sandbox.faces.face import ByHand
from sandbox.inbox.records import Role


def health(asked: Asked) -> dict[str, Any]:
    """GET /health."""
    return {"ok": True}


def seeds(asked: Asked) -> dict[str, Any]:
    """GET /seeds: ids by name."""
    people = asked.desk.inbox.people
    return {
        "groups": {group.name: group.id for group in people.groups()},
        "agents": {person.email: person.id for person in people.with_roles({Role.AGENT})},
        "customers": {person.email: person.id for person in people.with_roles({Role.CUSTOMER})},
        "fields": {field.title: field.id for field in asked.desk.inbox.fields.all()},
        "integration_user_id": asked.desk.inbox.integration_user_id,
        "desks": logins(asked.desk, asked.base_url),
    }


def by_hand(asked: Asked) -> dict[str, Any]:
    """POST /by-hand: click together what no API of a face's vendor (`desk`) makes; nothing where one makes it all."""
    face, url = asked.face, str(asked.need("webhook_url"))
    if isinstance(face, ByHand):
        face.by_hand(url, tuple(asked.body.get("topics") or ()), f"{asked.base_url}/{face.name}")
    return {"webhooks": face.webhooks()}


def report(asked: Asked) -> dict[str, Any]:
    """GET /report."""
    return asked.desk.report()


def set_sidebar(asked: Asked) -> dict[str, Any]:
    """PUT /sidebar: `url`, where the page asks for what it shows beside a ticket; `{id}` in it is the ticket's."""
    asked.desk.sidebar.set(str(asked.need("url")))
    return {"url": asked.desk.sidebar.url}


def reset(asked: Asked) -> dict[str, Any]:
    """POST /reset."""
    asked.desk.reset()
    return {"ok": True}


ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/health", health),
    ("GET", "/seeds", seeds),
    ("GET", "/report", report),
    ("POST", "/reset", reset),
    ("PUT", "/sidebar", set_sidebar),
    ("POST", "/by-hand", by_hand),
    ("POST", "/customers", tickets.add_customer),
    ("POST", "/tickets", tickets.add_ticket),
    ("GET", "/tickets", tickets.tickets),
    ("GET", "/tickets/{id:int}", tickets.ticket),
    ("PATCH", "/tickets/{id:int}", tickets.edit),
    ("DELETE", "/tickets/{id:int}", tickets.delete),
    ("POST", "/tickets/{id:int}/customer-reply", tickets.customer_reply),
    ("POST", "/tickets/{id:int}/agent-reply", tickets.agent_reply),
    ("POST", "/tickets/{id:int}/edit-draft", tickets.edit_draft),
    ("POST", "/tickets/{id:int}/send-draft", tickets.send_draft),
    ("POST", "/tickets/{id:int}/solve", tickets.solve),
    ("POST", "/tickets/{id:int}/reopen", tickets.reopen),
    ("POST", "/tickets/{id:int}/close", tickets.close),
    ("POST", "/tickets/{id:int}/merge", tickets.merge),
    ("POST", "/tickets/{id:int}/rate", tickets.rate),
    ("POST", "/tickets/{id:int}/spam", tickets.spam),
    ("GET", "/faults", trouble.faults),
    ("POST", "/faults", trouble.add_fault),
    ("DELETE", "/faults", trouble.clear_faults),
    ("GET", "/limits", trouble.limits),
    ("PUT", "/limits", trouble.set_limits),
    ("PUT", "/export-lag", trouble.set_export_lag),
    ("POST", "/tokens/expire", trouble.expire_tokens),
    ("PUT", "/delivery", trouble.set_weather),
    ("GET", "/deliveries", trouble.deliveries),
    ("DELETE", "/deliveries", trouble.forget),
    ("POST", "/deliveries/release", trouble.release),
    ("POST", "/deliveries/settle", trouble.settle),
    ("POST", "/deliveries/raw", trouble.raw),
    ("GET", "/deliveries/{id:int}", trouble.delivery),
    ("POST", "/deliveries/{id:int}/again", trouble.again),
    ("POST", "/deliveries/{id:int}/forge", trouble.forge),
)


def control_routes(desk: Desk) -> list[Route]:
    """All of them for one desk."""
    return [Route(path, endpoint(desk, handler), methods=[method]) for method, path, handler in ROUTES]
