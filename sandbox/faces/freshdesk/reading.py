"""GET: tickets, people, groups, articles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.faces.freshdesk.answers import invalid, missing
from sandbox.faces.freshdesk.call import Answer, Body, Call, is_archived
from sandbox.faces.freshdesk.shapes import STATUS_CHOICES, STATUSES, folder_id
from sandbox.inbox.records import Role, Ticket
from sandbox.inbox.times import epoch

ONE, MANY = (
    frozenset({"requester", "company", "stats", "conversations"}),
    frozenset({"requester", "stats", "description"}),
)
_MONTH = 30 * 86_400.0
_SORTS: dict[str, Callable[[Ticket], Any]] = {
    "created_at": lambda ticket: (ticket.created_at, ticket.id),
    "updated_at": lambda ticket: (int(ticket.updated_at), ticket.id),
    "due_by": lambda ticket: (ticket.created_at, ticket.id),
    "status": lambda ticket: (STATUSES[ticket.status], ticket.id),
}


def included(call: Call, allowed: frozenset[str]) -> frozenset[str]:
    """What is to be told besides. Raises Refusal (400)."""
    wanted = frozenset(filter(None, call.query.get("include", "").split(",")))
    if not wanted <= allowed:
        raise invalid("include", f"It should be one of these values: '{','.join(sorted(allowed))}'")
    return wanted


def tickets(call: Call) -> Answer:
    """GET /tickets: of the last thirty days, newest first, unless asked otherwise. Archived ones never."""
    call.asked("filter", "requester_id", "email", "updated_since", "order_by", "order_type", "include")
    query, include = call.query, included(call, MANY)
    order, direction = query.get("order_by", "created_at"), query.get("order_type", "desc")
    if order not in _SORTS:
        raise invalid("order_by", "It should be one of these values")
    if direction not in ("asc", "desc"):
        raise invalid("order_type", "It should be one of these values: 'asc,desc'")
    touched = call.inbox.tickets.touched((0.0, 0), call.inbox.clock().timestamp() + 1, 1_000_000)
    wanted = _filter(call)
    found = sorted((one for one in touched if wanted(one)), key=_SORTS[order], reverse=direction == "desc")
    return call.page([call.shapes.ticket(one, include, whole=False) for one in found])


def _filter(call: Call) -> Callable[[Ticket], bool]:
    query = call.query
    gone = {"deleted": "deleted", "spam": "spam", None: ""}.get(query.get("filter"))
    if gone is None:
        raise invalid("filter", "It should be one of these values: 'new_and_my_open,watching,spam,deleted'")
    since = _moment(query["updated_since"]) if "updated_since" in query else None
    month = call.inbox.clock().timestamp() - _MONTH

    def wanted(ticket: Ticket) -> bool:
        if ticket.gone != gone or is_archived(ticket):
            return False
        if "requester_id" in query and str(ticket.requester_id) != query["requester_id"]:
            return False
        if "email" in query and call.inbox.people.get(ticket.requester_id).email != query["email"].lower():
            return False
        return ticket.created_at >= month if since is None else int(ticket.updated_at) >= since

    return wanted


def _moment(text: str) -> float:
    try:
        return epoch(text)
    except ValueError:
        raise invalid("updated_since", "Value set is not a valid date") from None


def ticket(call: Call) -> Body:
    """GET /tickets/{id}."""
    call.asked("include")
    include = included(call, ONE)
    found = call.ticket()
    shape = call.shapes.ticket(found, include)
    if "conversations" in include:
        shape["conversations"] = call.shapes.conversations(found)[:10]
    return shape


def archived_ticket(call: Call) -> Body:
    """GET /tickets/archived/{id}."""
    return {**call.shapes.ticket(_archived(call)), "archived": True}


def conversations(call: Call) -> Answer:
    """GET /tickets/{id}/conversations."""
    call.asked()
    return call.page(call.shapes.conversations(call.ticket()))


def archived_conversations(call: Call) -> Answer:
    """GET /tickets/archived/{id}/conversations."""
    return call.page(call.shapes.conversations(_archived(call)))


def _archived(call: Call) -> Ticket:
    found = call.inbox.tickets.get(call.number())
    if not is_archived(found):
        raise missing()
    return found


def ratings(call: Call) -> Answer:
    """GET /tickets/{id}/satisfaction_ratings."""
    rating = call.inbox.tickets.rating(call.ticket().id)
    return call.page([] if rating is None else [call.shapes.rating(rating)])


def contact(call: Call) -> Body:
    """GET /contacts/{id}; agents are none."""
    person = call.inbox.people.get(call.number())
    if person.is_staff:
        raise missing()
    return call.shapes.contact(person)


def company(call: Call) -> Body:
    """GET /companies/{id}."""
    return call.shapes.company(call.inbox.people.organization(call.number()))


def me(call: Call) -> Body:
    """GET /agents/me."""
    return call.shapes.agent(call.user)


def agents(call: Call) -> Answer:
    """GET /agents."""
    staff = call.inbox.people.with_roles({Role.AGENT, Role.ADMIN})
    return call.page([call.shapes.agent(person) for person in staff])


def groups(call: Call) -> Answer:
    """GET /groups."""
    found = call.inbox.people.groups()
    return call.page([{"id": one.id, "name": one.name, "description": None, "auto_ticket_assign": 0} for one in found])


def ticket_fields(call: Call) -> list[Body]:
    """GET /ticket_fields: those that every desk has, as far as somebody asks for them, and the account's own."""
    status = {"id": 1, "name": "status", "label": "Status", "type": "default_status", "choices": STATUS_CHOICES}
    return [status, *(call.shapes.field(field) for field in call.inbox.fields.all())]


def settings(call: Call) -> Body:
    """GET /settings/helpdesk."""
    return {"primary_language": "en", "supported_languages": [], "portal_languages": []}


def categories(call: Call) -> Answer:
    """GET /solutions/categories: each section is a category with one folder."""
    return call.page([{"id": folder_id(name) + 1, "name": name, "description": None} for name in _sections(call)])


def folders(call: Call) -> Answer:
    """GET /solutions/categories/{id}/folders."""
    found = [name for name in _sections(call) if folder_id(name) + 1 == call.number()]
    if not found:
        raise missing()
    rows = [{"id": folder_id(name), "name": name, "visibility": 1, "sub_folders_count": 0} for name in found]
    return call.page(rows)


def articles(call: Call) -> Answer:
    """GET /solutions/folders/{id}/articles."""
    found = [one for one in call.inbox.articles() if folder_id(one.section) == call.number()]
    return call.page([call.shapes.article(one) for one in found])


def _sections(call: Call) -> list[str]:
    return sorted({article.section for article in call.inbox.articles()})
