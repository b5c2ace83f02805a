"""Automation rules, and the webhooks that they send. Nothing in a webhook is signed, and no delivery has an id."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from typing import Any

from sandbox.delivery.journal import Parcel
from sandbox.delivery.rules import Sending
from sandbox.faces.freshdesk.shapes import STATUSES
from sandbox.inbox.inbox import Inbox
from sandbox.inbox.records import Change, Move, Ticket

FACE = "freshdesk"
KIND = "freshdesk_rule"
FIRST_ONLY = "freshdesk_first_rule_only"
"""While there is a document of this kind, of the rules on creation only the first that fits is carried out."""
ON_CREATION, HOURLY, ON_UPDATE = 1, 3, 4
AGENT, REQUESTER, EITHER, SYSTEM = 1, 2, 3, 4
WEBHOOK = "trigger_webhook"
_FIELDS = {"status": "status", "priority": "priority", "group_id": "group_id", "assignee_id": "responder_id"}
EVENTS = frozenset({*_FIELDS.values(), "reply_sent", "note_type", "customer_feedback", "ticket_action", "tag_names"})
_PLACEHOLDER = re.compile(r"\{\{\s*([a-z_.]+)\s*\}\}")


class Rules:
    """Runs the active rules on what changed."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    def parcels(self, change: Change) -> Iterator[Parcel]:
        """One for each rule that the change sets off."""
        fitting = [one for one in self._inbox.documents.all(KIND) if one["active"] and self._fits(one, change)]
        if any(move.kind == "created" for move in change.moves) and self._inbox.documents.all(FIRST_ONLY):
            fitting = fitting[:1]
        for rule in fitting:
            for action in rule["actions"]:
                body = _filled(str(action["content"].get("body", "")), change.ticket).encode()
                yield Parcel(rule["id"], new_delivery_id(), "", rule["name"], body, change.ticket.id, face=FACE)

    def _fits(self, rule: dict[str, Any], change: Change) -> bool:
        created = any(move.kind == "created" for move in change.moves)
        if rule["automation_type_id"] == ON_CREATION:
            return created
        if rule["automation_type_id"] != ON_UPDATE or created:
            return False
        performer = AGENT if self._inbox.people.get(change.actor_id).is_staff else REQUESTER
        wanted = rule["performer"]
        if wanted["type"] not in (performer, EITHER):
            return False
        members = wanted.get("members")
        if performer == AGENT and members and change.actor_id not in map(int, members):
            return False
        happened = [told for move in change.moves for told in _told(move, change)]
        return any(_matches(event, *one) for event in rule["events"] for one in happened)

    def seal(self, parcel: Parcel) -> Sending:
        """A parcel as a request. Raises NotThere when its rule was deleted."""
        rule = self._inbox.documents.get(KIND, parcel.webhook_id)
        action = next(one for one in rule["actions"] if one["field_name"] == WEBHOOK)
        headers = {"Content-Type": "application/json", "User-Agent": "Freshdesk"}
        if parcel.signing != "missing":
            wrong = "" if parcel.signing == "good" else "not-"
            headers |= {name: wrong + value for name, value in action.get("custom_headers", {}).items()}
        return Sending(action["url"], headers, parcel.body)


def _told(move: Move, change: Change) -> list[tuple[str, str]]:
    """What happened in the rules' words: a field, and what it became where that is asked for."""
    match move.kind:
        case "message" if change.message is not None:
            return [("reply_sent", "sent")] if change.message.public else [("note_type", "private")]
        case "field" if move.name in _FIELDS:
            # Several of the inbox's states are one status here.
            same = move.name == "status" and STATUSES.get(move.previous) == STATUSES.get(move.current)
            return [] if same else [(_FIELDS[move.name], "--")]
        case "rating":
            return [("customer_feedback", "--")]
        case "tags":
            return [("tag_names", "--")]
        case "deleted":
            return [("ticket_action", "delete")]
        case "spam":
            return [("ticket_action", "marked_spam")]
    return []


def _matches(event: dict[str, Any], field: str, value: str) -> bool:
    return event["field_name"] == field and event.get("value", "--") in ("--", value)


def _filled(template: str, ticket: Ticket) -> str:
    """The template with its placeholders filled in, as they are: a quotation mark in a subject breaks the JSON."""
    known = {"ticket.id": str(ticket.id), "ticket.subject": ticket.subject, "ticket.status": ticket.status.title()}
    return _PLACEHOLDER.sub(lambda found: known.get(found[1], ""), template)


def new_delivery_id() -> str:
    """For the sandbox's own journal; this vendor's deliveries carry no id."""
    return secrets.token_hex(12)
