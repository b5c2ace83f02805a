"""The inbox's values in Intercom's JSON."""

from __future__ import annotations

import hashlib
import html
from typing import Any

from sandbox.inbox.inbox import Inbox
from sandbox.inbox.records import Article, Change, Channel, Message, Move, Person, Ticket
from sandbox.inbox.times import epoch

APP = "lumenbrd"
STATES = {
    "new": "open",
    "open": "open",
    "pending": "snoozed",
    "hold": "snoozed",
    "solved": "closed",
    "closed": "closed",
}
PRIORITIES = {"low": "low", "normal": "medium", "high": "high", "urgent": "urgent"}
RATINGS = {"good": 5, "bad": 1}
MOST_PARTS = 500
_SOURCES = {Channel.CHAT: "conversation", Channel.API: "conversation"}
_FIRST_EVENT_ID = 90_000_000
_HAPPENED = {"closed": "close", "snoozed": "snoozed", "open": "open"}
_COMPANY_S = ("plan", "mrr", "signed_up")

Shape = dict[str, Any]


def state_of(ticket: Ticket) -> str:
    """Where a conversation stands."""
    return STATES[ticket.status]


def contact_id(person_id: int) -> str:
    """Contacts are called by hex, teammates by numbers."""
    return f"{person_id:024x}"


def person_id(contact: str) -> int:
    """Back again; 0 for what is no contact's id."""
    try:
        return int(contact, 16) if len(contact) == 24 else 0
    except ValueError:
        return 0


def tag_id(name: str) -> str:
    """The id of a tag."""
    return str(int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) + 1)


class Shapes:
    """Intercom's words for what the inbox holds; `root` is the address that the API is mounted at."""

    def __init__(self, inbox: Inbox, root: str) -> None:
        self._inbox = inbox
        self._root = root

    def conversation(self, ticket: Ticket, *, parts: list[Shape] | None = None) -> Shape:
        """A conversation with the parts that are given."""
        messages = self._inbox.tickets.messages(ticket.id)
        staff = [one for one in messages if one.public and self._inbox.people.get(one.author_id).is_staff]
        state = state_of(ticket)
        is_mail = ticket.channel is not Channel.CHAT
        shape: Shape = {
            "type": "conversation",
            "id": str(ticket.id),
            "title": None if is_mail else ticket.subject or None,
            "created_at": int(ticket.created_at),
            "updated_at": int(ticket.updated_at),
            "waiting_since": int(messages[-1].created_at) if messages and messages[-1] not in staff else None,
            "snoozed_until": int(ticket.updated_at) + 86_400 if state == "snoozed" else None,
            "open": state != "closed",
            "state": state,
            "read": False,
            "priority": PRIORITIES.get(ticket.priority or "", "none"),
            "admin_assignee_id": ticket.assignee_id or 0,
            "team_assignee_id": ticket.group_id or 0,
            "tags": {"type": "tag.list", "tags": [self.tag(tag) for tag in ticket.tags]},
            "conversation_rating": self._rating(ticket),
            "source": self._source(ticket, messages[0], subject=html.escape(ticket.subject) if is_mail else ""),
            "contacts": {"type": "contact.list", "contacts": [self._reference(ticket.requester_id)]},
            "teammates": None,
            "custom_attributes": self._attributes(ticket),
            "first_contact_reply": {"created_at": int(ticket.created_at), "type": "conversation", "url": None},
            "sla_applied": None,
            "statistics": _statistics(ticket, staff),
            "linked_objects": {"type": "list", "total_count": 0, "has_more": False, "data": []},
            "ai_agent_participated": False,
            "ai_agent": None,
            "external_references": [],
        }
        if parts is not None:
            shape["conversation_parts"] = {
                "type": "conversation_part.list",
                "conversation_parts": parts[-MOST_PARTS:],
                "total_count": len(parts),
            }
        return shape

    def parts(self, ticket: Ticket) -> list[Shape]:
        """Everything since the first message: what was said, and what merely happened."""
        history = self._inbox.tickets.history(ticket.id)
        reopened = {one.message.id for one in history if one.message is not None and _reopens(one)}
        said = [
            self.part(message, "open" if message.id in reopened else None)
            for message in self._inbox.tickets.messages(ticket.id)[1:]
        ]
        happened = [part for one in history for part in self.happened(one)]
        return sorted([*said, *happened], key=lambda part: (part["created_at"], len(part["id"]), part["id"]))

    def part(self, message: Message, kind: str | None = None) -> Shape:
        """A message as a part. A customer who reopens does it by a part of that kind, which holds their words."""
        kind = ("comment" if message.public else "note") if kind is None else kind
        shape = self._part(str(message.id), kind, message.author_id, message.created_at)
        body = message.html or html.escape(message.body)
        return {**shape, "body": body or None, "attachments": self._files(message)}

    def happened(self, change: Change) -> list[Shape]:
        """The parts that hold no words: assignments, and new states."""
        parts = []
        for number, move in enumerate(change.moves):
            kind = _kind_of(move)
            if kind is not None and not (change.message is not None and kind == "open"):
                id = str(_FIRST_EVENT_ID + change.id * 10 + number)
                parts.append(self._part(id, kind, change.actor_id, change.at))
        return parts

    def _part(self, id: str, kind: str, author_id: int, at: float) -> Shape:
        return {
            "type": "conversation_part", "id": id, "part_type": kind, "body": None, "created_at": int(at),
            "updated_at": int(at), "notified_at": int(at), "assigned_to": None, "author": self._author(author_id),
            "attachments": [], "external_id": None, "redacted": False, "metadata": None, "tags": [],
            "event_details": None, "app_package_code": None,
        }  # fmt: skip

    def _author(self, id: int) -> Shape:
        person = self._inbox.people.get(id)
        told = {"name": person.name, "email": person.email}
        if person.is_staff:
            return {"type": "admin", "id": str(person.id), **told}
        return {"type": "user", "id": contact_id(person.id), **told}

    def _source(self, ticket: Ticket, first: Message, *, subject: str) -> Shape:
        return {
            "type": _SOURCES.get(ticket.channel, "email"),
            "id": str(first.id),
            "delivered_as": "customer_initiated",
            "subject": subject,
            "body": first.html or html.escape(first.body),
            "author": self._author(first.author_id),
            "attachments": self._files(first),
            "url": None,
            "redacted": False,
        }

    def _files(self, message: Message) -> list[Shape]:
        return [
            {
                "type": "upload", "name": str(file.get("file_name", "file")),
                "url": f"{self._root}/attachments/{message.id}/{number}",
                "content_type": file.get("content_type", "application/octet-stream"),
                "filesize": file.get("size", 0), "width": 0, "height": 0,
            }
            for number, file in enumerate(message.attachments)
        ]  # fmt: skip

    def _attributes(self, ticket: Ticket) -> Shape:
        told = ((field.title, ticket.values.get(field.id)) for field in self._inbox.fields.all())
        return {title: value for title, value in told if value is not None}

    def _rating(self, ticket: Ticket) -> Shape | None:
        rating = self._inbox.tickets.rating(ticket.id)
        if rating is None:
            return None
        at = int(rating.created_at)
        return {
            "rating": RATINGS[rating.score], "remark": rating.comment or "", "created_at": at, "updated_at": at,
            "contact": self._reference(ticket.requester_id),
            "teammate": {"type": "admin", "id": str(ticket.assignee_id) if ticket.assignee_id else None},
        }  # fmt: skip

    def _reference(self, id: int) -> Shape:
        return {"type": "contact", "id": contact_id(id), "external_id": str(id)}

    def tag(self, name: str, *, applied: bool = True) -> Shape:
        """A tag; on a conversation with who put it there, which the inbox does not keep."""
        shape: Shape = {"type": "tag", "id": tag_id(name), "name": name}
        return {**shape, "applied_at": None, "applied_by": None} if applied else shape

    def admin(self, person: Person) -> Shape:
        """A teammate."""
        return {
            "type": "admin", "id": str(person.id), "name": person.name, "email": person.email,
            "away_mode_enabled": False, "away_mode_reassign": False, "has_inbox_seat": True,
            "team_ids": self._inbox.people.groups_of(person.id),
        }  # fmt: skip

    def contact(self, person: Person) -> Shape:
        """A customer. What the company knows of them stands with their company, if they are in one."""
        company = self._inbox.people.organization(person.organization_id) if person.organization_id else None
        own = {} if company else {name: value for name, value in person.fields.items() if value is not None}
        return {
            "type": "contact", "id": contact_id(person.id), "external_id": str(person.id), "workspace_id": APP,
            "role": "user", "email": person.email, "phone": None, "name": person.name, "owner_id": None,
            "has_hard_bounced": False, "marked_email_as_spam": False, "unsubscribed_from_emails": False,
            "created_at": int(person.created_at), "updated_at": int(person.updated_at), "signed_up_at": None,
            "custom_attributes": own,
        }  # fmt: skip

    def company(self, person: Person) -> Shape | None:
        """The company that a customer is in, with its plan, its spend, and since when it is a customer."""
        if person.organization_id is None:
            return None
        company, facts = self._inbox.people.organization(person.organization_id), person.fields
        at = int(company.created_at)
        shape: Shape = {
            "type": "company", "id": f"{company.id:024x}", "name": company.name, "app_id": APP,
            "company_id": str(company.id), "created_at": at, "updated_at": at, "monthly_spend": 0,
            "custom_attributes": {name: str(value) for name, value in facts.items() if name not in _COMPANY_S},
        }  # fmt: skip
        if facts.get("plan"):
            shape["plan"] = {"type": "plan", "id": facts["plan"], "name": facts["plan"]}
        if facts.get("mrr") is not None:
            shape["monthly_spend"] = int(facts["mrr"])
        if facts.get("signed_up"):
            shape["remote_created_at"] = int(epoch(facts["signed_up"]))
        return shape

    def article(self, article: Article) -> Shape:
        """A page of the help centre."""
        return {
            "type": "article", "id": str(article.id), "workspace_id": APP, "title": article.title,
            "description": None, "body": article.body, "author_id": self._inbox.integration_user_id,
            "state": "published", "created_at": int(article.created_at), "updated_at": int(article.updated_at),
            "url": f"{self._root}/help/articles/{article.id}", "parent_ids": [], "default_locale": "en",
            "help_center_audience": "everyone",
        }  # fmt: skip


def _statistics(ticket: Ticket, staff: list[Message]) -> Shape:
    shape: Shape = {"type": "conversation_statistics", "count_reopens": ticket.reopens}
    if staff:
        shape["first_admin_reply_at"] = int(staff[0].created_at)
        shape["last_admin_reply_at"] = int(staff[-1].created_at)
    if ticket.solved_at is not None:
        shape["last_close_at"] = int(ticket.solved_at)
    return shape


def _kind_of(move: Move) -> str | None:
    if move.kind != "field":
        return None
    if move.name in ("assignee_id", "group_id"):
        return "assignment"
    if move.name == "status" and STATES.get(move.previous) != STATES.get(move.current):
        return _HAPPENED[STATES[move.current]]
    return None


def _reopens(change: Change) -> bool:
    return any(_kind_of(move) == "open" for move in change.moves)
