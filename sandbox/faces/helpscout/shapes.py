"""The inbox's values in Help Scout's JSON."""

from __future__ import annotations

import html
from typing import Any

from sandbox.inbox.inbox import Inbox
from sandbox.inbox.records import Article, Channel, Message, Person, Ticket
from sandbox.inbox.times import iso

DEFAULT_INBOX = (41_000, "Lumen Board")
STATUSES = {"new": "active", "open": "active", "pending": "pending", "hold": "pending", "solved": "closed"}
RATINGS = {"good": "great", "bad": "bad"}
_SOURCES = {Channel.FORM: "beacon-v2", Channel.CHAT: "chat", Channel.API: "api", Channel.AGENT: "web"}


def status_of(ticket: Ticket) -> str:
    """Where a conversation stands."""
    return "spam" if ticket.gone == "spam" else STATUSES.get(ticket.status, "closed")


def inbox_of(ticket: Ticket) -> int:
    """The inbox that a conversation lies in: its group, or the one where mail arrives."""
    return ticket.group_id or DEFAULT_INBOX[0]


def field_id(field: int, inbox_id: int) -> int:
    """Each inbox has fields of its own, with ids of their own."""
    return field * 1_000 + inbox_id % 1_000


class Shapes:
    """Help Scout's words for what the inbox holds; `root` is the address that the API is mounted at."""

    def __init__(self, inbox: Inbox, root: str) -> None:
        self._inbox = inbox
        self._root = root

    def conversation(self, ticket: Ticket, *, threads: bool = False) -> dict[str, Any]:
        """A conversation, with its threads if they are wanted."""
        messages = self._inbox.tickets.messages(ticket.id)
        author = self._inbox.people.get(ticket.submitter_id)
        over = status_of(ticket) == "closed"
        shape: dict[str, Any] = {
            "id": ticket.id,
            "number": ticket.id,
            "threads": len(messages),
            "type": "chat" if ticket.channel is Channel.CHAT else "email",
            "folderId": inbox_of(ticket) + 1,
            "status": status_of(ticket),
            "state": "deleted" if ticket.gone == "deleted" else "published",
            "subject": ticket.subject,
            "preview": (messages[-1].body if messages else "")[:185],
            "mailboxId": inbox_of(ticket),
            "createdBy": self.person(author),
            "createdAt": iso(ticket.created_at),
            "closedAt": iso(ticket.solved_at) if over else None,
            "userUpdatedAt": iso(ticket.updated_at),
            "customerWaitingSince": self._waiting(messages),
            "source": {"type": _SOURCES.get(ticket.channel, "email"), "via": _via(author)},
            "tags": [{"id": sum(map(ord, tag)), "color": "#929499", "tag": tag} for tag in ticket.tags],
            "cc": [],
            "bcc": [],
            "primaryCustomer": self.person(self._inbox.people.get(ticket.requester_id)),
            "customFields": self._values(ticket),
            "_links": {
                "self": {"href": f"{self._root}/v2/conversations/{ticket.id}"},
                "threads": {"href": f"{self._root}/v2/conversations/{ticket.id}/threads/"},
                "web": {"href": f"{self._root}/conversation/{ticket.id}/{ticket.id}"},
            },
        }  # fmt: skip
        if ticket.assignee_id is not None:
            shape["assignee"] = self.person(self._inbox.people.get(ticket.assignee_id))
        if threads:
            shape["_embedded"] = {"threads": self.threads(ticket)}
        return shape

    def _values(self, ticket: Ticket) -> list[dict[str, Any]]:
        told = ((field, ticket.values.get(field.id)) for field in self._inbox.fields.all())
        return [
            {
                "id": field_id(field.id, inbox_of(ticket)),
                "name": field.title,
                "value": str(value),
                "text": str(value),
            }
            for field, value in told
            if value is not None
        ]

    def _waiting(self, messages: list[Message]) -> dict[str, Any]:
        if not messages:
            return {}
        staff = self._inbox.people.get(messages[-1].author_id).is_staff
        return {
            "time": iso(messages[-1].created_at),
            "friendly": "Just now",
            "latestReplyFrom": "user" if staff else "customer",
        }

    def threads(self, ticket: Ticket) -> list[dict[str, Any]]:
        """A conversation's threads, newest first, drafts and events too."""
        messages = self._inbox.tickets.messages(ticket.id, drafts=True)
        shapes = [self.thread(message, ticket) for message in reversed(messages)]
        rating = self._inbox.tickets.rating(ticket.id)
        if rating is not None:
            rated = next((one for one in shapes if one["type"] == "message"), shapes[-1])
            rated["rating"] = {"rating": RATINGS[rating.score], "comments": rating.comment or ""}
        return [*self._events(ticket), *shapes]

    def _events(self, ticket: Ticket) -> list[dict[str, Any]]:
        """What happened besides, told by one thread where it would be many: whoever reads has to step over it."""
        if ticket.assignee_id is None:
            return []
        person = self.person(self._inbox.people.get(ticket.assignee_id))
        return [{
            "id": ticket.id + 90_000_000, "type": "lineitem", "status": status_of(ticket), "state": "published",
            "action": {"type": "default", "text": f"{person['first']} was assigned"}, "createdBy": person,
            "source": {"type": "web", "via": "user"}, "createdAt": iso(ticket.assigned_at or ticket.updated_at),
        }]  # fmt: skip

    def thread(self, message: Message, ticket: Ticket) -> dict[str, Any]:
        """A thread."""
        author = self._inbox.people.get(message.author_id)
        shape = {
            "id": message.id,
            "type": _type_of(message, author, ticket),
            "status": status_of(ticket),
            "state": "draft" if message.draft else "published",
            "action": {"type": "default", "associatedEntities": {}},
            "body": message.html or html.escape(message.body),
            "source": {"type": _SOURCES.get(message.channel, "email"), "via": _via(author)},
            "customer": self.person(self._inbox.people.get(ticket.requester_id)),
            "createdBy": self.person(author),
            "savedReplyId": 0,
            "to": [],
            "cc": [],
            "bcc": [],
            "createdAt": iso(message.created_at),
        }
        if message.attachments:
            files = [_attachment(message, n, file) for n, file in enumerate(message.attachments)]
            shape["_embedded"] = {"attachments": files}
        return shape

    def person(self, person: Person) -> dict[str, Any]:
        """Somebody, as they are told beside other things."""
        first, _, last = person.name.partition(" ")
        kind = "user" if person.is_staff else "customer"
        return {"id": person.id, "type": kind, "first": first, "last": last, "photoUrl": "", "email": person.email}

    def user(self, person: Person) -> dict[str, Any]:
        """A user of the account."""
        first, _, last = person.name.partition(" ")
        return {
            "id": person.id, "firstName": first, "lastName": last, "email": person.email, "type": "user",
            "role": "admin" if person.role == "admin" else "user", "timezone": "UTC", "mention": first.lower(),
            "createdAt": iso(person.created_at), "updatedAt": iso(person.updated_at),
        }  # fmt: skip

    def customer(self, person: Person) -> dict[str, Any]:
        """A customer with what the company knows of them."""
        first, _, last = person.name.partition(" ")
        company = self._inbox.people.organization(person.organization_id) if person.organization_id else None
        properties = [
            {"type": "text", "slug": slug.replace("_", "-"), "name": slug.replace("_", " ").title(), "value": value}
            for slug, value in person.fields.items()
            if value is not None
        ]
        return {
            "id": person.id, "firstName": first, "lastName": last, "organization": company.name if company else None,
            "createdAt": iso(person.created_at), "updatedAt": iso(person.updated_at),
            "_embedded": {
                "emails": [{"id": person.id, "value": person.email, "type": "work"}], "phones": [],
                "properties": properties,
            },
        }  # fmt: skip

    def article(self, article: Article, *, whole: bool) -> dict[str, Any]:
        """An article of the help centre; lists leave its text out."""
        slug = article.title.lower().replace(" ", "-")
        shape = {
            "id": f"{article.id:024x}", "number": article.id, "collectionId": collection_id(article.section),
            "slug": slug, "status": "published", "hasDraft": False, "name": article.title,
            "publicUrl": f"{self._root}/article/{article.id}-{slug}",
            "createdAt": iso(article.created_at), "updatedAt": iso(article.updated_at),
        }  # fmt: skip
        return {**shape, "text": article.body} if whole else shape


def collection_id(section: str) -> str:
    """The id of the collection that a section is."""
    return f"{sum(map(ord, section)):024x}"


def _via(person: Person) -> str:
    return "user" if person.is_staff else "customer"


def _type_of(message: Message, author: Person, ticket: Ticket) -> str:
    if not message.public:
        return "note"
    if author.is_staff:
        return "message"
    return "chat" if ticket.channel is Channel.CHAT else "customer"


def _attachment(message: Message, number: int, file: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": message.id * 10 + number, "filename": str(file.get("file_name", "file")), "state": "valid",
        "mimeType": file.get("content_type", "application/octet-stream"), "size": file.get("size", 0),
        "width": 0, "height": 0,
    }  # fmt: skip
