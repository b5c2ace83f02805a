"""POST, PUT and DELETE on conversations, their tags and attributes."""

from __future__ import annotations

from typing import Any

from sandbox.faces.face import IGNORED
from sandbox.faces.intercom import reading
from sandbox.faces.intercom.answers import invalid, refusal
from sandbox.faces.intercom.call import Body, Call
from sandbox.faces.intercom.shapes import STATES, state_of, tag_id
from sandbox.inbox.errors import NotThere
from sandbox.inbox.records import Channel, NewMessage, Patch, Person, Ticket
from sandbox.inbox.rules import as_tags

TAG = "intercom_tag"
"""Documents of this kind are tags that were made; the key is the tag's id."""
_KINDS = {"comment": True, "note": False}
_MEANT = {"close": "solved", "open": "open", "snoozed": "pending"}


def reply(call: Call) -> Body:
    """POST /conversations/{id}/reply. A `comment` goes to the customer, a `note` does not."""
    wish = call.object()
    public, body = _KINDS.get(str(wish.get("message_type"))), wish.get("body")
    if wish.get("type") != "admin" or public is None:
        raise invalid("message_type is comment or note, type is admin")
    if not isinstance(body, str) or not body.strip():
        raise invalid("body is missing")
    message = NewMessage(call.admin().id, html=body, public=public)
    return _updated(call, call.ticket(), Patch(message=message))


def manage(call: Call) -> Body:
    """POST /conversations/{id}/parts: assign, close, open, snooze. Words beside it go to the customer."""
    wish, ticket = call.object(), call.ticket()
    kind, body = str(wish.get("message_type")), wish.get("body")
    message = NewMessage(call.admin().id, html=body, public=True) if isinstance(body, str) and body.strip() else None
    if kind == "assignment":
        return _updated(call, ticket, Patch(_assignment(call, ticket, wish), message=message))
    if kind not in _MEANT:
        raise invalid("message_type is not known")
    changes = {} if STATES[_MEANT[kind]] == state_of(ticket) else {"status": _MEANT[kind]}
    return _updated(call, ticket, Patch(changes, message=message))


def _assignment(call: Call, ticket: Ticket, wish: Body) -> dict[str, Any]:
    """To a teammate or to a team, each for itself; 0 is nobody."""
    kind, assignee = wish.get("type"), str(wish.get("assignee_id"))
    if kind not in ("admin", "team") or not assignee.isdecimal():
        raise invalid("type is admin or team, assignee_id an id")
    if assignee == "0":
        return {"assignee_id": None, "group_id": ticket.group_id} if kind == "admin" else {"group_id": None}
    if kind == "team":
        try:
            return {"group_id": call.inbox.people.group(int(assignee)).id}
        except NotThere:
            raise refusal(404, "team_not_found", "Team not found") from None
    person = call.staff(assignee)
    if ticket.group_id is None:
        return {"assignee_id": person.id}
    # The inbox knows nobody outside of a ticket's group.
    return {"assignee_id": person.id, "group_id": ticket.group_id}


def update(call: Call) -> Body:
    """PUT /conversations/{id}: attributes by name, those left out stay. Its priority cannot be set so."""
    wish, ticket = call.object(), call.ticket()
    given = wish.get("custom_attributes") or {}
    if not isinstance(given, dict):
        raise invalid("custom_attributes is not an object")
    known = {field.title: field.id for field in call.inbox.fields.all()}
    for name in given:
        if name not in known:
            call.inbox.documents.put(IGNORED, str(name), {"name": name})
            raise invalid(f"Custom attribute '{name}' does not exist")
    changes = {"subject": wish["title"]} if isinstance(wish.get("title"), str) else {}
    return _updated(
        call, ticket, Patch(changes, values={known[name]: value for name, value in given.items()}), by=call.user
    )


def create_tag(call: Call) -> Body:
    """POST /tags: the one with that name, which is made where there is none."""
    made = as_tags([call.object().get("name") or ""])
    if not made:
        raise invalid("name is missing")
    call.inbox.documents.put(TAG, tag_id(made[0]), {"name": made[0]})
    return call.shapes.tag(made[0], applied=False)


def add_tag(call: Call) -> Body:
    """POST /conversations/{id}/tags."""
    try:
        name = call.inbox.documents.get(TAG, str(call.object().get("id")))["name"]
    except NotThere:
        raise refusal(404, "tag_not_found", "Tag not found") from None
    with call.inbox.store.transaction():
        ticket = call.ticket()
        _updated(call, ticket, Patch(tags=(*ticket.tags, name)))
    return call.shapes.tag(name)


def remove_tag(call: Call) -> Body:
    """DELETE /conversations/{id}/tags/{tag}."""
    with call.inbox.store.transaction():
        ticket = call.ticket()
        name = next((tag for tag in ticket.tags if tag_id(tag) == call.path["tag"]), None)
        if name is None:
            raise refusal(404, "tag_not_found", "Tag not found")
        _updated(call, ticket, Patch(tags=tuple(tag for tag in ticket.tags if tag != name)))
    return call.shapes.tag(name)


def create_attribute(call: Call) -> Body:
    """POST /conversations/attributes."""
    wish = call.object()
    name, kind = str(wish.get("name") or ""), wish.get("data_type")
    if kind != "string":
        raise refusal(422, "parameter_invalid", "data_type is not known here")
    if name in {field.title for field in call.inbox.fields.all()}:
        raise refusal(422, "parameter_invalid", "there is an attribute of this name")
    made = call.inbox.fields.add(name, "text", str(wish.get("description") or ""))
    return reading.attribute(call, made.id)


def archive_attribute(call: Call) -> Body:
    """DELETE /conversations/attributes/{id}."""
    told = reading.attribute(call, call.number(), archived=True)
    call.inbox.fields.remove(call.number())
    return told


def _updated(call: Call, ticket: Ticket, patch: Patch, *, by: Person | None = None) -> Body:
    actor = by or call.admin()
    change = call.inbox.tickets.update(ticket.id, patch, actor_id=actor.id, channel=Channel.API)
    return call.shapes.conversation(change.ticket, parts=call.shapes.parts(change.ticket))
