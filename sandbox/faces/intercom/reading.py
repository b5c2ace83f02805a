"""GET, and the search: conversations, people, teams, tags, attributes, articles."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from operator import contains, eq, ge, le
from typing import Any

from sandbox.faces.intercom.answers import invalid, refusal
from sandbox.faces.intercom.call import Body, Call
from sandbox.faces.intercom.shapes import APP, Shapes, contact_id, person_id, state_of, tag_id
from sandbox.inbox.records import Person, Role, Ticket

MOST_PER_PAGE = 150
_TIMES = ("created_at", "updated_at")
MOST_FILTERS = 15
_COMPARED_TIMES: dict[str, Callable[[Any, Any], bool]] = {">": ge, "<": le, "=": eq}
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {"=": contains, "!=": lambda told, value: value not in told}
_SEARCHED: dict[str, Callable[[Ticket], list[str]]] = {
    "contact_ids": lambda ticket: [contact_id(ticket.requester_id)],
    "state": lambda ticket: [state_of(ticket)],
    "tag_ids": lambda ticket: [tag_id(tag) for tag in ticket.tags],
    "id": lambda ticket: [str(ticket.id)],
}
_ORDERS = {"ascending": False, "descending": True, "asc": False, "desc": True}


def me(call: Call) -> Body:
    """GET /me."""
    app = {
        "type": "app", "id_code": APP, "name": "Lumen Board", "region": "US", "timezone": "UTC",
        "created_at": int(call.user.created_at), "identity_verification": False,
    }  # fmt: skip
    return {**call.shapes.admin(call.user), "email_verified": True, "app": app}


def admins(call: Call) -> Body:
    """GET /admins: all of them, on one page."""
    staff = call.inbox.people.with_roles({Role.AGENT, Role.ADMIN})
    return {"type": "admin.list", "admins": [call.shapes.admin(person) for person in staff]}


def teams(call: Call) -> Body:
    """GET /teams."""
    members = call.inbox.people.memberships()
    told = [
        {
            "type": "team", "id": str(group.id), "name": group.name,
            "admin_ids": [row["person_id"] for row in members if row["group_id"] == group.id],
        }
        for group in call.inbox.people.groups()
    ]  # fmt: skip
    return {"type": "team.list", "teams": told}


def conversation(call: Call) -> Body:
    """GET /conversations/{id}."""
    ticket = call.ticket()
    return call.shapes.conversation(ticket, parts=call.shapes.parts(ticket))


def deleted(call: Call) -> Body:
    """GET /conversations/deleted: what was deleted last, first."""
    gone = [one for one in _touched(call) if one.gone == "deleted"]
    gone.sort(key=lambda one: (one.generated_at, one.id), reverse=call.query.get("order", "desc") != "asc")
    number, size = call.whole("page", 1), min(call.whole("per_page", 20), 60)
    rows = [
        {
            "type": "conversation", "id": str(one.id), "metrics_retained": False,
            "deleted_at": int(one.generated_at),
        }
        for one in gone[(number - 1) * size : number * size]
    ]  # fmt: skip
    pages: Body = {
        "type": "pages",
        "page": number,
        "per_page": size,
        "total_pages": -(-len(gone) // size),
        "next": None,
    }
    if number * size < len(gone):
        pages["next"] = f"{call.root}/conversations/deleted?page={number + 1}&per_page={size}&order=desc"
    return {"type": "conversations.list", "conversations": rows, "total_count": len(gone), "pages": pages}


def search(call: Call) -> Body:
    """POST /conversations/search. What was deleted or filed as spam is not found."""
    wish = call.object()
    query, paging, sort = wish.get("query"), wish.get("pagination") or {}, wish.get("sort") or {}
    if not isinstance(query, dict):
        raise invalid("query is missing")
    size = paging.get("per_page") or 20
    if not isinstance(size, int) or not 1 <= size <= MOST_PER_PAGE:
        raise invalid("per_page is 1 to 150")
    by, order = sort.get("field", "updated_at"), _ORDERS.get(sort.get("order", "descending"))
    if by not in _TIMES or order is None:
        raise invalid("sort is not possible")
    matches = _filter(query)
    found = [one for one in _touched(call) if not one.gone and matches(one)]
    found.sort(key=lambda one: (int(getattr(one, by)), one.id), reverse=order)
    number, rest = 1, found
    if paging.get("starting_after"):
        at, last, number = _cursor(paging["starting_after"])
        place = (at, last)
        rest = [one for one in found if ((int(getattr(one, by)), one.id) < place) is order]
        rest = [one for one in rest if (int(getattr(one, by)), one.id) != place]
    rows = rest[:size]
    pages: Body = {"type": "pages", "page": number, "per_page": size, "total_pages": max(1, -(-len(found) // size))}
    if len(rest) > size:
        last_row = rows[-1]
        cursor = json.dumps([int(getattr(last_row, by)), last_row.id, number + 1]).encode()
        pages["next"] = {"per_page": size, "starting_after": base64.b64encode(cursor).decode()}
    told = [call.shapes.conversation(one) for one in rows]
    return {"type": "conversation.list", "conversations": told, "total_count": len(found), "pages": pages}


def _cursor(text: Any) -> tuple[int, int, int]:
    try:
        at, last, number = json.loads(base64.b64decode(str(text), validate=True))
        return int(at), int(last), int(number)
    except (ValueError, TypeError):
        raise invalid("starting_after is no cursor of ours") from None


def _touched(call: Call) -> list[Ticket]:
    return call.inbox.tickets.touched((0.0, 0), call.inbox.clock().timestamp(), 1_000_000)


def _filter(query: Body) -> Callable[[Ticket], bool]:
    """One filter, or several of which all or any hold. `>` and `<` let the value itself in."""
    operator, value = query.get("operator"), query.get("value")
    if operator in ("AND", "OR"):
        if not isinstance(value, list) or len(value) > MOST_FILTERS:
            raise invalid("up to 15 filters")
        filters = [_filter(one) for one in value]
        together = all if operator == "AND" else any
        return lambda ticket: together(one(ticket) for one in filters)
    field = str(query.get("field"))
    compare = (_COMPARED_TIMES if field in _TIMES else _COMPARED).get(str(operator))
    if compare is None or (field not in _TIMES and field not in _SEARCHED):
        raise invalid(f"{operator} does not go with {field}")
    if field in _TIMES:
        try:
            wanted = int(str(value))
        except ValueError:
            raise invalid(f"{field} is a time") from None
        return lambda ticket: compare(int(getattr(ticket, field)), wanted)
    return lambda ticket: compare(_SEARCHED[field](ticket), value)


def contact(call: Call) -> Body:
    """GET /contacts/{id}."""
    return call.shapes.contact(_person(call))


def contact_companies(call: Call) -> Body:
    """GET /contacts/{id}/companies."""
    company = call.shapes.company(_person(call))
    companies = [company] if company else []
    pages = {"type": "pages", "page": 1, "per_page": 15, "total_pages": 1, "next": None}
    return {"type": "list", "companies": companies, "total_count": len(companies), "pages": pages}


def _person(call: Call) -> Person:
    person = call.inbox.people.get(person_id(call.path["id"]))
    if person.is_staff:
        raise refusal(404)
    return person


def attributes(call: Call) -> Body:
    """GET /conversations/attributes."""
    return {"type": "list", "data": [attribute(call, one.id) for one in call.inbox.fields.all()]}


def attribute(call: Call, id: int, *, archived: bool = False) -> Body:
    """An attribute of conversations."""
    field = call.inbox.fields.get(id)
    at = int(field.created_at)
    return {
        "type": "conversation_attribute", "id": field.id, "name": field.title, "description": field.description,
        "data_type": "string", "required": False, "visible_to_team_ids": [], "archived": archived, "created_at": at,
        "updated_at": at, "admin_id": str(call.user.id), "multiline": False,
    }  # fmt: skip


def articles(call: Call) -> Body:
    """GET /articles, the newest first."""
    found = sorted(call.inbox.articles(), key=lambda one: (one.updated_at, one.id), reverse=True)
    size, after = min(call.whole("per_page", 10), 150), call.whole("starting_after", 0)
    rows = found[after : after + size]
    pages: Body = {
        "type": "pages", "page": after // size + 1, "per_page": size, "total_pages": max(1, -(-len(found) // size)),
    }  # fmt: skip
    if after + size < len(found):
        pages["next"] = {"per_page": size, "starting_after": str(after + size)}
    shapes: Shapes = call.shapes
    return {"type": "list", "data": [shapes.article(one) for one in rows], "total_count": len(found), "pages": pages}
