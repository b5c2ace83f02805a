"""POST, PUT and PATCH on conversations and their threads."""

from __future__ import annotations

from typing import Any

from sandbox.faces.face import IGNORED
from sandbox.faces.helpscout.answers import full, invalid
from sandbox.faces.helpscout.call import NOTHING, Answer, Body, Call
from sandbox.faces.helpscout.shapes import DEFAULT_INBOX, STATUSES, field_id, inbox_of, status_of
from sandbox.inbox.errors import NotThere
from sandbox.inbox.records import Change, Channel, NewMessage, Patch, Ticket

MOST_THREADS = 100
_MEANT = {"active": "open", "pending": "pending", "closed": "solved"}


def reply(call: Call) -> Answer:
    """POST /conversations/{id}/reply. Left out, `draft` is false, and the customer gets it: the trap of this desk."""
    wish = call.object()
    customer = wish.get("customer")
    if not isinstance(customer, dict) or not (customer.get("id") or customer.get("email")):
        raise invalid("customer", "may not be null")
    return _thread(call, wish, public=True, draft=wish.get("draft") is True)


def note(call: Call) -> Answer:
    """POST /conversations/{id}/notes."""
    return _thread(call, call.object(), public=False, draft=False)


def _thread(call: Call, wish: Body, *, public: bool, draft: bool) -> Answer:
    text = wish.get("text")
    if not isinstance(text, str) or not text.strip():
        raise invalid("text", "may not be empty")
    with call.inbox.store.transaction():
        ticket = call.ticket()
        if len(call.inbox.tickets.messages(ticket.id, drafts=True)) >= MOST_THREADS:
            raise full()
        author = _author(call, wish)
        message = NewMessage(author, html=text, public=public, draft=draft)
        # Left out, the status becomes active again, under notes too.
        change = _update(call, ticket, Patch(_status(ticket, wish.get("status", "active")), message=message))
    assert change.message is not None
    made = str(change.message.id)
    location = f"{call.root}/v2/conversations/{ticket.id}/threads/{made}"
    return Answer(None, 201, (("Resource-ID", made), ("Location", location)))


def _author(call: Call, wish: Body) -> int:
    try:
        person = call.inbox.people.get(int(wish.get("user") or call.user.id))
    except (NotThere, TypeError, ValueError):
        raise invalid("user", "does not exist") from None
    if not person.is_staff:
        raise invalid("user", "does not exist")
    return person.id


def _status(ticket: Ticket, wanted: Any) -> dict[str, Any]:
    if wanted not in _MEANT:
        raise invalid("status", "is not one of the allowed values")
    return {} if STATUSES.get(ticket.status) == wanted else {"status": _MEANT[wanted]}


def tags(call: Call) -> Answer:
    """PUT /conversations/{id}/tags replaces them all."""
    wanted = call.object().get("tags")
    if not isinstance(wanted, list):
        raise invalid("tags", "may not be null")
    _update(call, call.ticket(), Patch(tags=tuple(map(str, wanted))))
    return NOTHING


def fields(call: Call) -> Answer:
    """PUT /conversations/{id}/fields replaces them all: what is not listed is emptied."""
    wanted = call.object().get("fields")
    if not isinstance(wanted, list):
        raise invalid("fields", "may not be null")
    # No transaction around this: that somebody named a field which does not exist is kept, though nothing is written.
    ticket = call.ticket()
    known = {field_id(field.id, inbox_of(ticket)): field.id for field in call.inbox.fields.all()}
    values: dict[int, Any] = dict.fromkeys(known.values())
    for place, entry in enumerate(wanted):
        number = entry.get("id") if isinstance(entry, dict) else None
        if number not in known:
            call.inbox.documents.put(IGNORED, str(number), {"id": number})
            raise invalid(f"fields[{place}].id", "does not exist in this inbox")
        if len(str(entry.get("value"))) > 255:
            raise invalid(f"fields[{place}].value", "is too long")
        values[known[number]] = entry.get("value")
    _update(call, ticket, Patch(values=values))
    return NOTHING


def operate(call: Call) -> Answer:
    """PATCH /conversations/{id}: one operation a call."""
    wish = call.object()
    with call.inbox.store.transaction():
        ticket = call.ticket()
        match wish.get("op"), wish.get("path"), wish.get("value"):
            case "replace", "/assignTo", value:
                _update(call, ticket, Patch(_assignment(call, ticket, value)))
            case "remove", "/assignTo", _:
                _update(call, ticket, Patch({"assignee_id": None, "group_id": ticket.group_id}))
            case "move", "/mailboxId", value:
                _move(call, ticket, value)
            case "replace", "/status", "spam":
                call.inbox.tickets.remove(ticket.id, actor_id=call.user.id, channel=Channel.API, spam=True)
            case "replace", "/status", value:
                _update(call, ticket, Patch(_status(ticket, value)))
            case "replace", "/subject", str(value):
                _update(call, ticket, Patch({"subject": value}))
            case "replace", "/draft", False:
                _publish(call, ticket)
            case _:
                raise invalid("path", "is not one of the allowed operations")
    return NOTHING


def _assignment(call: Call, ticket: Ticket, value: Any) -> dict[str, Any]:
    """Only who may see the inbox can own what lies in it; everybody sees the one where mail arrives."""
    try:
        person = call.inbox.people.get(int(value))
    except (NotThere, TypeError, ValueError):
        raise invalid("value", "user does not exist") from None
    if not person.is_staff:
        raise invalid("value", "user does not exist")
    if ticket.group_id is None:
        return {"assignee_id": person.id}
    if ticket.group_id not in call.inbox.people.groups_of(person.id):
        raise invalid("value", "user has no access to the inbox")
    return {"assignee_id": person.id, "group_id": ticket.group_id}


def _move(call: Call, ticket: Ticket, value: Any) -> None:
    """Into another inbox, whose fields are others: their values stay behind. An owner without access is let go."""
    groups = {group.id for group in call.inbox.people.groups()}
    if value not in groups | {DEFAULT_INBOX[0]}:
        raise invalid("value", "inbox does not exist")
    group = value if value in groups else None
    emptied: dict[int, Any] = dict.fromkeys(ticket.values) if group != ticket.group_id else {}
    _update(call, ticket, Patch({"group_id": group}, values=emptied))


def _publish(call: Call, ticket: Ticket) -> None:
    drafts = call.inbox.tickets.drafts(ticket.id)
    if not drafts:
        raise invalid("path", "there is no draft")
    call.inbox.tickets.send_draft(ticket.id, drafts[-1].id, actor_id=call.user.id, channel=Channel.API)


def operate_on_thread(call: Call) -> Answer:
    """PATCH /conversations/{id}/threads/{thread}: other words. A draft cannot be hidden, and nothing deletes it."""
    wish = call.object()
    value = wish.get("value")
    if (wish.get("op"), wish.get("path")) != ("replace", "/text") or not isinstance(value, str) or not value.strip():
        raise invalid("path", "is not one of the allowed operations")
    ticket = call.ticket()
    call.inbox.tickets.reword(ticket.id, call.number("thread"), value, actor_id=call.user.id, channel=Channel.API)
    return NOTHING


def _update(call: Call, ticket: Ticket, patch: Patch) -> Change:
    if status_of(ticket) == "spam":
        raise invalid("status", "is spam")
    return call.inbox.tickets.update(ticket.id, patch, actor_id=call.user.id, channel=Channel.API)
