"""GET: conversations, people, inboxes, articles."""

from __future__ import annotations

import re

from sandbox.faces.helpscout.answers import invalid, refusal
from sandbox.faces.helpscout.call import Body, Call
from sandbox.faces.helpscout.shapes import DEFAULT_INBOX, collection_id, field_id, inbox_of, status_of
from sandbox.inbox.records import Role, Ticket
from sandbox.inbox.times import epoch

_TERM = re.compile(r'^\((?P<key>email|customerIds|tag):"?(?P<value>[^"()]*)"?\)$')
_SORTS = {
    "createdAt": lambda ticket: (ticket.created_at, ticket.id),
    "modifiedAt": lambda ticket: (ticket.generated_at, ticket.id),
    "number": lambda ticket: ticket.id,
}


def conversations(call: Call) -> Body:
    """GET /conversations: only active ones, newest first, unless asked otherwise. Deleted ones never."""
    query = call.query
    found = [one for one in _everything(call) if _is_wanted(call, one)]
    sort = query.get("sortField", "createdAt")
    if sort not in _SORTS:
        raise invalid("sortField", "is not one of the allowed values")
    found.sort(key=_SORTS[sort], reverse=query.get("sortOrder", "desc") == "desc")
    threads = query.get("embed") == "threads"
    return call.page("conversations", [call.shapes.conversation(one, threads=threads) for one in found])


def _everything(call: Call) -> list[Ticket]:
    touched = call.inbox.tickets.touched((0.0, 0), call.inbox.clock().timestamp(), 1_000_000)
    return [ticket for ticket in touched if ticket.gone != "deleted"]


def _is_wanted(call: Call, ticket: Ticket) -> bool:
    query = call.query
    if query.get("status", "active") not in ("all", status_of(ticket)):
        return False
    if "mailbox" in query and str(inbox_of(ticket)) not in query["mailbox"].split(","):
        return False
    if "modifiedSince" in query and ticket.generated_at < _moment(query["modifiedSince"]):
        return False
    return "query" not in query or _matches(call, query["query"], ticket)


def _matches(call: Call, text: str, ticket: Ticket) -> bool:
    """One term of the search language is all that is known here."""
    term = _TERM.match(text.strip())
    if term is None:
        raise invalid("query", "could not be parsed")
    match term["key"]:
        case "email":
            return term["value"].lower() in call.inbox.people.get(ticket.requester_id).email
        case "tag":
            return term["value"].lower() in ticket.tags
    return term["value"] == str(ticket.requester_id)


def _moment(text: str) -> float:
    try:
        return epoch(text)
    except ValueError:
        raise invalid("modifiedSince", "is not a date") from None


def conversation(call: Call) -> Body:
    """GET /conversations/{id}."""
    return call.shapes.conversation(call.ticket(follow=True), threads=call.query.get("embed") == "threads")


def threads(call: Call) -> Body:
    """GET /conversations/{id}/threads, newest first."""
    return call.page("threads", call.shapes.threads(call.ticket()))


def customer(call: Call) -> Body:
    """GET /customers/{id}."""
    person = call.inbox.people.get(call.number())
    if person.is_staff:
        raise refusal(404)
    return call.shapes.customer(person)


def me(call: Call) -> Body:
    """GET /users/me."""
    return call.shapes.user(call.user)


def users(call: Call) -> Body:
    """GET /users."""
    staff = call.inbox.people.with_roles({Role.AGENT, Role.ADMIN})
    return call.page("users", [call.shapes.user(person) for person in staff], 50)


def mailboxes(call: Call) -> Body:
    """GET /mailboxes: the one where mail arrives, and one for each group."""
    return call.page("mailboxes", [_mailbox(*one) for one in _inboxes(call)], 50)


def _inboxes(call: Call) -> list[tuple[int, str]]:
    return [DEFAULT_INBOX, *((group.id, group.name) for group in call.inbox.people.groups())]


def _mailbox(inbox_id: int, name: str) -> Body:
    slug = name.lower().replace(" ", "-")
    return {"id": inbox_id, "name": name, "slug": slug, "email": f"{slug}@lumenboard.example"}


def mailbox_fields(call: Call) -> Body:
    """GET /mailboxes/{id}/fields. There is no call that makes one."""
    inbox_id = call.number()
    if inbox_id not in dict(_inboxes(call)):
        raise refusal(404)
    fields = [
        {
            "id": field_id(field.id, inbox_id), "name": field.title, "type": "singleline", "required": False,
            "order": order, "options": [],
        }
        for order, field in enumerate(call.inbox.fields.all(), start=1)
    ]  # fmt: skip
    return call.page("fields", fields, 50)


def collections(call: Call) -> Body:
    """GET /docs/v1/collections."""
    sections = sorted({article.section for article in call.inbox.articles()})
    rows = [{"id": collection_id(name), "name": name, "visibility": "public"} for name in sections]
    return {"collections": _docs_page(call, rows)}


def articles(call: Call) -> Body:
    """GET /docs/v1/collections/{collection}/articles, without their texts."""
    found = [one for one in call.inbox.articles() if collection_id(one.section) == call.path["collection"]]
    return {"articles": _docs_page(call, [call.shapes.article(one, whole=False) for one in found])}


def article(call: Call) -> Body:
    """GET /docs/v1/articles/{article}."""
    for one in call.inbox.articles():
        shape = call.shapes.article(one, whole=True)
        if shape["id"] == call.path["article"]:
            return {"article": shape}
    raise refusal(404)


def _docs_page(call: Call, rows: list[Body]) -> Body:
    number, size = int(call.query.get("page", "1")), min(100, int(call.query.get("pageSize", "50")))
    pages = max(1, -(-len(rows) // size))
    return {"page": number, "pages": pages, "count": len(rows), "items": rows[(number - 1) * size : number * size]}
