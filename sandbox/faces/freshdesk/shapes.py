"""The inbox's values in Freshdesk's JSON."""

from __future__ import annotations

import html
import re
from typing import Any

from sandbox.inbox.inbox import Inbox
from sandbox.inbox.records import Article, Channel, Field, Message, Organization, Person, Rating, Ticket
from sandbox.inbox.times import iso

STATUSES = {"new": 2, "open": 2, "pending": 3, "hold": 7, "solved": 4, "closed": 5}
STATUS_CHOICES = {
    "2": ["Open", "Being Processed"],
    "3": ["Pending", "Awaiting your Reply"],
    "4": ["Resolved", "This ticket has been Resolved"],
    "5": ["Closed", "This ticket has been Closed"],
    "6": ["Waiting on Customer", "Awaiting your Reply"],
    "7": ["Waiting on Third Party", "Being Processed"],
}
PRIORITIES = {"low": 1, "normal": 2, "high": 3, "urgent": 4}
_SOURCES = {Channel.EMAIL: 1, Channel.FORM: 9, Channel.CHAT: 7, Channel.API: 2, Channel.AGENT: 2}
_REPLY, _NOTE = 0, 2
_RATINGS = {"good": 103, "bad": -103}
# A field's name has a number of the account behind it: nobody can guess it from the title.
_SUFFIX = "482113"


def field_name(field: Field) -> str:
    """What the API calls a custom field."""
    return f"cf_{re.sub('[^a-z0-9]+', '_', field.title.lower()).strip('_')}_{_SUFFIX}"


def folder_id(section: str) -> int:
    """The id of the folder that a section is; its category has the next one."""
    return 50_000 + 2 * sum(map(ord, section))


class Shapes:
    """Freshdesk's words for what the inbox holds; `root` is the address that the API is mounted at."""

    def __init__(self, inbox: Inbox, root: str) -> None:
        self._inbox = inbox
        self._root = root

    def ticket(self, ticket: Ticket, include: frozenset[str] = frozenset(), *, whole: bool = True) -> dict[str, Any]:
        """A ticket; lists leave its description out."""
        fields = {field_name(field): ticket.values.get(field.id) for field in self._inbox.fields.all()}
        shape: dict[str, Any] = {
            "id": ticket.id,
            "subject": ticket.subject,
            "type": None,
            "status": STATUSES[ticket.status],
            "priority": PRIORITIES[ticket.priority or "low"],
            "source": _SOURCES[ticket.channel],
            "group_id": ticket.group_id,
            "responder_id": ticket.assignee_id,
            "requester_id": ticket.requester_id,
            "company_id": ticket.organization_id,
            "product_id": None,
            "email_config_id": None,
            "cc_emails": [],
            "fwd_emails": [],
            "reply_cc_emails": [],
            "to_emails": None,
            "spam": ticket.gone == "spam",
            "is_escalated": False,
            "fr_escalated": False,
            "due_by": iso(ticket.created_at + 3 * 86_400),
            "fr_due_by": iso(ticket.created_at + 86_400),
            "tags": list(ticket.tags),
            "custom_fields": fields,
            "created_at": iso(ticket.created_at),
            "updated_at": iso(ticket.updated_at),
        }
        if ticket.gone == "deleted":
            shape["deleted"] = True
        if whole or "description" in include:
            first = self._inbox.tickets.messages(ticket.id)[0]
            shape |= {"description": _html(first), "description_text": _flat(first)}
            shape["attachments"] = _attachments(first)
        if "requester" in include:
            person = self._inbox.people.get(ticket.requester_id)
            told = {"id": person.id, "name": person.name, "email": person.email}
            shape["requester"] = {**told, "mobile": None, "phone": None}
        if "stats" in include:
            shape["stats"] = self._stats(ticket)
        return shape

    def _stats(self, ticket: Ticket) -> dict[str, Any]:
        people = self._inbox.people
        answers = [
            message.created_at
            for message in self._inbox.tickets.messages(ticket.id)
            if message.public and people.get(message.author_id).is_staff
        ]
        resolved = iso(ticket.solved_at) if ticket.solved_at is not None else None
        return {
            "resolved_at": resolved,
            "closed_at": resolved if ticket.status == "closed" else None,
            "first_responded_at": iso(answers[0]) if answers else None,
        }

    def conversations(self, ticket: Ticket) -> list[dict[str, Any]]:
        """What was said after the description, oldest first."""
        return [self.conversation(message) for message in self._inbox.tickets.messages(ticket.id)[1:]]

    def conversation(self, message: Message) -> dict[str, Any]:
        """A reply, a note, or a customer's message."""
        return {
            "id": message.id,
            "ticket_id": message.ticket_id,
            "user_id": message.author_id,
            "incoming": not self._inbox.people.get(message.author_id).is_staff,
            "private": not message.public,
            "source": _REPLY if message.public else _NOTE,
            "body": _html(message),
            "body_text": _flat(message),
            "support_email": None,
            "to_emails": [],
            "attachments": _attachments(message),
            "created_at": iso(message.created_at),
            "updated_at": iso(message.created_at),
        }

    def contact(self, person: Person) -> dict[str, Any]:
        """A customer, with what the company knows of them."""
        return {
            "id": person.id,
            "name": person.name,
            "email": person.email,
            "active": True,
            "company_id": person.organization_id,
            "language": "en",
            "job_title": None,
            "phone": None,
            "custom_fields": dict(person.fields),
            "created_at": iso(person.created_at),
            "updated_at": iso(person.updated_at),
        }

    def company(self, company: Organization) -> dict[str, Any]:
        """A customer's company."""
        return {
            "id": company.id,
            "name": company.name,
            "description": None,
            "domains": [],
            "custom_fields": dict(company.fields),
            "health_score": None,
            "account_tier": None,
            "renewal_date": None,
            "created_at": iso(company.created_at),
            "updated_at": iso(company.created_at),
        }

    def agent(self, person: Person) -> dict[str, Any]:
        """Somebody who works here."""
        return {
            "id": person.id,
            "available": True,
            "occasional": False,
            "ticket_scope": 1,
            "type": "support_agent",
            "group_ids": self._inbox.people.groups_of(person.id),
            "contact": {"active": True, "email": person.email, "name": person.name, "language": "en"},
            "created_at": iso(person.created_at),
            "updated_at": iso(person.updated_at),
        }

    def rating(self, rating: Rating) -> dict[str, Any]:
        """What a customer thought."""
        ticket = self._inbox.tickets.get(rating.ticket_id)
        return {
            "id": rating.id,
            "survey_id": 1,
            "user_id": ticket.requester_id,
            "agent_id": ticket.assignee_id,
            "group_id": ticket.group_id,
            "ticket_id": ticket.id,
            "feedback": rating.comment or "",
            "ratings": {"default_question": _RATINGS[rating.score]},
            "created_at": iso(rating.created_at),
            "updated_at": iso(rating.created_at),
        }

    def field(self, field: Field) -> dict[str, Any]:
        """A custom field of tickets."""
        return {
            "id": field.id,
            "name": field_name(field),
            "label": field.title,
            "label_for_customers": field.title,
            "type": "custom_text",
            "default": False,
            "position": field.id,
            "customers_can_edit": False,
            "displayed_to_customers": False,
            "required_for_agents": False,
            "required_for_closure": False,
            "created_at": iso(field.created_at),
            "updated_at": iso(field.created_at),
        }

    def article(self, article: Article) -> dict[str, Any]:
        """An article of the help centre."""
        return {
            "id": article.id,
            "title": article.title,
            "description": article.body,
            "description_text": re.sub("<[^>]*>", "", article.body),
            "status": 2,
            "type": 1,
            "category_id": folder_id(article.section) + 1,
            "folder_id": folder_id(article.section),
            "created_at": iso(article.created_at),
            "updated_at": iso(article.updated_at),
        }


def _html(message: Message) -> str:
    return f"<div>{message.html or html.escape(message.body)}</div>"


def _flat(message: Message) -> str:
    """The desk's own plain text has lost its line ends."""
    return " ".join(message.body.split())


def _attachments(message: Message) -> list[dict[str, Any]]:
    return [
        {
            "id": message.id * 10 + number,
            "name": str(file.get("file_name", "file")),
            "content_type": file.get("content_type", "application/octet-stream"),
            "size": file.get("size", 0),
            "attachment_url": "https://attachments.example/expired",
            "created_at": iso(message.created_at),
        }
        for number, file in enumerate(message.attachments)
    ]
