"""PUT and POST on tickets."""

from __future__ import annotations

from typing import Any

from sandbox.faces.face import IGNORED
from sandbox.faces.freshdesk.answers import invalid, missing, unknown
from sandbox.faces.freshdesk.call import Answer, Body, Call
from sandbox.faces.freshdesk.shapes import PRIORITIES, field_name
from sandbox.inbox.errors import NotThere
from sandbox.inbox.records import Channel, NewMessage, Patch, Ticket

_STATUSES = {2: "open", 3: "pending", 4: "solved", 5: "solved", 6: "pending", 7: "hold"}
_PRIORITIES = {number: word for word, number in PRIORITIES.items()}


def update(call: Call) -> Body:
    """PUT /tickets/{id}. Tags are replaced; of the custom fields only those that are named."""
    names = ("status", "priority", "group_id", "responder_id", "type", "subject", "tags", "custom_fields")
    wish = call.object(*names)
    # Before the transaction: that somebody named a field which does not exist is kept, though the update is not.
    values = _values(call, wish)
    with call.inbox.store.transaction():
        ticket = _present(call)
        tags = wish.get("tags")
        if tags is not None and not (isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)):
            raise invalid("tags", "Value set is of type String. It should be a/an Array", "datatype_mismatch")
        patch = Patch(_changes(call, ticket, wish), None if tags is None else tuple(tags), values)
        changed = call.inbox.tickets.update(ticket.id, patch, actor_id=call.user.id, channel=Channel.API)
        return call.shapes.ticket(changed.ticket)


def _present(call: Call) -> Ticket:
    ticket = call.ticket()
    if ticket.gone:
        raise missing()
    return ticket


def _changes(call: Call, ticket: Ticket, wish: Body) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name, known in (("status", _STATUSES), ("priority", _PRIORITIES)):
        if name in wish:
            if wish[name] not in known:
                raise invalid(name, f"It should be one of these values: '{','.join(map(str, known))}'")
            changes[name] = known[wish[name]]
    if "subject" in wish:
        changes["subject"] = str(wish["subject"])
    group = ticket.group_id
    if "group_id" in wish:
        group = changes["group_id"] = _group(call, wish["group_id"])
    if "responder_id" in wish:
        changes["assignee_id"] = _agent(call, wish["responder_id"], group)
        if group is not None:
            changes["group_id"] = group
    return changes


def _group(call: Call, wanted: Any) -> int | None:
    if wanted is None:
        return None
    if wanted not in {group.id for group in call.inbox.people.groups()}:
        raise invalid("group_id", "There is no group matching the given group_id")
    return int(wanted)


def _agent(call: Call, wanted: Any, group: int | None) -> int | None:
    """Who gets it has to be in its group."""
    if wanted is None:
        return None
    try:
        person = call.inbox.people.get(int(wanted))
    except (NotThere, TypeError, ValueError):
        raise invalid("responder_id", "There is no agent matching the given responder_id") from None
    if not person.is_staff:
        raise invalid("responder_id", "There is no agent matching the given responder_id")
    if group is not None and group not in call.inbox.people.groups_of(person.id):
        raise invalid("responder_id", "The agent is not a member of the group", "incompatible_field")
    return person.id


def _values(call: Call, wish: Body) -> dict[int, Any]:
    given = wish.get("custom_fields") or {}
    if not isinstance(given, dict):
        raise invalid("custom_fields", "It should be a/an JSON", "datatype_mismatch")
    known = {field_name(field): field.id for field in call.inbox.fields.all()}
    for name, value in given.items():
        if name not in known:
            call.inbox.documents.put(IGNORED, name, {"name": name})
            raise unknown(name)
        if value is not None and not isinstance(value, str):
            raise invalid(name, "It should be a/an String", "datatype_mismatch")
    return {known[name]: value for name, value in given.items()}


def note(call: Call) -> Answer:
    """POST /tickets/{id}/notes: private unless told otherwise."""
    wish = call.object("body", "private", "incoming", "notify_emails", "user_id")
    return _message(call, wish, public=wish.get("private", True) is False)


def reply(call: Call) -> Answer:
    """POST /tickets/{id}/reply: sent to the customer at once."""
    return _message(call, call.object("body", "user_id", "cc_emails", "bcc_emails"), public=True)


def _message(call: Call, wish: Body, *, public: bool) -> Answer:
    text = wish.get("body")
    if not isinstance(text, str) or not text.strip():
        raise invalid("body", "It should not be blank as this is a mandatory field", "missing_field")
    with call.inbox.store.transaction():
        ticket = _present(call)
        patch = Patch(message=NewMessage(call.user.id, html=text, public=public))
        changed = call.inbox.tickets.update(ticket.id, patch, actor_id=call.user.id, channel=Channel.API)
    assert changed.message is not None
    return Answer(call.shapes.conversation(changed.message), 201)
