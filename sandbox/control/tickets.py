"""Customers and tickets: what customers and agents would do."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sandbox.control.asking import Asked
from sandbox.inbox.errors import NotThere
from sandbox.inbox.records import Change, Channel, Message, NewMessage, Patch, Person
from sandbox.inbox.text import to_html
from sandbox.inbox.times import epoch, iso
from sandbox.listing import listed, one_ticket

FACTS = ("plan", "mrr", "signed_up")
BY_CUSTOMER = {"email": Channel.EMAIL, "chat": Channel.CHAT, "form": Channel.FORM, "web": Channel.FORM}


def add_customer(asked: Asked) -> dict[str, Any]:
    """POST /customers."""
    fields = {name: asked.body[name] for name in FACTS if asked.body.get(name) is not None}
    person = asked.desk.inbox.people.add(
        str(asked.body.get("name") or ""), str(asked.need("email")), fields=fields,
        organization=asked.body.get("organization"), created_at=asked.time(),
    )  # fmt: skip
    return {"customer": {"id": person.id, "name": person.name, "email": person.email, **person.fields}}


def add_ticket(asked: Asked) -> dict[str, Any]:
    """POST /tickets: as a customer, with one message or several."""
    inbox = asked.desk.inbox
    customer = inbox.people.find(asked.need("customer"))
    channel = BY_CUSTOMER[_channel(asked)]
    at = asked.time()
    change = inbox.tickets.open(
        str(asked.body.get("subject") or ""), asked.message(customer.id), requester_id=customer.id, channel=channel,
        created_at=at,
    )  # fmt: skip
    for further in asked.body.get("messages") or []:
        at = _time_of(further, change.ticket.created_at if at is None else at)
        message = NewMessage(customer.id, str(further.get("body") or ""))
        change = inbox.tickets.customer_reply(change.ticket.id, message, channel=channel, at=at)
    return _answer(asked, change)


def _channel(asked: Asked) -> str:
    channel = str(asked.body.get("channel", "email"))
    if channel not in BY_CUSTOMER:
        raise ValueError("channel is email, chat or form")
    return channel


def _time_of(message: dict[str, Any], before: float) -> float | None:
    if message.get("created_at") is not None:
        return epoch(message["created_at"])
    return before + float(message["seconds_later"]) if message.get("seconds_later") is not None else None


def customer_reply(asked: Asked) -> dict[str, Any]:
    """POST /tickets/{id}/customer-reply."""
    tickets = asked.desk.inbox.tickets
    ticket = tickets.get(asked.ticket_id)
    message = asked.message(ticket.requester_id)
    return _answer(asked, tickets.customer_reply(ticket.id, message, channel=ticket.channel, at=asked.time()))


def agent_reply(asked: Asked) -> dict[str, Any]:
    """POST /tickets/{id}/agent-reply: public unless told otherwise."""
    ticket = asked.desk.inbox.tickets.get(asked.ticket_id)
    agent = asked.agent()
    asked.need("body")
    message = asked.message(agent.id, public=bool(asked.body.get("public", True)))
    changes: dict[str, Any] = {}
    if asked.body.get("status"):
        changes["status"] = asked.body["status"]
    elif message.public and ticket.status == "new":
        changes["status"] = "open"
    return _edited(asked, Patch(changes, message=message), agent)


def edit_draft(asked: Asked) -> dict[str, Any]:
    """POST /tickets/{id}/edit-draft: an agent goes on writing what lies in the reply box, without sending it."""
    draft, agent = _newest_draft(asked), asked.agent()
    html = to_html(str(asked.need("body")))
    change = asked.desk.inbox.tickets.reword(asked.ticket_id, draft.id, html, actor_id=agent.id, channel=Channel.AGENT)
    return _answer(asked, change)


def send_draft(asked: Asked) -> dict[str, Any]:
    """POST /tickets/{id}/send-draft: as it is."""
    draft, agent = _newest_draft(asked), asked.agent()
    change = asked.desk.inbox.tickets.send_draft(asked.ticket_id, draft.id, actor_id=agent.id, channel=Channel.AGENT)
    return _answer(asked, change)


def _newest_draft(asked: Asked) -> Message:
    drafts = asked.desk.inbox.tickets.drafts(asked.ticket_id)
    if not drafts:
        raise NotThere(f"a draft on ticket {asked.ticket_id}")
    return drafts[-1]


def edit(asked: Asked) -> dict[str, Any]:
    """PATCH /tickets/{id}: a human's edit."""
    changes: dict[str, Any] = {
        name: asked.body[name] for name in ("status", "priority", "subject") if name in asked.body
    }
    if "group" in asked.body:
        changes["group_id"] = asked.body["group"] and asked.group(asked.body["group"]).id
    if "assignee" in asked.body:
        changes["assignee_id"] = asked.body["assignee"] and asked.desk.inbox.people.find(asked.body["assignee"]).id
    tags = asked.body.get("tags")
    values = {_field_id(asked, name): value for name, value in (asked.body.get("fields") or {}).items()}
    return _edited(asked, Patch(changes, None if tags is None else tuple(tags), values), asked.agent())


def _field_id(asked: Asked, name: str) -> int:
    for field in asked.desk.inbox.fields.all():
        if name in (str(field.id), field.title):
            return field.id
    raise ValueError(f"there is no field {name}")


def solve(asked: Asked) -> dict[str, Any]:
    """POST /tickets/{id}/solve: by the agent named, who gets it if nobody had it."""
    ticket = asked.desk.inbox.tickets.get(asked.ticket_id)
    agent = asked.agent(default=ticket.assignee_id)
    changes: dict[str, Any] = {"status": "solved"}
    if ticket.assignee_id is None and asked.desk.inbox.people.groups_of(agent.id):
        changes["assignee_id"] = agent.id
    return _edited(asked, Patch(changes), agent)


def reopen(asked: Asked) -> dict[str, Any]:
    """POST /tickets/{id}/reopen: by an agent (a customer reopens by writing)."""
    ticket = asked.desk.inbox.tickets.get(asked.ticket_id)
    return _edited(asked, Patch({"status": "open"}), asked.agent(default=ticket.assignee_id))


def close(asked: Asked) -> dict[str, Any]:
    """POST /tickets/{id}/close: what the desk does some days after a ticket was solved."""
    ticket = asked.desk.inbox.tickets.get(asked.ticket_id)
    agent = asked.agent(default=ticket.assignee_id or asked.desk.inbox.people.find("ada@lumenboard.example").id)
    return _edited(asked, Patch({"status": "closed"}), agent)


def merge(asked: Asked) -> dict[str, Any]:
    """POST /tickets/{id}/merge: into the ticket `into`. This one is closed; in each the desk says so, as the agent."""
    tickets, documents = asked.desk.inbox.tickets, asked.desk.inbox.documents
    away, into, agent = tickets.get(asked.ticket_id), tickets.get(int(asked.need("into"))), asked.agent()
    here = NewMessage(agent.id, f"This request was closed and merged into request #{into.id}.", public=False)
    patch = Patch({"status": "closed"}, (*away.tags, "closed_by_merge"), message=here)
    change = tickets.update(away.id, patch, actor_id=agent.id, channel=Channel.MERGE)
    there = NewMessage(agent.id, f"Request #{away.id} was closed and merged into this request.")
    tickets.update(into.id, Patch(message=there), actor_id=agent.id, channel=Channel.MERGE)
    documents.put("merged", str(away.id), {"into": into.id})
    return _answer(asked, change)


def rate(asked: Asked) -> dict[str, Any]:
    """POST /tickets/{id}/rate."""
    score = asked.need("score")
    if score not in ("good", "bad"):
        raise ValueError("score is good or bad")
    change = asked.desk.inbox.tickets.rate(asked.ticket_id, score, asked.body.get("comment"), asked.time())
    return _answer(asked, change)


def spam(asked: Asked) -> dict[str, Any]:
    """POST /tickets/{id}/spam."""
    return _removed(asked, spam=True)


def delete(asked: Asked) -> dict[str, Any]:
    """DELETE /tickets/{id}."""
    return _removed(asked, spam=False)


def _removed(asked: Asked, *, spam: bool) -> dict[str, Any]:
    actor = asked.agent(default=asked.desk.inbox.people.find("goran@lumenboard.example").id)
    asked.desk.inbox.tickets.remove(asked.ticket_id, actor_id=actor.id, channel=Channel.AGENT, spam=spam)
    return {"ok": True}


def tickets(asked: Asked) -> dict[str, Any]:
    """GET /tickets, in the order of the inbox."""
    return {"tickets": listed(asked.desk)}


def ticket(asked: Asked) -> dict[str, Any]:
    """GET /tickets/{id} with its messages and what lies in its reply box."""
    found = asked.desk.inbox.tickets.get(asked.ticket_id)
    messages = []
    for message in asked.desk.inbox.tickets.messages(found.id):
        author = asked.desk.inbox.people.get(message.author_id)
        about = {"id": author.id, "name": author.name, "role": author.role, "email": author.email}
        messages.append({**asdict(message), "author": about, "created_at": iso(message.created_at)})
    drafts = [asdict(draft) for draft in asked.desk.inbox.tickets.drafts(found.id)]
    return {"ticket": {**one_ticket(asked.desk, found), "messages": messages, "drafts": drafts}}


def _edited(asked: Asked, patch: Patch, agent: Person) -> dict[str, Any]:
    at = asked.time()
    change = asked.desk.inbox.tickets.update(asked.ticket_id, patch, actor_id=agent.id, channel=Channel.AGENT, at=at)
    return _answer(asked, change)


def _answer(asked: Asked, change: Change) -> dict[str, Any]:
    answer: dict[str, Any] = {"ticket": one_ticket(asked.desk, change.ticket)}
    if change.message is not None:
        answer["message"] = {"id": change.message.id, "created_at": iso(change.message.created_at)}
    return answer
