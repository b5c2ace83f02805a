"""The inbox's values. Times are epoch seconds in UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """What a person is to the desk."""

    CUSTOMER = "customer"
    AGENT = "agent"
    ADMIN = "admin"


class Channel(StrEnum):
    """Where something came from."""

    EMAIL = "email"
    CHAT = "chat"
    FORM = "form"
    AGENT = "agent"  # the desk's own page
    API = "api"
    MERGE = "merge"  # what the desk itself writes when tickets are merged


STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")


@dataclass(frozen=True)
class Person:
    """A customer or somebody who works here."""

    id: int
    role: Role
    name: str
    email: str
    created_at: float
    updated_at: float
    fields: dict[str, Any]
    organization_id: int | None = None

    @property
    def is_staff(self) -> bool:
        """Works here."""
        return self.role is not Role.CUSTOMER


@dataclass(frozen=True)
class Group:
    """A queue of the desk."""

    id: int
    name: str
    created_at: float


@dataclass(frozen=True)
class Organization:
    """A customer's company."""

    id: int
    name: str
    fields: dict[str, Any]
    created_at: float


@dataclass(frozen=True)
class Rating:
    """What a customer thought of the service."""

    id: int
    ticket_id: int
    score: str
    comment: str | None
    created_at: float


@dataclass(frozen=True)
class Ticket:
    """A request and where it stands.

    Attributes:
        values: custom fields, by the field's id.
        generated_at: when anything last touched it, edits by the system too.
        gone: "", "deleted" or "spam".
    """

    id: int
    subject: str
    description: str
    status: str
    priority: str | None
    kind: str | None
    channel: Channel
    requester_id: int
    submitter_id: int
    assignee_id: int | None
    group_id: int | None
    organization_id: int | None
    tags: tuple[str, ...]
    values: dict[int, Any]
    created_at: float
    updated_at: float
    generated_at: float
    assigned_at: float | None = None
    solved_at: float | None = None
    reopens: int = 0
    follow_up_of: int | None = None
    gone: str = ""


@dataclass(frozen=True)
class Message:
    """One message of a ticket; a note when it is not public.

    Attributes:
        draft: an answer in the reply box that nobody has sent.
    """

    id: int
    ticket_id: int
    author_id: int
    public: bool
    body: str
    html: str
    channel: Channel
    created_at: float
    attachments: tuple[dict[str, Any], ...] = ()
    draft: bool = False


@dataclass(frozen=True)
class NewMessage:
    """A message that somebody is about to write; `html` wins over `body`."""

    author_id: int
    body: str = ""
    html: str | None = None
    public: bool = True
    attachments: tuple[dict[str, Any], ...] = ()
    draft: bool = False


@dataclass(frozen=True)
class Patch:
    """What somebody wants to change about a ticket.

    Attributes:
        changes: columns (subject, status, priority, kind, group_id, assignee_id) to new values.
        tags: the whole new list.
        values: custom fields, by id; the others stay.
        unchanged_since: refuse if the ticket was updated after this whole second.
    """

    changes: dict[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] | None = None
    values: dict[int, Any] = field(default_factory=dict)
    message: NewMessage | None = None
    unchanged_since: int | None = None


@dataclass(frozen=True)
class Move:
    """One thing that changed: created, message, draft, reworded, field, tags, value, rating, deleted or spam."""

    kind: str
    name: str = ""
    previous: Any = None
    current: Any = None


@dataclass(frozen=True)
class Change:
    """Everything that one action changed about a ticket.

    Attributes:
        id: its number in the ticket's history; 0 if nothing changed.
    """

    id: int
    ticket: Ticket
    actor_id: int
    channel: Channel
    at: float
    moves: tuple[Move, ...]
    message: Message | None = None


@dataclass(frozen=True)
class Field:
    """A custom ticket field.

    Attributes:
        kind: text, textarea, integer, decimal, checkbox, date or tagger (one of `options`).
    """

    id: int
    title: str
    kind: str
    description: str
    options: tuple[dict[str, Any], ...]
    created_at: float


@dataclass(frozen=True)
class Article:
    """A page of the help centre."""

    id: int
    title: str
    body: str
    section: str
    created_at: float
    updated_at: float
