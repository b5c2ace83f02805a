"""PUT, POST and DELETE on tickets and their tags."""

from __future__ import annotations

import hashlib
from typing import Any

from sandbox.faces.face import IGNORED
from sandbox.faces.refusal import Refusal
from sandbox.faces.zendesk.answers import bad_attribute, invalid
from sandbox.faces.zendesk.call import Answer, Body, Call
from sandbox.inbox.errors import NotThere
from sandbox.inbox.records import Channel, NewMessage, Patch
from sandbox.inbox.times import epoch, iso

COLUMNS = {
    "subject": "subject", "status": "status", "priority": "priority", "type": "kind", "group_id": "group_id",
    "assignee_id": "assignee_id",
}  # fmt: skip
IDEMPOTENT_FOR = 7200.0
KEY_KIND = "zendesk_idempotency"


def update(call: Call) -> Body:
    """PUT /tickets/{id}. `additional_tags` does nothing here, as nobody could confirm that it does on the real one."""
    wish = call.object("ticket")
    patch = _patch(call, wish)
    change = call.inbox.tickets.update(call.number(), patch, actor_id=call.user.id, channel=Channel.API)
    events = [{"id": change.id * 100 + n, "type": move.kind.title()} for n, move in enumerate(change.moves)]
    audit = {"id": change.id, "ticket_id": change.ticket.id, "author_id": call.user.id, "created_at": iso(change.at)}
    return {"ticket": call.shapes.ticket(change.ticket), "audit": {**audit, "events": events}}


def create(call: Call) -> Answer:
    """POST /tickets, at most once for an Idempotency-Key."""
    key = call.headers.get("idempotency-key")
    if key is None:
        return Answer(_create(call), 201)
    now = call.inbox.clock().timestamp()
    digest = hashlib.sha256(call.raw).hexdigest()
    with call.inbox.store.transaction():
        try:
            known = call.inbox.documents.get(KEY_KIND, key)
        except NotThere:
            known = None
        if known is not None and known["at"] > now - IDEMPOTENT_FOR:
            if known["digest"] != digest:
                description = "Idempotency-Key was used with another request body"
                raise Refusal(400, {"error": "IdempotentRequestError", "description": description})
            return Answer(known["body"], 201, (("x-idempotency-lookup", "hit"),))
        body = _create(call)
        call.inbox.documents.put(KEY_KIND, key, {"at": now, "digest": digest, "body": body})
    return Answer(body, 201, (("x-idempotency-lookup", "miss"),))


def _create(call: Call) -> Body:
    wish = call.object("ticket")
    comment = wish.get("comment")
    if not isinstance(comment, dict) or not (comment.get("body") or comment.get("html_body")):
        raise invalid("base", "Description: cannot be blank", "BlankValue")
    requester = _requester(call, wish)
    first = _message(call, {"author_id": wish.get("submitter_id", requester), **comment})
    text = first.body or first.html or ""
    change = call.inbox.tickets.open(
        str(wish.get("subject") or text[:80]), first, requester_id=requester, channel=Channel.API,
        patch=_patch(call, {name: value for name, value in wish.items() if name != "comment"}),
    )  # fmt: skip
    return {"ticket": call.shapes.ticket(change.ticket)}


def _requester(call: Call, wish: Body) -> int:
    person = wish.get("requester")
    if isinstance(person, dict) and person.get("email"):
        return call.inbox.people.add(str(person.get("name") or ""), str(person["email"])).id
    wanted = wish.get("requester_id", call.user.id)
    try:
        return call.inbox.people.get(_number(wanted, "requester_id")).id
    except NotThere:
        raise invalid("requester_id", f"Requester: {wanted} is invalid") from None


def delete(call: Call) -> Answer:
    """DELETE /tickets/{id}: softly."""
    call.inbox.tickets.remove(call.number(), actor_id=call.user.id, channel=Channel.API)
    return Answer(None, 204)


def tags(call: Call) -> Body:
    """GET /tickets/{id}/tags."""
    return {"tags": list(call.inbox.tickets.get(call.number()).tags)}


def add_tags(call: Call) -> Body:
    """PUT /tickets/{id}/tags adds."""
    return _retag(call, lambda old, new: [*old, *new])


def set_tags(call: Call) -> Answer:
    """POST /tickets/{id}/tags replaces."""
    return Answer(_retag(call, lambda old, new: new), 201)


def remove_tags(call: Call) -> Body:
    """DELETE /tickets/{id}/tags removes the listed ones."""
    return _retag(call, lambda old, new: [tag for tag in old if tag not in new])


def _retag(call: Call, combine: Any) -> Body:
    listed = call.payload.get("tags") if isinstance(call.payload, dict) else None
    if not isinstance(listed, list):
        raise bad_attribute("tags")
    with call.inbox.store.transaction():
        before = call.inbox.tickets.get(call.number())
        wanted = tuple(str(tag) for tag in combine(list(before.tags), [str(tag) for tag in listed]))
        patch = Patch(tags=wanted, unchanged_since=_unchanged_since(call.payload))
        change = call.inbox.tickets.update(before.id, patch, actor_id=call.user.id, channel=Channel.API)
    return {"tags": list(change.ticket.tags)}


def _patch(call: Call, wish: Body) -> Patch:
    changes = {column: wish[name] for name, column in COLUMNS.items() if name in wish}
    for name in ("group_id", "assignee_id"):
        if changes.get(name) is not None:
            changes[name] = _number(changes[name], name)
    comment, listed = wish.get("comment"), wish.get("tags")
    if comment is not None and not isinstance(comment, dict):
        raise bad_attribute("comment")
    if listed is not None and not isinstance(listed, list):
        raise bad_attribute("tags")
    return Patch(
        changes=changes,
        tags=None if listed is None else tuple(str(tag) for tag in listed),
        values=_values(call, wish.get("custom_fields", [])),
        message=None if comment is None else _message(call, comment),
        unchanged_since=_unchanged_since(wish),
    )


def _message(call: Call, comment: Body) -> NewMessage:
    author_id = _number(comment.get("author_id", call.user.id), "author_id")
    try:
        call.inbox.people.get(author_id)
    except NotThere:
        raise invalid("author_id", f"Author: {author_id} is invalid") from None
    text, markup = comment.get("body"), comment.get("html_body")
    if not (text or markup):
        raise invalid("base", "Comment: cannot be blank", "BlankValue")
    # Left out, a comment is public: the trap that a connector must not walk into.
    return NewMessage(
        author_id, str(text or ""), markup and str(markup), public=comment.get("public", True) is not False
    )


def _values(call: Call, listed: Any) -> dict[int, Any]:
    if not isinstance(listed, list):
        raise bad_attribute("custom_fields")
    known = {field.id for field in call.inbox.fields.all()}
    values = {}
    for entry in listed:
        if not isinstance(entry, dict) or "id" not in entry:
            raise bad_attribute("custom_fields")
        field_id = _number(entry["id"], "custom_fields")
        if field_id in known:
            values[field_id] = entry.get("value")
        else:
            call.inbox.documents.put(IGNORED, str(field_id), {"id": field_id})
    return values


def _unchanged_since(wish: Body) -> int | None:
    if wish.get("safe_update") not in (True, "true"):
        return None
    try:
        return int(epoch(str(wish.get("updated_stamp"))))
    except ValueError:
        raise invalid("safe_update", "updated_stamp: is required for a safe update and must be a time") from None


def _number(value: Any, name: str) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise invalid(name, f"{name}: is invalid") from None
