"""A conversation and its threads as Help Scout tells them, and the threads as messages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from shared.adapters.desk_conversation import ends_of, file_name, words_of
from shared.adapters.desk_http import Answer
from shared.adapters.desk_wire import Text
from shared.adapters.helpscout.api import Hal, HelpScoutApi, Id, Paged
from shared.domain.errors import TicketGone
from shared.domain.note import carries
from shared.domain.record import Instant
from shared.domain.ticket import Message, Role

NOTE = "note"
REPLY = "message"
_PUBLIC = frozenset({"customer", REPLY, "chat", "beaconchat", "phone"})
_SPOKEN = _PUBLIC | {NOTE, "forwardparent", "forwardchild"}
# Merged away, and deleted.
_MISSING = frozenset({301, 404})

Moment = Annotated[Instant | None, BeforeValidator(lambda value: value or None)]


class Person(Hal):
    """A user or a customer beside something else."""

    id: Id
    type: Text = ""
    first: Text = ""
    last: Text = ""
    email: str | None = None

    @property
    def name(self) -> str:
        """Both names."""
        return f"{self.first} {self.last}".strip()


class _Tag(Hal):
    tag: str


class FieldValue(Hal):
    """What one field of the conversation's inbox holds; of a drop-down the option's id."""

    id: Id
    name: Text = ""
    value: Text = ""


class _Waiting(Hal):
    time: Moment = None


class _Source(Hal):
    type: Text = ""


class _Link(Hal):
    href: Text = ""


class _Links(Hal):
    web: _Link = Field(default_factory=_Link)


class Dated(Hal):
    """What a list tells of a conversation, too: which one, and when somebody last did something to it."""

    id: Id
    created_at: Instant
    user_updated_at: Moment = None
    customer_waiting_since: _Waiting = Field(default_factory=_Waiting)

    @property
    def updated_at(self) -> Instant:
        """By a user or by the customer."""
        times = (self.created_at, self.user_updated_at, self.customer_waiting_since.time)
        return max(time for time in times if time is not None)


class Conversation(Dated):
    """A conversation, without its threads."""

    number: Text = ""
    threads: int = 0
    type: Text = ""
    status: Text = ""
    state: Text = ""
    subject: Text = ""
    mailbox_id: Id
    assignee: Person | None = None
    primary_customer: Person
    tags: list[_Tag] = Field(default_factory=list)
    custom_fields: list[FieldValue] = Field(default_factory=list)
    source: _Source = Field(default_factory=_Source)
    closed_at: Moment = None
    links: _Links = Field(default_factory=_Links, alias="_links")

    @property
    def tag_names(self) -> frozenset[str]:
        """Its tags."""
        return frozenset(one.tag for one in self.tags)

    @property
    def stamp(self) -> str:
        """This state of it. The desk has no mark of its own and tells whole seconds, so whatever we read counts."""
        state = [
            *(self.status, self.state, self.subject, self.mailbox_id, self.threads, self.primary_customer.id),
            self.assignee.id if self.assignee else None,
            *(time.isoformat() if time else None for time in (self.updated_at, self.closed_at)),
            sorted(self.tag_names),
            sorted((field.id, field.value) for field in self.custom_fields),
        ]
        return hashlib.sha256(json.dumps(state).encode()).hexdigest()[:32]


class _Attachment(Hal):
    filename: Text = ""


class _Attachments(Hal):
    attachments: list[_Attachment] = Field(default_factory=list)


class _Rating(Hal):
    rating: Text = ""


class Thread(Hal):
    """One thread: a message, a note, a draft, or something that happened."""

    id: Id
    type: Text = ""
    state: Text = ""
    body: Text = ""
    created_by: Person | None = None
    created_at: Instant
    rating: _Rating | None = None
    embedded: _Attachments = Field(default_factory=_Attachments, alias="_embedded")

    @property
    def text(self) -> str:
        """Its words."""
        return words_of(self.body)

    def is_by(self, user_id: str) -> bool:
        """Whether this user wrote it."""
        return self.created_by is not None and self.created_by.type != "customer" and self.created_by.id == user_id


class _Threads(Hal):
    threads: list[Thread] = Field(default_factory=list)


class _ThreadsPage(Paged):
    embedded: _Threads = Field(default_factory=_Threads, alias="_embedded")


def read_conversation(api: HelpScoutApi, conversation_id: str) -> tuple[Conversation, Answer]:
    """The conversation, and the answer that it came with.

    Raises:
        TicketGone: deleted, merged away, filed as spam, an outgoing one that is not sent yet, or it never existed.
    """
    answer = api.get(f"/v2/conversations/{conversation_id}", expect=_MISSING)
    if answer.status in _MISSING:
        raise TicketGone(f"the desk has no conversation {conversation_id}, or merged it into another")
    conversation = answer.read(Conversation)
    if conversation.status == "spam" or conversation.state in ("deleted", "draft"):
        raise TicketGone(f"conversation {conversation_id} is spam, deleted or not yet sent")
    return conversation, answer


def read_threads(api: HelpScoutApi, conversation_id: str) -> Iterator[Thread]:
    """Every thread, newest first, as they are needed.

    Raises:
        TicketGone: the conversation went away meanwhile.
    """
    pages = api.pages(f"/v2/conversations/{conversation_id}/threads", _ThreadsPage, expect=_MISSING)
    first = next(pages, None)
    if first is None:
        raise TicketGone(f"the desk has no conversation {conversation_id}")
    yield from first.embedded.threads
    for page in pages:
        yield from page.embedded.threads


def messages_of(threads: Iterable[Thread], own_user_id: str) -> tuple[Message, ...]:
    """What was said, oldest first: of a long conversation the first 20 and the newest 180 messages.

    Drafts, hidden threads, threads held back, and what merely happened are no messages.
    """
    # A list that moves while it is read can tell a thread twice.
    said = {one.id: one for one in threads if one.state == "published" and one.type in _SPOKEN}
    ordered = sorted(said.values(), key=lambda one: (one.created_at, len(one.id), one.id))
    return tuple(
        Message(
            id=one.id,
            role=_role(one, own_user_id),
            author=one.created_by.name if one.created_by else "",
            address=(one.created_by.email or "") if one.created_by else "",
            public=one.type in _PUBLIC,
            text=one.text,
            at=one.created_at,
            attachments=tuple(file_name(file.filename) for file in one.embedded.attachments),
        )
        for one in ends_of(ordered)
    )


def _role(thread: Thread, own_user_id: str) -> Role:
    author = thread.created_by
    if author is None:
        return Role.CUSTOMER if thread.type == "customer" else Role.AGENT
    if author.type == "customer":
        return Role.CUSTOMER
    # We never send anything: a reply in our name is a draft of ours that a person sent.
    return Role.US if thread.type == NOTE and author.id == own_user_id else Role.AGENT


def rating_of(threads: Sequence[Thread]) -> str | None:
    """The newest rating, where it is a clear one."""
    told = (one.rating.rating.lower() for one in threads if one.rating is not None)
    return {"great": "good", "bad": "bad"}.get(next((name for name in told if name), ""))


def is_note(thread: Thread, marker: str, own_user_id: str) -> bool:
    """Whether a thread is a note of ours with this marker."""
    return thread.type == NOTE and thread.is_by(own_user_id) and carries(thread.body, marker)
