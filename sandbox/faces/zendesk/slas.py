"""The account's SLA policies, and what each ticket has of them. One schedule: round the clock."""

from __future__ import annotations

from typing import Any

from sandbox.faces.zendesk.answers import invalid
from sandbox.faces.zendesk.call import Answer, Body, Call
from sandbox.inbox.records import Message, Role, Ticket
from sandbox.inbox.times import iso

KIND = "zendesk_sla_policy"
METRICS = ("first_reply_time", "next_reply_time", "requester_wait_time", "agent_work_time")
_PAUSES = {"requester_wait_time": ("pending",), "agent_work_time": ("pending", "hold")}
_FIRST_ID = 470_001


def policies(call: Call) -> Body:
    """GET /slas/policies."""
    return call.page("sla_policies", call.inbox.documents.all(KIND))


def create_policy(call: Call) -> Answer:
    """POST /slas/policies. Conditions are kept and not looked at: the first policy applies to every ticket."""
    wish = call.object("sla_policy")
    if not wish.get("title"):
        raise invalid("title", "Title: cannot be blank", "BlankValue")
    metrics: list[Any] = wish.get("policy_metrics") or []
    for one in metrics:
        if one.get("metric") not in METRICS or int(one.get("target") or 0) <= 0:
            raise invalid("policy_metrics", "Policy metrics: metric or target is invalid")
    with call.inbox.store.transaction():
        number = _FIRST_ID + len(call.inbox.documents.all(KIND))
        kept = {"filter": {"all": [], "any": []}, **wish, "id": number, "position": number - _FIRST_ID + 1}
        call.inbox.documents.put(KIND, str(number), kept)
    return Answer({"sla_policy": kept}, 201)


def of_ticket(call: Call, ticket: Ticket) -> Body | None:
    """What is told beside a ticket with include=slas; None in an account without policies."""
    known = call.inbox.documents.all(KIND)
    if not known:
        return None
    targets = {
        one["metric"]: int(one["target"])
        for one in known[0].get("policy_metrics", [])
        if one.get("priority") == (ticket.priority or "normal")
    }
    messages = call.inbox.tickets.messages(ticket.id)
    staff = {person.id for person in call.inbox.people.with_roles({Role.AGENT, Role.ADMIN})}
    told = [_metric(name, minutes, ticket, messages, staff) for name, minutes in targets.items()]
    return {"policy_metrics": [one for one in told if one]}


def _metric(name: str, minutes: int, ticket: Ticket, messages: list[Message], staff: set[int]) -> Body | None:
    public = [one for one in messages if one.public and not one.draft]
    replies = [one.created_at for one in public if one.author_id in staff]
    began: float | None = ticket.created_at
    over = ticket.status in ("solved", "closed")
    if name == "first_reply_time":
        over = over or bool(replies)
    elif name == "next_reply_time":
        asked = [one.created_at for one in public if one.author_id not in staff]
        began = next((at for at in asked if replies and at > replies[-1]), None)
    if began is None:
        return None
    paused = ticket.status in _PAUSES.get(name, ())
    stage = "achieved" if over else "paused" if paused else "active"
    due = iso(began + minutes * 60) if stage == "active" else None
    return {"metric": name, "stage": stage, "breach_at": due}
